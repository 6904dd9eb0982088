#include "tar.h"
#include "tar_format.h"
#include "tar_write.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

enum
{
  XATTR_MAX = 65536 /* of a list of names, and of a value, as the kernel has it */
};

struct link_seen
{
  dev_t device;
  ino_t inode;
  char *name;
};

struct packer
{
  struct tar_writer writer;
  bool layer;
  struct link_seen *links;
  size_t link_count;
  char name[PATH_MAX + 1]; /* in the archive, of the entry under way */
  char target[PATH_MAX];
};

/* Puts `text` behind the first `length` bytes of the name; returns the new length. */
static ssize_t
name_append (struct packer *packer, size_t length, const char *text, struct error *err)
{
  size_t added = strlen (text);

  if (length + added >= PATH_MAX)
    return error_set (err, ENAMETOOLONG, "%.*s%s", (int) length, packer->name, text);
  memcpy (packer->name + length, text, added + 1);
  return (ssize_t) (length + added);
}

/* An empty file `name` in the directory that is named by the first `length` bytes. */
static int
put_marker (struct packer *packer, size_t length, const char *name, const struct stat *like, struct error *err)
{
  struct stat stat = { .st_mode = S_IFREG, .st_mtim = { .tv_sec = like->st_mtim.tv_sec } };
  struct tar_records records = { 0 };
  struct tar_writer_entry marker = { .name = packer->name, .type = '0', .stat = &stat, .link = "" };
  int result;

  if (name_append (packer, length, name, err) < 0)
    return -1;
  result = tar_put_header (&packer->writer, &marker, &records, err);
  free (records.bytes);
  return result;
}

/* security.* always, user.* of files and directories; what overlayfs keeps for itself never. */
static int
add_xattrs (struct tar_records *records, int fd, struct error *err)
{
  static char names[XATTR_MAX], value[XATTR_MAX];
  ssize_t length = flistxattr (fd, names, sizeof names);

  if (length < 0 && errno != EOPNOTSUPP)
    return error_errno (err, "list the attributes");
  for (const char *name = names; length > 0 && name < names + length; name += strlen (name) + 1)
    {
      char key[300];
      ssize_t size;

      if (strncmp (name, "security.", 9) != 0 && strncmp (name, "user.", 5) != 0)
        continue;
      size = fgetxattr (fd, name, value, sizeof value);
      if (size < 0 && errno == ENODATA)
        continue;
      if (size < 0)
        return error_errno (err, "read the attribute %s", name);
      snprintf (key, sizeof key, "SCHILY.xattr.%s", name);
      if (tar_record (records, key, value, (size_t) size, err) < 0)
        return -1;
    }
  return 0;
}

/* The name under which the same file was written before, or NULL after remembering this one. */
static const char *
seen_before (struct packer *packer, const struct stat *stat)
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
      = (struct link_seen){ .device = stat->st_dev, .inode = stat->st_ino, .name = strdup (packer->name) };
  if (packer->links[packer->link_count].name != NULL)
    packer->link_count++;
  return NULL;
}

static int
put_content (struct packer *packer, int fd, uint64_t size, struct error *err)
{
  static uint8_t bytes[TAR_BUFFER];
  uint64_t left = size;

  while (left > 0)
    {
      ssize_t count = read (fd, bytes, left < sizeof bytes ? (size_t) left : sizeof bytes);

      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0)
        return error_errno (err, "read %s", packer->name);
      if (count == 0)
        break; /* it shrank while it was read: the rest is zeros, as the header promised bytes */
      if (tar_put (&packer->writer, bytes, (size_t) count, err) < 0)
        return -1;
      left -= (uint64_t) count;
    }
  for (; left > 0; left -= left < TAR_BUFFER ? left : TAR_BUFFER)
    if (tar_put (&packer->writer, NULL, left < TAR_BUFFER ? (size_t) left : TAR_BUFFER, err) < 0)
      return -1;
  return tar_put_padding (&packer->writer, size, err);
}

static int pack_one (struct packer *packer, int dirfd, const char *name, size_t length, struct error *err);

/* What is in a directory, whose name (with a slash) is the first `length` bytes. */
static int
pack_below (struct packer *packer, int fd, size_t length, struct error *err)
{
  cleanup_names char **names = tree_names (fd, ".", err);
  char opaque[2];
  struct stat stat;

  if (names == NULL)
    return -1;
  if (packer->layer && fgetxattr (fd, "trusted.overlay.opaque", opaque, sizeof opaque) == 1 && opaque[0] == 'y'
      && (fstat (fd, &stat) < 0 || put_marker (packer, length, ".wh..wh..opq", &stat, err) < 0))
    return -1;
  for (size_t i = 0; names[i] != NULL; i++)
    {
      ssize_t end;

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
          if (put_marker (packer, length, marker, &stat, err) < 0)
            return -1;
          continue;
        }
      end = name_append (packer, length, names[i], err);
      if (end < 0 || pack_one (packer, fd, names[i], (size_t) end, err) < 0)
        return -1;
    }
  return 0;
}

/* The type of a header, 0 for what cannot be kept: a socket. */
static char
type_of (mode_t mode)
{
  switch (mode & S_IFMT)
    {
    case S_IFREG:
      return '0';
    case S_IFLNK:
      return '2';
    case S_IFCHR:
      return '3';
    case S_IFBLK:
      return '4';
    case S_IFDIR:
      return '5';
    case S_IFIFO:
      return '6';
    default:
      return 0;
    }
}

/* The header of an entry; `fd` is the file or directory itself, or -1. */
static int
put_entry (struct packer *packer, const struct tar_writer_entry *entry, int fd, struct error *err)
{
  struct tar_records records = { 0 };
  int result = fd < 0 ? 0 : add_xattrs (&records, fd, err);

  if (result == 0)
    result = tar_put_header (&packer->writer, entry, &records, err);
  free (records.bytes);
  return result;
}

/* The entry whose name is the first `length` bytes, and what is in it. */
static int
pack_one (struct packer *packer, int dirfd, const char *name, size_t length, struct error *err)
{
  struct stat stat;
  struct tar_writer_entry entry = { .name = packer->name, .stat = &stat, .link = "" };
  cleanup_close int fd = -1;
  const char *first = NULL;
  ssize_t count;

  if (fstatat (dirfd, name, &stat, AT_SYMLINK_NOFOLLOW) < 0)
    return error_errno (err, "stat %s", packer->name);
  entry.type = type_of (stat.st_mode);
  if (entry.type == 0)
    return 0;
  if (entry.type != '5' && stat.st_nlink > 1)
    first = seen_before (packer, &stat);
  if (first != NULL)
    {
      entry.type = '1';
      entry.link = first;
      return put_entry (packer, &entry, -1, err);
    }
  if (entry.type == '2')
    {
      count = readlinkat (dirfd, name, packer->target, sizeof packer->target - 1);
      if (count < 0)
        return error_errno (err, "readlink %s", packer->name);
      packer->target[count] = 0;
      entry.link = packer->target;
    }
  if (entry.type != '0' && entry.type != '5')
    return put_entry (packer, &entry, -1, err);
  fd = openat (dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 || fstat (fd, &stat) < 0)
    return error_errno (err, "open %s", packer->name);
  if (type_of (stat.st_mode) != entry.type)
    return error_set (err, EBUSY, "%s was replaced meanwhile", packer->name);
  if (entry.type == '0')
    {
      entry.size = (uint64_t) stat.st_size;
      return put_entry (packer, &entry, fd, err) < 0 ? -1 : put_content (packer, fd, entry.size, err);
    }
  count = name_append (packer, length, "/", err);
  if (count < 0 || put_entry (packer, &entry, fd, err) < 0)
    return -1;
  return pack_below (packer, fd, (size_t) count, err);
}

static int
pack_all (struct packer *packer, const struct tar_pack *pack, struct error *err)
{
  char path[PATH_MAX];
  size_t end = strlen (pack->path);
  const char *name = pack->name;
  ssize_t length;

  if (pack->contents || pack->layer)
    {
      cleanup_close int fd = open (pack->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

      return fd < 0 ? error_errno (err, "open %s", pack->path) : pack_below (packer, fd, 0, err);
    }
  while (end > 1 && pack->path[end - 1] == '/')
    end--;
  if (end >= sizeof path)
    return error_set (err, ENAMETOOLONG, "%s", pack->path);
  memcpy (path, pack->path, end);
  path[end] = 0;
  if (name[0] == 0)
    {
      const char *slash = strrchr (path, '/');

      name = slash == NULL ? path : slash[1] == 0 ? "." : slash + 1;
    }
  length = name_append (packer, 0, name, err);
  return length < 0 ? -1 : pack_one (packer, AT_FDCWD, path, (size_t) length, err);
}

int
tar_pack (const struct tar_pack *pack, int fd, struct error *err)
{
  struct packer *packer = calloc (1, sizeof *packer);
  int result;

  if (packer == NULL)
    return error_errno (err, "pack");
  packer->writer.fd = fd;
  packer->writer.nanoseconds = packer->layer = pack->layer;
  result = pack_all (packer, pack, err);
  if (result == 0)
    result = tar_put (&packer->writer, NULL, 2 * TAR_BLOCK, err);
  if (result == 0)
    result = tar_flush (&packer->writer, err);
  for (size_t i = 0; i < packer->link_count; i++)
    free (packer->links[i].name);
  free (packer->links);
  free (packer);
  return result;
}
