#include "tar.h"
#include "tar_read.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>

struct directory_time
{
  char *path;
  struct timespec mtime;
};

struct unpacker
{
  const struct tar_unpack *options;
  int top;
  struct tar_reader reader;
  struct directory_time *times; /* set at the end: filling a directory changes its time */
  size_t time_count;
};

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

/* In place: without slashes, "." components and repeated slashes; "" is the directory itself. */
static void
clean_name (char *name)
{
  char *to = name;

  for (const char *at = name; *at != 0;)
    {
      size_t length = strcspn (at, "/");

      if (length > 0 && !(length == 1 && at[0] == '.'))
        {
          if (to > name)
            *to++ = '/';
          memmove (to, at, length);
          to += length;
        }
      at += length;
      at += strspn (at, "/");
    }
  *to = 0;
}

static int
open_directory (const struct unpacker *unpacker, const char *path)
{
  struct open_how how = { .flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
                          .resolve = unpacker->options->beneath ? RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS : 0 };

  return (int) syscall (SYS_openat2, unpacker->top, path[0] == 0 ? "." : path, &how, sizeof how);
}

/* The directory that an entry is in, and `last`, its own name. `make`: directories that lack are made. */
static int
open_parent (const struct unpacker *unpacker, char *name, bool make, const char **last, struct error *err)
{
  char *slash = strrchr (name, '/');
  cleanup_close int parent = -1;

  *last = slash == NULL ? name : slash + 1;
  if (slash == NULL)
    {
      parent = open_directory (unpacker, "");
      return parent < 0 ? error_errno (err, "open %s", unpacker->options->path) : take_fd (&parent);
    }
  *slash = 0;
  parent = open_directory (unpacker, name);
  if (parent < 0 && errno == ENOENT && make)
    {
      const char *missing;
      cleanup_close int above = open_parent (unpacker, name, true, &missing, err);

      if (above >= 0 && mkdirat (above, missing, 0755) < 0 && errno != EEXIST)
        error_errno (err, "mkdir %s", name);
      else if (above >= 0 && (parent = open_directory (unpacker, name)) < 0)
        error_errno (err, "open %s", name);
    }
  else if (parent < 0)
    error_errno (err, "open %s", name);
  *slash = '/';
  return parent < 0 ? -1 : take_fd (&parent);
}

/* What is in the way of a new entry goes, as the options allow. 1: a directory stays. */
static int
make_room (const struct unpacker *unpacker, int parent, const char *last, struct error *err)
{
  const struct tar_entry *entry = &unpacker->reader.entry;
  const char *path = unpacker->options->path;
  struct stat stat;

  if (fstatat (parent, last, &stat, AT_SYMLINK_NOFOLLOW) < 0)
    return errno == ENOENT ? 0 : error_errno (err, "stat %s", entry->name);
  if (S_ISDIR (stat.st_mode) && entry->type == '5')
    return 1;
  if (unpacker->options->no_overwrite_dir_non_dir && S_ISDIR (stat.st_mode))
    return error_set (err, EISDIR, "cannot overwrite directory \"%s/%s\" with non-directory \"%s\"",
                      strcmp (path, "/") == 0 ? "" : path, entry->name, path);
  if (unpacker->options->no_overwrite_dir_non_dir && entry->type == '5')
    return error_set (err, ENOTDIR, "cannot overwrite non-directory \"%s/%s\" with directory \"%s\"",
                      strcmp (path, "/") == 0 ? "" : path, entry->name, path);
  return tree_remove_at (parent, last, true, TREE_WHOLE, err);
}

static int
write_content (struct unpacker *unpacker, int parent, const char *last, struct error *err)
{
  cleanup_close int fd = openat (parent, last, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  const struct tar_entry *entry = &unpacker->reader.entry;
  static char bytes[65536];

  if (fd < 0)
    return error_errno (err, "create %s", entry->name);
  while (unpacker->reader.left > 0)
    {
      size_t part = unpacker->reader.left < sizeof bytes ? (size_t) unpacker->reader.left : sizeof bytes;

      if (tar_read_content (&unpacker->reader, bytes, part, err) < 0)
        return -1;
      for (size_t written = 0; written < part;)
        {
          ssize_t count = write (fd, bytes + written, part - written);

          if (count < 0 && errno == EINTR)
            continue;
          if (count < 0)
            return error_errno (err, "write %s", entry->name);
          written += (size_t) count;
        }
    }
  return 0;
}

static int
make_link (const struct unpacker *unpacker, int parent, const char *last, struct error *err)
{
  char target[PATH_MAX];
  const char *target_last;
  cleanup_close int target_parent = -1;

  memcpy (target, unpacker->reader.entry.link, sizeof target);
  clean_name (target);
  if (check_name (target, err) < 0)
    return -1;
  target_parent = open_parent (unpacker, target, false, &target_last, err);
  if (target_parent < 0)
    return -1;
  if (linkat (target_parent, target_last, parent, last, 0) < 0)
    return error_errno (err, "link %s to %s", unpacker->reader.entry.name, unpacker->reader.entry.link);
  return 0;
}

static int
make_node (struct unpacker *unpacker, int parent, const char *last, struct error *err)
{
  static const mode_t kinds[] = { ['3'] = S_IFCHR, ['4'] = S_IFBLK, ['6'] = S_IFIFO };
  const struct tar_entry *entry = &unpacker->reader.entry;

  switch (entry->type)
    {
    case '1':
      return make_link (unpacker, parent, last, err);
    case '2':
      return symlinkat (entry->link, parent, last) < 0 ? error_errno (err, "symlink %s", entry->name) : 0;
    case '3':
    case '4':
    case '6':
      if (mknodat (parent, last, kinds[(int) entry->type] | 0600, entry->device) < 0)
        return error_errno (err, "mknod %s", entry->name);
      return 0;
    case '5':
      return mkdirat (parent, last, 0700) < 0 ? error_errno (err, "mkdir %s", entry->name) : 0;
    default:
      return write_content (unpacker, parent, last, err);
    }
}

static int
remember_time (struct unpacker *unpacker, struct error *err)
{
  const struct tar_entry *entry = &unpacker->reader.entry;

  if (unpacker->time_count % 64 == 0)
    {
      struct directory_time *grown = realloc (unpacker->times, (unpacker->time_count + 64) * sizeof *grown);

      if (grown == NULL)
        return error_errno (err, "unpack");
      unpacker->times = grown;
    }
  unpacker->times[unpacker->time_count].mtime = entry->mtime;
  unpacker->times[unpacker->time_count].path = strdup (entry->name);
  return unpacker->times[unpacker->time_count++].path == NULL ? error_errno (err, "unpack") : 0;
}

/* Those that the file system has no room or right for are left out, as Docker leaves them out. What overlayfs keeps for
 * itself is nobody's to bring. */
static int
set_xattrs (const struct tar_entry *entry, int parent, const char *last, struct error *err)
{
  /* There is no way to set them beside a descriptor, and /proc is not there in every root. */
  if (entry->xattr_count > 0 && fchdir (parent) < 0)
    return error_errno (err, "chdir");
  for (size_t i = 0; i < entry->xattr_count; i++)
    {
      const struct tar_xattr *xattr = &entry->xattrs[i];

      if (strncmp (xattr->name, "trusted.overlay.", 16) != 0
          && lsetxattr (last, xattr->name, xattr->value, xattr->length, 0) < 0 && errno != EOPNOTSUPP
          && errno != EPERM)
        return error_errno (err, "set %s of %s", xattr->name, entry->name);
    }
  return 0;
}

static int
set_attributes (struct unpacker *unpacker, int parent, const char *last, struct error *err)
{
  const struct tar_unpack *options = unpacker->options;
  const struct tar_entry *entry = &unpacker->reader.entry;
  uid_t uid = options->uid >= 0 ? (uid_t) options->uid : entry->uid;
  gid_t gid = options->gid >= 0 ? (gid_t) options->gid : entry->gid;
  struct timespec times[2] = { entry->mtime, entry->mtime };

  if (fchownat (parent, last, uid, gid, AT_SYMLINK_NOFOLLOW) < 0)
    return error_errno (err, "chown %s", entry->name);
  /* After chown, which takes setuid away. */
  if (entry->type != '2' && fchmodat (parent, last, entry->mode, 0) < 0)
    return error_errno (err, "chmod %s", entry->name);
  if (set_xattrs (entry, parent, last, err) < 0)
    return -1;
  if (entry->type == '5')
    return remember_time (unpacker, err);
  if (utimensat (parent, last, times, AT_SYMLINK_NOFOLLOW) < 0)
    return error_errno (err, "set the time of %s", entry->name);
  return 0;
}

static int
unpack_entry (struct unpacker *unpacker, struct error *err)
{
  struct tar_entry *entry = &unpacker->reader.entry;
  const char *last;
  cleanup_close int parent = -1;
  int stays;

  clean_name (entry->name);
  if (entry->name[0] == 0)
    return 0;
  if (check_name (entry->name, err) < 0)
    return -1;
  parent = open_parent (unpacker, entry->name, true, &last, err);
  if (parent < 0)
    return -1;
  stays = make_room (unpacker, parent, last, err);
  if (stays < 0 || (!stays && make_node (unpacker, parent, last, err) < 0))
    return -1;
  return entry->type == '1' ? 0 : set_attributes (unpacker, parent, last, err);
}

/* Of a directory, unless a later entry took its place. */
static int
set_time (struct unpacker *unpacker, struct directory_time *directory, struct error *err)
{
  struct timespec times[2] = { directory->mtime, directory->mtime };
  struct error ignored;
  const char *last;
  cleanup_close int parent = open_parent (unpacker, directory->path, false, &last, &ignored);
  struct stat stat;

  if (parent < 0 || fstatat (parent, last, &stat, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISDIR (stat.st_mode))
    return 0;
  if (utimensat (parent, last, times, AT_SYMLINK_NOFOLLOW) < 0)
    return error_errno (err, "set the time of %s", directory->path);
  return 0;
}

int
tar_unpack (const struct tar_unpack *options, int fd, struct error *err)
{
  struct unpacker *unpacker = calloc (1, sizeof *unpacker);
  int result = -1;

  if (unpacker == NULL)
    return error_errno (err, "unpack");
  unpacker->options = options;
  unpacker->reader.fd = fd;
  unpacker->top = open (options->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (unpacker->top < 0)
    error_errno (err, "open %s", options->path);
  else
    while ((result = tar_read_entry (&unpacker->reader, err)) > 0 && (result = unpack_entry (unpacker, err)) == 0)
      ;
  for (size_t i = unpacker->time_count; i-- > 0;)
    {
      if (result == 0)
        result = set_time (unpacker, &unpacker->times[i], err);
      free (unpacker->times[i].path);
    }
  cleanup_closep (&unpacker->top);
  free (unpacker->times);
  tar_reader_free (&unpacker->reader);
  free (unpacker);
  return result;
}
