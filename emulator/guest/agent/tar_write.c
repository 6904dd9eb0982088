#include "tar_write.h"
#include "tar_format.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

int
tar_flush (struct tar_writer *writer, struct error *err)
{
  size_t at = 0;

  while (at < writer->length)
    {
      ssize_t count = write (writer->fd, writer->buffer + at, writer->length - at);

      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0)
        return error_errno (err, "write the archive");
      at += (size_t) count;
    }
  writer->length = 0;
  return 0;
}

int
tar_put (struct tar_writer *writer, const void *bytes, size_t length, struct error *err)
{
  const uint8_t *from = bytes;

  while (length > 0)
    {
      size_t part = TAR_BUFFER - writer->length < length ? TAR_BUFFER - writer->length : length;

      if (from == NULL)
        memset (writer->buffer + writer->length, 0, part);
      else
        {
          memcpy (writer->buffer + writer->length, from, part);
          from += part;
        }
      writer->length += part;
      length -= part;
      if (writer->length == TAR_BUFFER && tar_flush (writer, err) < 0)
        return -1;
    }
  return 0;
}

int
tar_put_padding (struct tar_writer *writer, uint64_t size, struct error *err)
{
  return tar_put (writer, NULL, (size_t) ((TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK), err);
}

int
tar_record (struct tar_records *records, const char *key, const void *value, size_t length, struct error *err)
{
  size_t body = 1 + strlen (key) + 1 + length + 1;
  size_t total = body + 1;
  char digits[24];
  char *grown;

  /* The length counts its own digits. */
  while ((size_t) snprintf (digits, sizeof digits, "%zu", total) + body != total)
    total = (size_t) snprintf (digits, sizeof digits, "%zu", total) + body;
  grown = realloc (records->bytes, records->length + total + 1);
  if (grown == NULL)
    return error_errno (err, "archive");
  records->bytes = grown;
  grown += records->length;
  grown += sprintf (grown, "%zu %s=", total, key);
  memcpy (grown, value, length);
  grown[length] = '\n';
  records->length += total;
  return 0;
}

static void
octal (char *field, size_t size, uint64_t value)
{
  for (size_t i = size - 1; i-- > 0; value >>= 3)
    field[i] = (char) ('0' + (value & 7));
  field[size - 1] = 0;
}

static bool
fits (uint64_t value, unsigned digits)
{
  return value >> (3 * digits) == 0;
}

static void
seal (struct tar_header *header)
{
  unsigned sum = 0;

  memcpy (header->magic, "ustar", 6);
  memcpy (header->version, "00", 2);
  memset (header->checksum, ' ', sizeof header->checksum);
  for (size_t i = 0; i < sizeof *header; i++)
    sum += ((const uint8_t *) header)[i];
  octal (header->checksum, 7, sum);
  header->checksum[7] = ' ';
}

static int
add_number (struct tar_records *records, const char *key, uint64_t value, struct error *err)
{
  char text[24];
  int length = snprintf (text, sizeof text, "%" PRIu64, value);

  return tar_record (records, key, text, (size_t) length, err);
}

static int
add_time (struct tar_records *records, const struct timespec *time, bool nanoseconds, struct error *err)
{
  long long seconds = time->tv_sec;
  long fraction = nanoseconds ? time->tv_nsec : 0;
  bool before = seconds < 0;
  char text[48];
  int length;

  /* The fraction counts onwards from the second, also before 1970, where the digits count back. */
  if (before && fraction != 0)
    {
      seconds += 1;
      fraction = 1000000000 - fraction;
    }
  length = snprintf (text, sizeof text, "%s%lld", before ? "-" : "", before ? -seconds : seconds);
  if (fraction != 0)
    length += snprintf (text + length, sizeof text - (size_t) length, ".%09ld", fraction);
  return tar_record (records, "mtime", text, (size_t) length, err);
}

int
tar_put_header (struct tar_writer *writer, const struct tar_writer_entry *entry, struct tar_records *records,
                struct error *err)
{
  struct tar_header header = { .type = entry->type };
  const struct stat *stat = entry->stat;
  uint64_t seconds = stat->st_mtim.tv_sec < 0 ? 0 : (uint64_t) stat->st_mtim.tv_sec;
  bool is_device = S_ISCHR (stat->st_mode) || S_ISBLK (stat->st_mode);

  if (strlen (entry->name) > sizeof header.name
      && tar_record (records, "path", entry->name, strlen (entry->name), err) < 0)
    return -1;
  if (strlen (entry->link) > sizeof header.link
      && tar_record (records, "linkpath", entry->link, strlen (entry->link), err) < 0)
    return -1;
  if (!fits (entry->size, 11) && add_number (records, "size", entry->size, err) < 0)
    return -1;
  if (!fits (stat->st_uid, 7) && add_number (records, "uid", stat->st_uid, err) < 0)
    return -1;
  if (!fits (stat->st_gid, 7) && add_number (records, "gid", stat->st_gid, err) < 0)
    return -1;
  if (((writer->nanoseconds && stat->st_mtim.tv_nsec != 0) || stat->st_mtim.tv_sec < 0 || !fits (seconds, 11))
      && add_time (records, &stat->st_mtim, writer->nanoseconds, err) < 0)
    return -1;
  if (records->length > 0)
    {
      struct tar_header pax = { .name = "PaxHeaders", .type = 'x' };

      octal (pax.mode, sizeof pax.mode, 0644);
      octal (pax.uid, sizeof pax.uid, 0);
      octal (pax.gid, sizeof pax.gid, 0);
      octal (pax.size, sizeof pax.size, records->length);
      octal (pax.mtime, sizeof pax.mtime, 0);
      seal (&pax);
      if (tar_put (writer, &pax, sizeof pax, err) < 0 || tar_put (writer, records->bytes, records->length, err) < 0
          || tar_put_padding (writer, records->length, err) < 0)
        return -1;
    }
  memcpy (header.name, entry->name, strnlen (entry->name, sizeof header.name));
  memcpy (header.link, entry->link, strnlen (entry->link, sizeof header.link));
  octal (header.mode, sizeof header.mode, stat->st_mode & 07777);
  octal (header.uid, sizeof header.uid, fits (stat->st_uid, 7) ? stat->st_uid : 0);
  octal (header.gid, sizeof header.gid, fits (stat->st_gid, 7) ? stat->st_gid : 0);
  octal (header.size, sizeof header.size, fits (entry->size, 11) ? entry->size : 0);
  octal (header.mtime, sizeof header.mtime, fits (seconds, 11) ? seconds : 0);
  octal (header.major, sizeof header.major, is_device ? major (stat->st_rdev) : 0);
  octal (header.minor, sizeof header.minor, is_device ? minor (stat->st_rdev) : 0);
  seal (&header);
  return tar_put (writer, &header, sizeof header, err);
}
