#include "tar.h"
#include "tar_format.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <time.h>

enum
{
  PAX_MAX = 1 << 20,
  XATTRS_MAX = 32,
  SLICE = 65536
};

struct xattr
{
  char *name;
  char *value;
  size_t length;
};

/* What extended headers said about the next entry. */
struct extended
{
  char *path, *link;
  bool has_size, has_uid, has_gid, has_mtime;
  uint64_t size, uid, gid;
  struct timespec mtime;
  struct xattr xattrs[XATTRS_MAX];
  size_t xattr_count;
};

struct directory_time
{
  char *path;
  struct timespec mtime;
};

struct unpacker
{
  int fd, top;
  const struct tar_unpack *options;
  struct extended next;
  struct directory_time *times; /* set at the end: filling a directory changes its time */
  size_t time_count;
};

static void
extended_clear (struct extended *extended)
{
  free (extended->path);
  free (extended->link);
  for (size_t i = 0; i < extended->xattr_count; i++)
    {
      free (extended->xattrs[i].name);
      free (extended->xattrs[i].value);
    }
  memset (extended, 0, sizeof *extended);
}

/* 1: all of it; 0: the input ended before the first byte. */
static int
take (struct unpacker *unpacker, void *into, size_t length, struct error *err)
{
  size_t at = 0;

  while (at < length)
    {
      ssize_t count = read (unpacker->fd, (char *) into + at, length - at);

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
take_all (struct unpacker *unpacker, void *into, size_t length, struct error *err)
{
  int taken = take (unpacker, into, length, err);

  if (taken == 0 && length > 0)
    return error_set (err, EINVAL, "unexpected end of the archive");
  return taken < 0 ? -1 : 0;
}

static int
skip (struct unpacker *unpacker, uint64_t length, struct error *err)
{
  static char nowhere[SLICE];

  while (length > 0)
    {
      size_t part = length < sizeof nowhere ? (size_t) length : sizeof nowhere;

      if (take_all (unpacker, nowhere, part, err) < 0)
        return -1;
      length -= part;
    }
  return 0;
}

static uint64_t
padded (uint64_t size)
{
  return (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
}

/* Octal, or GNU's base 256 with the top bit set. */
static int
number (const char *field, size_t size, uint64_t *value, struct error *err)
{
  size_t i = 0;

  *value = 0;
  if ((uint8_t) field[0] == 0x80)
    {
      for (i = 1; i < size; i++)
        {
          if (*value >> 55 != 0)
            return error_set (err, EINVAL, "a number in the archive is too large");
          *value = *value << 8 | (uint8_t) field[i];
        }
      return 0;
    }
  while (i < size && field[i] == ' ')
    i++;
  for (; i < size && field[i] >= '0' && field[i] <= '7'; i++)
    *value = *value << 3 | (uint64_t) (field[i] - '0');
  if (i < size && field[i] != 0 && field[i] != ' ')
    return error_set (err, EINVAL, "a header of the archive is damaged");
  return 0;
}

static int
checksum_matches (const struct tar_header *header)
{
  uint64_t told;
  struct error ignored;
  unsigned sum = 0;

  if (number (header->checksum, sizeof header->checksum, &told, &ignored) < 0)
    return 0;
  for (size_t i = 0; i < sizeof *header; i++)
    sum += i >= offsetof (struct tar_header, checksum) && i < offsetof (struct tar_header, checksum) + 8
               ? ' '
               : ((const uint8_t *) header)[i];
  return sum == told;
}

static int
decimal (const char *text, uint64_t *value)
{
  *value = 0;
  if (*text == 0)
    return 0;
  for (; *text >= '0' && *text <= '9'; text++)
    {
      if (*value > (UINT64_MAX - 9) / 10)
        return 0;
      *value = *value * 10 + (uint64_t) (*text - '0');
    }
  return *text == 0 || *text == '.';
}

static int
record_xattr (struct extended *next, const char *name, const char *value, size_t length, struct error *err)
{
  struct xattr *xattr = &next->xattrs[next->xattr_count];

  if (next->xattr_count == XATTRS_MAX)
    return error_set (err, E2BIG, "too many attributes");
  xattr->name = strdup (name);
  xattr->value = malloc (length + 1);
  if (xattr->name == NULL || xattr->value == NULL)
    {
      free (xattr->name);
      free (xattr->value);
      return error_errno (err, "unpack");
    }
  memcpy (xattr->value, value, length);
  xattr->length = length;
  next->xattr_count++;
  return 0;
}

/* `value` is NUL-terminated behind its length. */
static int
record (struct extended *next, const char *key, const char *value, size_t length, struct error *err)
{
  bool ok = true;

  if (strncmp (key, "SCHILY.xattr.", 13) == 0)
    return record_xattr (next, key + 13, value, length, err);
  if (strncmp (key, "GNU.sparse", 10) == 0)
    return error_set (err, EINVAL, "sparse files in an archive are not supported");
  if (strcmp (key, "path") == 0 || strcmp (key, "linkpath") == 0)
    {
      char **text = key[0] == 'p' ? &next->path : &next->link;

      free (*text);
      *text = strdup (value);
      return *text == NULL || strlen (*text) != length ? error_set (err, EINVAL, "a name in the archive is damaged") : 0;
    }
  if (strcmp (key, "size") == 0)
    ok = next->has_size = decimal (value, &next->size);
  else if (strcmp (key, "uid") == 0)
    ok = next->has_uid = decimal (value, &next->uid);
  else if (strcmp (key, "gid") == 0)
    ok = next->has_gid = decimal (value, &next->gid);
  else if (strcmp (key, "mtime") == 0 && value[0] != '-')
    {
      const char *fraction = strchr (value, '.');
      uint64_t seconds;
      long scale = 100000000;

      ok = next->has_mtime = decimal (value, &seconds);
      next->mtime = (struct timespec){ .tv_sec = (time_t) seconds };
      for (fraction = fraction == NULL ? "" : fraction + 1; *fraction >= '0' && *fraction <= '9'; fraction++, scale /= 10)
        next->mtime.tv_nsec += (*fraction - '0') * scale;
    }
  return ok ? 0 : error_set (err, EINVAL, "the value of %s in the archive is damaged", key);
}

static int
read_pax (struct unpacker *unpacker, char *bytes, size_t length, struct error *err)
{
  char *at = bytes, *end = bytes + length;

  while (at < end)
    {
      size_t total = 0;
      char *key = at, *equals;

      while (key < end && *key >= '0' && *key <= '9' && total <= PAX_MAX)
        total = total * 10 + (size_t) (*key++ - '0');
      if (key == at || key >= end || *key != ' ' || total > (size_t) (end - at) || at[total - 1] != '\n'
          || total < (size_t) (key - at) + 4)
        return error_set (err, EINVAL, "an extended header of the archive is damaged");
      key++;
      at[total - 1] = 0;
      equals = memchr (key, '=', (size_t) (at + total - 1 - key));
      if (equals == NULL)
        return error_set (err, EINVAL, "an extended header of the archive is damaged");
      *equals = 0;
      if (record (&unpacker->next, key, equals + 1, (size_t) (at + total - 1 - (equals + 1)), err) < 0)
        return -1;
      at += total;
    }
  return 0;
}

static int
take_special (struct unpacker *unpacker, char type, uint64_t size, struct error *err)
{
  cleanup_free char *bytes = NULL;

  if (size > PAX_MAX)
    return error_set (err, E2BIG, "an extended header of the archive is too large");
  bytes = calloc (1, (size_t) size + 1);
  if (bytes == NULL)
    return error_errno (err, "unpack");
  if (take_all (unpacker, bytes, (size_t) size, err) < 0 || skip (unpacker, padded (size) - size, err) < 0)
    return -1;
  if (type == 'x')
    return read_pax (unpacker, bytes, (size_t) size, err);
  if (type == 'L' || type == 'K')
    return record (&unpacker->next, type == 'L' ? "path" : "linkpath", bytes, strlen (bytes), err);
  return 0; /* 'g': defaults for all entries, which nobody here writes */
}

/* No component may be "..": nothing is ever made outside the directory by name. */
static int
check_name (const char *name, struct error *err)
{
  for (const char *at = name; *at != 0;)
    {
      size_t length = strcspn (at, "/");

      if (length == 2 && at[0] == '.' && at[1] == '.')
        return error_set (err, EINVAL, "%s climbs out of the archive", name);
      if (length > NAME_MAX)
        return error_set (err, ENAMETOOLONG, "%s", name);
      at += length;
      at += strspn (at, "/");
    }
  return 0;
}

static int
make_parents (struct unpacker *unpacker, const char *name, struct error *err)
{
  char path[PATH_MAX];

  for (const char *slash = strchr (name, '/'); slash != NULL && slash[1] != 0; slash = strchr (slash + 1, '/'))
    {
      size_t length = (size_t) (slash - name);

      memcpy (path, name, length);
      path[length] = 0;
      if (mkdirat (unpacker->top, path, 0755) < 0 && errno != EEXIST)
        return error_errno (err, "mkdir %s", path);
    }
  return 0;
}

/* What is in the way of a new entry goes, as the options allow. True when a directory stays. */
static int
make_room (struct unpacker *unpacker, const char *name, char type, struct error *err)
{
  struct stat stat;
  char path[PATH_MAX];

  if (fstatat (unpacker->top, name, &stat, AT_SYMLINK_NOFOLLOW) < 0)
    return errno == ENOENT ? 0 : error_errno (err, "stat %s", name);
  if (S_ISDIR (stat.st_mode) && type == '5')
    return 1;
  if (unpacker->options->no_overwrite_dir_non_dir && S_ISDIR (stat.st_mode))
    return error_set (err, EISDIR, "cannot overwrite directory \"%s\" with non-directory \"%s\"",
                      unpacker->options->path, name);
  if (unpacker->options->no_overwrite_dir_non_dir && type == '5')
    return error_set (err, ENOTDIR, "cannot overwrite non-directory \"%s\" with directory \"%s\"",
                      unpacker->options->path, name);
  if ((size_t) snprintf (path, sizeof path, "/proc/self/fd/%d/%s", unpacker->top, name) >= sizeof path)
    return error_set (err, ENAMETOOLONG, "%s", name);
  return tree_remove (path, true, err) < 0 ? -1 : 0;
}

static int
write_content (struct unpacker *unpacker, const char *name, uint64_t size, struct error *err)
{
  cleanup_close int fd = openat (unpacker->top, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  static char bytes[SLICE];
  uint64_t left = size;

  if (fd < 0)
    return error_errno (err, "create %s", name);
  while (left > 0)
    {
      size_t part = left < sizeof bytes ? (size_t) left : sizeof bytes;
      size_t written = 0;

      if (take_all (unpacker, bytes, part, err) < 0)
        return -1;
      while (written < part)
        {
          ssize_t count = write (fd, bytes + written, part - written);

          if (count < 0)
            return error_errno (err, "write %s", name);
          written += (size_t) count;
        }
      left -= part;
    }
  return skip (unpacker, padded (size) - size, err);
}

static int
make_node (struct unpacker *unpacker, const struct tar_header *header, const char *name, const char *link,
           uint64_t size, struct error *err)
{
  static const mode_t kinds[] = { ['3'] = S_IFCHR, ['4'] = S_IFBLK, ['6'] = S_IFIFO };
  uint64_t device_major, device_minor;

  switch (header->type)
    {
    case '0':
    case '7':
    case 0:
      return write_content (unpacker, name, size, err);
    case '1':
      while (*link == '/')
        link++;
      if (check_name (link, err) < 0)
        return -1;
      if (linkat (unpacker->top, link, unpacker->top, name, 0) < 0)
        return error_errno (err, "link %s to %s", name, link);
      return 0;
    case '2':
      return symlinkat (link, unpacker->top, name) < 0 ? error_errno (err, "symlink %s", name) : 0;
    case '3':
    case '4':
    case '6':
      if (number (header->major, sizeof header->major, &device_major, err) < 0
          || number (header->minor, sizeof header->minor, &device_minor, err) < 0)
        return -1;
      if (mknodat (unpacker->top, name, kinds[(int) header->type] | 0600,
                   makedev ((unsigned) device_major, (unsigned) device_minor))
          < 0)
        return error_errno (err, "mknod %s", name);
      return 0;
    case '5':
      return mkdirat (unpacker->top, name, 0700) < 0 ? error_errno (err, "mkdir %s", name) : 0;
    default:
      return error_set (err, EINVAL, "%s: an archive entry of type '%c' is not supported", name, header->type);
    }
}

static int
remember_time (struct unpacker *unpacker, const char *name, const struct timespec *mtime, struct error *err)
{
  if (unpacker->time_count % 64 == 0)
    {
      struct directory_time *grown = realloc (unpacker->times, (unpacker->time_count + 64) * sizeof *grown);

      if (grown == NULL)
        return error_errno (err, "unpack");
      unpacker->times = grown;
    }
  unpacker->times[unpacker->time_count].mtime = *mtime;
  unpacker->times[unpacker->time_count].path = strdup (name);
  return unpacker->times[unpacker->time_count++].path == NULL ? error_errno (err, "unpack") : 0;
}

static int
set_attributes (struct unpacker *unpacker, const struct tar_header *header, const char *name, struct error *err)
{
  const struct tar_unpack *options = unpacker->options;
  struct extended *next = &unpacker->next;
  uint64_t mode, uid, gid, seconds;
  struct timespec times[2];
  char path[PATH_MAX];

  if (number (header->mode, sizeof header->mode, &mode, err) < 0 || number (header->uid, sizeof header->uid, &uid, err) < 0
      || number (header->gid, sizeof header->gid, &gid, err) < 0
      || number (header->mtime, sizeof header->mtime, &seconds, err) < 0)
    return -1;
  uid = options->uid >= 0 ? (uint64_t) options->uid : next->has_uid ? next->uid : uid;
  gid = options->gid >= 0 ? (uint64_t) options->gid : next->has_gid ? next->gid : gid;
  if (fchownat (unpacker->top, name, (uid_t) uid, (gid_t) gid, AT_SYMLINK_NOFOLLOW) < 0)
    return error_errno (err, "chown %s", name);
  /* After chown, which takes setuid away. */
  if (header->type != '2' && fchmodat (unpacker->top, name, (mode_t) mode & 07777, 0) < 0)
    return error_errno (err, "chmod %s", name);
  if ((size_t) snprintf (path, sizeof path, "/proc/self/fd/%d/%s", unpacker->top, name) >= sizeof path)
    return error_set (err, ENAMETOOLONG, "%s", name);
  for (size_t i = 0; i < next->xattr_count; i++)
    if (lsetxattr (path, next->xattrs[i].name, next->xattrs[i].value, next->xattrs[i].length, 0) < 0
        && errno != EOPNOTSUPP && errno != EPERM)
      return error_errno (err, "set %s of %s", next->xattrs[i].name, name);
  times[0] = times[1] = next->has_mtime ? next->mtime : (struct timespec){ .tv_sec = (time_t) seconds };
  if (header->type == '5')
    return remember_time (unpacker, name, &times[1], err);
  if (utimensat (unpacker->top, name, times, AT_SYMLINK_NOFOLLOW) < 0)
    return error_errno (err, "set the time of %s", name);
  return 0;
}

static int
unpack_entry (struct unpacker *unpacker, const struct tar_header *header, uint64_t size, struct error *err)
{
  char name[PATH_MAX], link[PATH_MAX];
  const char *clean = name;
  int result, stays;

  if (unpacker->next.path != NULL)
    result = snprintf (name, sizeof name, "%s", unpacker->next.path);
  else if (memcmp (header->magic, "ustar", 6) == 0 && header->prefix[0] != 0)
    result = snprintf (name, sizeof name, "%.155s/%.100s", header->prefix, header->name);
  else
    result = snprintf (name, sizeof name, "%.100s", header->name);
  if ((size_t) result >= sizeof name)
    return error_set (err, ENAMETOOLONG, "a name in the archive is too long");
  if (unpacker->next.link != NULL)
    result = snprintf (link, sizeof link, "%s", unpacker->next.link);
  else
    result = snprintf (link, sizeof link, "%.100s", header->link);
  if ((size_t) result >= sizeof link)
    return error_set (err, ENAMETOOLONG, "a link in the archive is too long");
  for (size_t length = strlen (name); length > 0 && name[length - 1] == '/';)
    name[--length] = 0;
  while (*clean == '/' || (clean[0] == '.' && clean[1] == '/'))
    clean++;
  if (*clean == 0 || strcmp (clean, ".") == 0)
    return skip (unpacker, padded (header->type == '0' || header->type == 0 ? size : 0), err);
  if (check_name (clean, err) < 0 || make_parents (unpacker, clean, err) < 0)
    return -1;
  stays = make_room (unpacker, clean, header->type, err);
  if (stays < 0 || (!stays && make_node (unpacker, header, clean, link, size, err) < 0))
    return -1;
  return header->type == '1' ? 0 : set_attributes (unpacker, header, clean, err);
}

static int
unpack_all (struct unpacker *unpacker, struct error *err)
{
  static const struct tar_header zeros;
  struct tar_header header;
  uint64_t size;

  for (;;)
    {
      int taken = take (unpacker, &header, sizeof header, err);

      if (taken <= 0)
        return taken;
      if (memcmp (&header, &zeros, sizeof header) == 0)
        {
          /* What follows the end is read, so that the writer is not cut off. */
          while ((taken = take (unpacker, &header, sizeof header, err)) > 0)
            ;
          return taken;
        }
      if (!checksum_matches (&header))
        return error_set (err, EINVAL, "archive/tar: invalid tar header");
      if (number (header.size, sizeof header.size, &size, err) < 0)
        return -1;
      if (unpacker->next.has_size)
        size = unpacker->next.size;
      if (header.type == 'x' || header.type == 'g' || header.type == 'L' || header.type == 'K')
        {
          if (take_special (unpacker, header.type, size, err) < 0)
            return -1;
          continue;
        }
      if (unpack_entry (unpacker, &header, size, err) < 0)
        return -1;
      extended_clear (&unpacker->next);
    }
}

int
tar_unpack (const struct tar_unpack *options, int fd, struct error *err)
{
  struct unpacker unpacker = { .fd = fd, .options = options };
  int result;

  unpacker.top = open (options->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (unpacker.top < 0)
    return error_errno (err, "open %s", options->path);
  result = unpack_all (&unpacker, err);
  extended_clear (&unpacker.next);
  while (unpacker.time_count-- > 0)
    {
      struct directory_time *at = &unpacker.times[unpacker.time_count];
      struct timespec times[2] = { at->mtime, at->mtime };

      if (result == 0 && utimensat (unpacker.top, at->path, times, AT_SYMLINK_NOFOLLOW) < 0)
        result = error_errno (err, "set the time of %s", at->path);
      free (at->path);
    }
  free (unpacker.times);
  close (unpacker.top);
  return result;
}
