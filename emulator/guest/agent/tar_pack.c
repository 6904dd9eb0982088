#include "tar.h"
#include "tar_format.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

enum
{
  DEPTH_MAX = 256,
  BUFFER = 65536,
  XATTR_MAX = 65536
};

struct link_seen
{
  dev_t device;
  ino_t inode;
  char *name;
};

struct packer
{
  int fd;
  bool layer;
  size_t length;
  uint8_t buffer[BUFFER];
  struct link_seen *links;
  size_t link_count;
};

static int
flush (struct packer *packer, struct error *err)
{
  size_t at = 0;

  while (at < packer->length)
    {
      ssize_t count = write (packer->fd, packer->buffer + at, packer->length - at);

      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0)
        return error_errno (err, "write the archive");
      at += (size_t) count;
    }
  packer->length = 0;
  return 0;
}

static int
put (struct packer *packer, const void *bytes, size_t length, struct error *err)
{
  const uint8_t *from = bytes;

  while (length > 0)
    {
      size_t part = BUFFER - packer->length < length ? BUFFER - packer->length : length;

      if (from == NULL)
        memset (packer->buffer + packer->length, 0, part);
      else
        {
          memcpy (packer->buffer + packer->length, from, part);
          from += part;
        }
      packer->length += part;
      length -= part;
      if (packer->length == BUFFER && flush (packer, err) < 0)
        return -1;
    }
  return 0;
}

static int
put_padding (struct packer *packer, uint64_t size, struct error *err)
{
  return put (packer, NULL, (size_t) ((TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK), err);
}

/* Extended records: "LENGTH KEY=VALUE\n". */
struct records
{
  char *bytes;
  size_t length;
};

static int
record_add (struct records *records, const char *key, const void *value, size_t length, struct error *err)
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

struct entry
{
  const char *name;
  char type;
  const struct stat *stat;
  uint64_t size;
  const char *link;
};

static int
add_number (struct records *records, const char *key, uint64_t value, struct error *err)
{
  char text[24];
  int length = snprintf (text, sizeof text, "%" PRIu64, value);

  return record_add (records, key, text, (size_t) length, err);
}

static int
put_header (struct packer *packer, const struct entry *entry, struct records *records, struct error *err)
{
  struct tar_header header = { .type = entry->type };
  const struct stat *stat = entry->stat;
  uint64_t seconds = stat->st_mtim.tv_sec < 0 ? 0 : (uint64_t) stat->st_mtim.tv_sec;
  bool is_device = S_ISCHR (stat->st_mode) || S_ISBLK (stat->st_mode);

  if (strlen (entry->name) > sizeof header.name
      && record_add (records, "path", entry->name, strlen (entry->name), err) < 0)
    return -1;
  if (strlen (entry->link) > sizeof header.link
      && record_add (records, "linkpath", entry->link, strlen (entry->link), err) < 0)
    return -1;
  if (!fits (entry->size, 11) && add_number (records, "size", entry->size, err) < 0)
    return -1;
  if (!fits (stat->st_uid, 7) && add_number (records, "uid", stat->st_uid, err) < 0)
    return -1;
  if (!fits (stat->st_gid, 7) && add_number (records, "gid", stat->st_gid, err) < 0)
    return -1;
  if (packer->layer && stat->st_mtim.tv_nsec != 0)
    {
      char text[40];
      int length = snprintf (text, sizeof text, "%" PRIu64 ".%09ld", seconds, (long) stat->st_mtim.tv_nsec);

      if (record_add (records, "mtime", text, (size_t) length, err) < 0)
        return -1;
    }
  if (records->length > 0)
    {
      struct tar_header pax = { .name = "PaxHeaders", .type = 'x' };

      octal (pax.mode, sizeof pax.mode, 0644);
      octal (pax.uid, sizeof pax.uid, 0);
      octal (pax.gid, sizeof pax.gid, 0);
      octal (pax.size, sizeof pax.size, records->length);
      octal (pax.mtime, sizeof pax.mtime, 0);
      seal (&pax);
      if (put (packer, &pax, sizeof pax, err) < 0 || put (packer, records->bytes, records->length, err) < 0
          || put_padding (packer, records->length, err) < 0)
        return -1;
    }
  memcpy (header.name, entry->name, strnlen (entry->name, sizeof header.name));
  memcpy (header.link, entry->link, strnlen (entry->link, sizeof header.link));
  octal (header.mode, sizeof header.mode, stat->st_mode & 07777);
  octal (header.uid, sizeof header.uid, fits (stat->st_uid, 7) ? stat->st_uid : 0);
  octal (header.gid, sizeof header.gid, fits (stat->st_gid, 7) ? stat->st_gid : 0);
  octal (header.size, sizeof header.size, fits (entry->size, 11) ? entry->size : 0);
  octal (header.mtime, sizeof header.mtime, seconds);
  octal (header.major, sizeof header.major, is_device ? major (stat->st_rdev) : 0);
  octal (header.minor, sizeof header.minor, is_device ? minor (stat->st_rdev) : 0);
  seal (&header);
  return put (packer, &header, sizeof header, err);
}

static int
put_marker (struct packer *packer, const char *directory, const char *name, const struct stat *like, struct error *err)
{
  char path[PATH_MAX];
  struct stat stat = { .st_mode = S_IFREG, .st_mtim = { .tv_sec = like->st_mtim.tv_sec } };
  struct records records = { 0 };
  int result;

  if ((size_t) snprintf (path, sizeof path, "%s%s", directory, name) >= sizeof path)
    return error_set (err, ENAMETOOLONG, "%s%s", directory, name);
  result = put_header (packer, &(struct entry){ .name = path, .type = '0', .stat = &stat, .link = "" }, &records, err);
  free (records.bytes);
  return result;
}

/* security.* always, user.* of files and directories; what overlayfs keeps for itself never. */
static int
add_xattrs (struct records *records, const char *proc_path, struct error *err)
{
  char names[4096];
  ssize_t length = listxattr (proc_path, names, sizeof names);

  for (const char *name = names; length > 0 && name < names + length; name += strlen (name) + 1)
    {
      char key[300];
      char value[4096];
      ssize_t size;

      if (strncmp (name, "security.", 9) != 0 && strncmp (name, "user.", 5) != 0)
        continue;
      size = getxattr (proc_path, name, value, sizeof value);
      if (size < 0)
        continue;
      if ((size_t) snprintf (key, sizeof key, "SCHILY.xattr.%s", name) >= sizeof key)
        return error_set (err, ENAMETOOLONG, "%s", name);
      if (record_add (records, key, value, (size_t) size, err) < 0)
        return -1;
    }
  return 0;
}

/* The name under which the same file was written before, or NULL after remembering this one. */
static const char *
seen_before (struct packer *packer, const struct stat *stat, const char *name)
{
  struct link_seen *grown;

  for (size_t i = 0; i < packer->link_count; i++)
    if (packer->links[i].inode == stat->st_ino && packer->links[i].device == stat->st_dev)
      return packer->links[i].name;
  if (packer->link_count % 64 == 0)
    {
      grown = realloc (packer->links, (packer->link_count + 64) * sizeof *grown);
      if (grown == NULL)
        return NULL; /* written twice: larger, not wrong */
      packer->links = grown;
    }
  packer->links[packer->link_count]
      = (struct link_seen){ .device = stat->st_dev, .inode = stat->st_ino, .name = strdup (name) };
  if (packer->links[packer->link_count].name != NULL)
    packer->link_count++;
  return NULL;
}

static int
put_content (struct packer *packer, int dirfd, const char *name, uint64_t size, struct error *err)
{
  cleanup_close int fd = openat (dirfd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  uint64_t left = size;
  static uint8_t bytes[BUFFER];

  if (fd < 0)
    return error_errno (err, "open %s", name);
  while (left > 0)
    {
      ssize_t count = read (fd, bytes, left < sizeof bytes ? (size_t) left : sizeof bytes);

      if (count < 0)
        return error_errno (err, "read %s", name);
      if (count == 0)
        break; /* it shrank while it was read: the rest is zeros, as the header promised bytes */
      if (put (packer, bytes, (size_t) count, err) < 0)
        return -1;
      left -= (uint64_t) count;
    }
  for (; left > 0; left -= left < BUFFER ? left : BUFFER)
    if (put (packer, NULL, left < BUFFER ? (size_t) left : BUFFER, err) < 0)
      return -1;
  return put_padding (packer, size, err);
}

static int pack_one (struct packer *packer, int dirfd, const char *name, const char *as, unsigned depth,
                     struct error *err);

static int
pack_below (struct packer *packer, int dirfd, const char *name, const char *prefix, unsigned depth, struct error *err)
{
  cleanup_names char **names = tree_names (dirfd, name, err);
  cleanup_close int fd = openat (dirfd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  char opaque[2];
  struct stat stat;

  if (names == NULL || fd < 0)
    return names == NULL ? -1 : error_errno (err, "open %s", name);
  if (packer->layer && fgetxattr (fd, "trusted.overlay.opaque", opaque, sizeof opaque) == 1 && opaque[0] == 'y'
      && (fstat (fd, &stat) < 0 || put_marker (packer, prefix, ".wh..wh..opq", &stat, err) < 0))
    return -1;
  for (size_t i = 0; names[i] != NULL; i++)
    {
      char as[PATH_MAX];

      if ((size_t) snprintf (as, sizeof as, "%s%s", prefix, names[i]) >= sizeof as)
        return error_set (err, ENAMETOOLONG, "%s%s", prefix, names[i]);
      if (fstatat (fd, names[i], &stat, AT_SYMLINK_NOFOLLOW) < 0)
        {
          if (errno == ENOENT)
            continue; /* it went while we looked */
          return error_errno (err, "stat %s", names[i]);
        }
      if (packer->layer && S_ISCHR (stat.st_mode) && stat.st_rdev == 0)
        {
          char marker[NAME_MAX + 8];

          snprintf (marker, sizeof marker, ".wh.%s", names[i]);
          if (put_marker (packer, prefix, marker, &stat, err) < 0)
            return -1;
          continue;
        }
      if (pack_one (packer, fd, names[i], as, depth, err) < 0)
        return -1;
    }
  return 0;
}

static int
pack_one (struct packer *packer, int dirfd, const char *name, const char *as, unsigned depth, struct error *err)
{
  struct records records = { 0 };
  struct entry entry = { .name = as, .link = "" };
  char path[PATH_MAX + 1], target[PATH_MAX], proc_path[PATH_MAX];
  struct stat stat;
  ssize_t length;
  int result;

  if (depth > DEPTH_MAX)
    return error_set (err, ELOOP, "%s: too deep", as);
  if (fstatat (dirfd, name, &stat, AT_SYMLINK_NOFOLLOW) < 0)
    return error_errno (err, "stat %s", as);
  entry.stat = &stat;
  switch (stat.st_mode & S_IFMT)
    {
    case S_IFREG:
      entry.type = '0';
      entry.size = (uint64_t) stat.st_size;
      break;
    case S_IFDIR:
      entry.type = '5';
      if ((size_t) snprintf (path, sizeof path, "%s/", as) >= sizeof path)
        return error_set (err, ENAMETOOLONG, "%s", as);
      entry.name = path;
      break;
    case S_IFLNK:
      entry.type = '2';
      length = readlinkat (dirfd, name, target, sizeof target - 1);
      if (length < 0)
        return error_errno (err, "readlink %s", as);
      target[length] = 0;
      entry.link = target;
      break;
    case S_IFCHR:
      entry.type = '3';
      break;
    case S_IFBLK:
      entry.type = '4';
      break;
    case S_IFIFO:
      entry.type = '6';
      break;
    default:
      return 0; /* a socket is nothing that could be kept */
    }
  if (entry.type != '5' && stat.st_nlink > 1)
    {
      const char *first = seen_before (packer, &stat, as);

      if (first != NULL)
        {
          entry.type = '1';
          entry.link = first;
          entry.size = 0;
        }
    }
  if ((entry.type == '0' || entry.type == '5')
      && (size_t) snprintf (proc_path, sizeof proc_path, "/proc/self/fd/%d/%s", dirfd, name) < sizeof proc_path
      && add_xattrs (&records, proc_path, err) < 0)
    result = -1;
  else
    result = put_header (packer, &entry, &records, err);
  free (records.bytes);
  if (result < 0)
    return -1;
  if (entry.type == '0')
    return put_content (packer, dirfd, name, entry.size, err);
  if (entry.type == '5')
    return pack_below (packer, dirfd, name, path, depth + 1, err);
  return 0;
}

int
tar_pack (const struct tar_pack *pack, int fd, struct error *err)
{
  struct packer *packer = calloc (1, sizeof *packer);
  const char *base = strrchr (pack->path, '/');
  const char *name = pack->name[0] != 0 ? pack->name : base != NULL && base[1] != 0 ? base + 1 : pack->path;
  int result;

  if (packer == NULL)
    return error_errno (err, "pack");
  packer->fd = fd;
  packer->layer = pack->layer;
  if (pack->contents || pack->layer)
    result = pack_below (packer, AT_FDCWD, pack->path, "", 0, err);
  else
    result = pack_one (packer, AT_FDCWD, pack->path, strcmp (name, "/") == 0 ? "." : name, 0, err);
  if (result == 0)
    result = put (packer, NULL, 2 * TAR_BLOCK, err);
  if (result == 0)
    result = flush (packer, err);
  for (size_t i = 0; i < packer->link_count; i++)
    free (packer->links[i].name);
  free (packer->links);
  free (packer);
  return result;
}
