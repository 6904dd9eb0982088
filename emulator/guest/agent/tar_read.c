#include "tar_read.h"
#include "tar_format.h"
#include "tar_pax.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

enum
{
  SLICE = 65536
};

static void
extended_free (struct tar_extended *extended)
{
  free (extended->path);
  free (extended->link);
  *extended = (struct tar_extended){ 0 };
}

static void
xattrs_free (struct tar_entry *entry)
{
  for (; entry->xattr_count > 0; entry->xattr_count--)
    {
      free (entry->xattrs[entry->xattr_count - 1].name);
      free (entry->xattrs[entry->xattr_count - 1].value);
    }
}

void
tar_reader_free (struct tar_reader *reader)
{
  extended_free (&reader->next);
  xattrs_free (&reader->entry);
}

/* 1: all of it; 0: the input ended before the first byte. */
static int
take (struct tar_reader *reader, void *into, size_t length, struct error *err)
{
  size_t at = 0;

  while (at < length)
    {
      ssize_t count = read (reader->fd, (char *) into + at, length - at);

      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0)
        return error_errno (err, "read the archive");
      if (count == 0)
        return at == 0 ? 0 : error_set (err, EINVAL, "unexpected end of the archive");
      at += (size_t) count;
    }
  return 1;
}

static int
take_all (struct tar_reader *reader, void *into, size_t length, struct error *err)
{
  int taken = take (reader, into, length, err);

  if (taken == 0 && length > 0)
    return error_set (err, EINVAL, "unexpected end of the archive");
  return taken < 0 ? -1 : 0;
}

static int
skip (struct tar_reader *reader, uint64_t length, struct error *err)
{
  static char nowhere[SLICE];

  while (length > 0)
    {
      size_t part = length < sizeof nowhere ? (size_t) length : sizeof nowhere;

      if (take_all (reader, nowhere, part, err) < 0)
        return -1;
      length -= part;
    }
  return 0;
}

int
tar_read_content (struct tar_reader *reader, void *into, size_t length, struct error *err)
{
  if (length > reader->left)
    return error_set (err, EINVAL, "unexpected end of a file in the archive");
  reader->left -= length;
  return take_all (reader, into, length, err);
}

static uint64_t
padding_of (uint64_t size)
{
  return (TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK;
}

/* Octal, or GNU's base 256 (two's complement) with the top bit set. */
static int
number (const char *field, size_t size, int64_t *value, struct error *err)
{
  uint8_t first = (uint8_t) field[0];
  uint64_t bits = 0;
  size_t i = 0;

  if (first & 0x80)
    {
      uint8_t invert = first & 0x40 ? 0xff : 0;

      for (; i < size; i++)
        {
          uint8_t byte = (uint8_t) field[i] ^ invert;

          if (bits >> 55 != 0)
            return error_set (err, EINVAL, "a number in the archive is too large");
          bits = bits << 8 | (i == 0 ? byte & 0x7f : byte);
        }
      *value = invert ? -(int64_t) bits - 1 : (int64_t) bits;
      return 0;
    }
  while (i < size && field[i] == ' ')
    i++;
  for (; i < size && field[i] >= '0' && field[i] <= '7'; i++)
    bits = bits << 3 | (uint64_t) (field[i] - '0');
  if (i < size && field[i] != 0 && field[i] != ' ')
    return error_set (err, EINVAL, "archive/tar: invalid tar header");
  *value = (int64_t) bits;
  return 0;
}

static int
count (const char *field, size_t size, uint64_t limit, uint64_t *value, struct error *err)
{
  int64_t told;

  if (number (field, size, &told, err) < 0)
    return -1;
  if (told < 0 || (uint64_t) told > limit)
    return error_set (err, EINVAL, "a number in the archive is out of range");
  *value = (uint64_t) told;
  return 0;
}

static bool
checksum_matches (const struct tar_header *header)
{
  const uint8_t *bytes = (const uint8_t *) header;
  struct error ignored;
  unsigned sum = 0;
  int64_t told;

  if (number (header->checksum, sizeof header->checksum, &told, &ignored) < 0)
    return false;
  for (size_t i = 0; i < sizeof *header; i++)
    sum += i - offsetof (struct tar_header, checksum) < sizeof header->checksum ? ' ' : bytes[i];
  return told == sum;
}

/* A header that is about the next entry, with its content. */
static int
read_extension (struct tar_reader *reader, char type, uint64_t size, struct error *err)
{
  cleanup_free char *bytes = NULL;

  if (size > TAR_PAX_MAX)
    return error_set (err, E2BIG, "an extended header of the archive is too large");
  bytes = calloc (1, (size_t) size + 1);
  if (bytes == NULL)
    return error_errno (err, "unpack");
  if (take_all (reader, bytes, (size_t) size, err) < 0 || skip (reader, padding_of (size), err) < 0)
    return -1;
  if (type == 'x')
    return tar_pax_read (reader, bytes, (size_t) size, err);
  if (type == 'L' || type == 'K')
    return tar_pax_name (type == 'L' ? &reader->next.path : &reader->next.link, bytes, strlen (bytes), err);
  return 0; /* 'g': defaults for all entries, which nobody here writes */
}

/* The type that an entry has in `tar_entry`, or 0. */
static char
type_of (const struct tar_header *header, const char *name)
{
  switch (header->type)
    {
    case 0: /* from before there were types */
      return name[0] != 0 && name[strlen (name) - 1] == '/' ? '5' : '0';
    case '0':
    case '7':
      return '0';
    case '1' ... '6':
      return header->type;
    default:
      return 0;
    }
}

static int
read_names (struct tar_reader *reader, const struct tar_header *header, struct error *err)
{
  struct tar_entry *entry = &reader->entry;
  int length;

  if (reader->next.path != NULL)
    length = snprintf (entry->name, sizeof entry->name, "%s", reader->next.path);
  else if (memcmp (header->magic, "ustar", 6) == 0 && header->prefix[0] != 0)
    length = snprintf (entry->name, sizeof entry->name, "%.155s/%.100s", header->prefix, header->name);
  else
    length = snprintf (entry->name, sizeof entry->name, "%.100s", header->name);
  if ((size_t) length >= sizeof entry->name)
    return error_set (err, ENAMETOOLONG, "a name in the archive is too long");
  if (reader->next.link != NULL)
    length = snprintf (entry->link, sizeof entry->link, "%s", reader->next.link);
  else
    length = snprintf (entry->link, sizeof entry->link, "%.100s", header->link);
  if ((size_t) length >= sizeof entry->link)
    return error_set (err, ENAMETOOLONG, "a link in the archive is too long");
  return 0;
}

static int
read_numbers (struct tar_reader *reader, const struct tar_header *header, struct error *err)
{
  struct tar_entry *entry = &reader->entry;
  const struct tar_extended *next = &reader->next;
  uint64_t mode = 0, uid = 0, gid = 0, major = 0, minor = 0;
  int64_t mtime = 0;

  if (count (header->mode, sizeof header->mode, UINT32_MAX, &mode, err) < 0
      || count (header->uid, sizeof header->uid, UINT32_MAX - 1, &uid, err) < 0
      || count (header->gid, sizeof header->gid, UINT32_MAX - 1, &gid, err) < 0
      || number (header->mtime, sizeof header->mtime, &mtime, err) < 0)
    return -1;
  if ((entry->type == '3' || entry->type == '4')
      && (count (header->major, sizeof header->major, 0xfff, &major, err) < 0
          || count (header->minor, sizeof header->minor, 0xfffff, &minor, err) < 0))
    return -1;
  entry->mode = (mode_t) mode & 07777;
  entry->uid = (uid_t) (next->has_uid ? next->uid : uid);
  entry->gid = (gid_t) (next->has_gid ? next->gid : gid);
  entry->mtime = next->has_mtime ? next->mtime : (struct timespec){ .tv_sec = (time_t) mtime };
  entry->device = makedev ((unsigned) major, (unsigned) minor);
  return 0;
}

static int
read_header (struct tar_reader *reader, const struct tar_header *header, uint64_t size, struct error *err)
{
  struct tar_entry *entry = &reader->entry;

  if (reader->next.has_size)
    size = reader->next.size;
  if (read_names (reader, header, err) < 0)
    return -1;
  entry->type = type_of (header, entry->name);
  if (entry->type == 0)
    return error_set (err, EINVAL, "%s: an archive entry of type '%c' is not supported", entry->name, header->type);
  if (read_numbers (reader, header, err) < 0)
    return -1;
  /* Other types may tell a size, but have no content. */
  entry->size = reader->left = entry->type == '0' ? size : 0;
  reader->padding = padding_of (reader->left);
  extended_free (&reader->next);
  return 1;
}

int
tar_read_entry (struct tar_reader *reader, struct error *err)
{
  static const struct tar_header zeros;
  struct tar_header header;
  uint64_t size = 0;

  if (skip (reader, reader->left, err) < 0 || skip (reader, reader->padding, err) < 0)
    return -1;
  reader->left = reader->padding = 0;
  xattrs_free (&reader->entry);
  for (;;)
    {
      int taken = take (reader, &header, sizeof header, err);

      if (taken <= 0)
        return taken;
      if (memcmp (&header, &zeros, sizeof header) == 0)
        {
          do
            taken = take (reader, &header, 1, err);
          while (taken > 0);
          return taken;
        }
      if (!checksum_matches (&header))
        return error_set (err, EINVAL, "archive/tar: invalid tar header");
      if (count (header.size, sizeof header.size, INT64_MAX, &size, err) < 0)
        return -1;
      if (header.type != 'x' && header.type != 'g' && header.type != 'L' && header.type != 'K')
        return read_header (reader, &header, size, err);
      if (read_extension (reader, header.type, size, err) < 0)
        return -1;
    }
}
