#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

enum
{
  DEPTH_MAX = 256,
  HARD_LINKS_MAX = 65536
};

void
names_free (char **names)
{
  for (size_t i = 0; names != NULL && names[i] != NULL; i++)
    free (names[i]);
  free (names);
}

static int
compare_names (const void *a, const void *b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

char **
tree_names (int dirfd, const char *name, struct error *err)
{
  int fd = openat (dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  cleanup_dir DIR *dir = fd < 0 ? NULL : fdopendir (fd);
  cleanup_names char **names = calloc (1, sizeof *names);
  size_t count = 0, capacity = 0;
  struct dirent *entry;

  if (dir == NULL || names == NULL)
    {
      error_errno (err, "open %s", name);
      return NULL;
    }
  for (errno = 0; (entry = readdir (dir)) != NULL; errno = 0)
    {
      if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0)
        continue;
      if (count == capacity)
        {
          char **grown = realloc (names, (capacity * 2 + 16 + 1) * sizeof *names);

          if (grown == NULL)
            break;
          names = grown;
          capacity = capacity * 2 + 16;
        }
      names[count] = strdup (entry->d_name);
      if (names[count] == NULL)
        break;
      names[++count] = NULL;
    }
  if (entry != NULL || errno != 0)
    {
      error_errno (err, "list %s", name);
      return NULL;
    }
  qsort (names, count, sizeof *names, compare_names);
  return take_pointer (&names);
}

static int
remove_below (int dirfd, const char *name, dev_t device, unsigned depth, struct error *err)
{
  cleanup_close int fd = -1;
  cleanup_dir DIR *dir = NULL;
  struct dirent *entry;
  struct stat stat;
  int listed;

  if (depth > DEPTH_MAX)
    return error_set (err, ELOOP, "remove %s: too deep", name);
  fd = openat (dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 || fstat (fd, &stat) < 0)
    return error_errno (err, "open %s", name);
  if (stat.st_dev != device)
    return error_set (err, EBUSY, "remove %s: something is mounted there", name);
  listed = dup (fd);
  dir = listed < 0 ? NULL : fdopendir (listed);
  if (dir == NULL)
    return error_errno (err, "list %s", name);
  while ((entry = readdir (dir)) != NULL)
    {
      if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0)
        continue;
      if (unlinkat (fd, entry->d_name, 0) == 0)
        continue;
      if (errno != EISDIR && errno != EPERM)
        return error_errno (err, "remove %s", entry->d_name);
      if (remove_below (fd, entry->d_name, device, depth + 1, err) < 0)
        return -1;
    }
  if (unlinkat (dirfd, name, AT_REMOVEDIR) < 0)
    return error_errno (err, "remove %s", name);
  return 0;
}

int
tree_remove (const char *path, bool recursive, struct error *err)
{
  struct stat stat;

  if (unlink (path) == 0)
    return 0;
  if (errno != EISDIR && errno != EPERM)
    return error_errno (err, "remove %s", path);
  if (!recursive)
    return rmdir (path) < 0 ? error_errno (err, "remove %s", path) : 0;
  if (lstat (path, &stat) < 0)
    return error_errno (err, "stat %s", path);
  return remove_below (AT_FDCWD, path, stat.st_dev, 0, err);
}

struct usage
{
  dev_t device;
  uint64_t bytes;
  ino_t *linked; /* inodes with several names that were counted */
  size_t linked_count;
};

static int
count_once (struct usage *usage, ino_t inode, struct error *err)
{
  ino_t *grown;

  for (size_t i = 0; i < usage->linked_count; i++)
    if (usage->linked[i] == inode)
      return 0;
  if (usage->linked_count == HARD_LINKS_MAX)
    return 1;
  if (usage->linked_count % 256 == 0)
    {
      grown = realloc (usage->linked, (usage->linked_count + 256) * sizeof *grown);
      if (grown == NULL)
        return error_errno (err, "usage");
      usage->linked = grown;
    }
  usage->linked[usage->linked_count++] = inode;
  return 1;
}

static int
usage_below (struct usage *usage, int dirfd, const char *name, unsigned depth, struct error *err)
{
  cleanup_names char **names = NULL;
  cleanup_close int fd = -1;
  struct stat stat;
  int counted = 1;

  if (fstatat (dirfd, name, &stat, AT_SYMLINK_NOFOLLOW) < 0)
    return errno == ENOENT ? 0 : error_errno (err, "stat %s", name); /* it may go while we look */
  if (stat.st_dev != usage->device)
    return 0;
  if (!S_ISDIR (stat.st_mode) && stat.st_nlink > 1)
    counted = count_once (usage, stat.st_ino, err);
  if (counted < 0)
    return -1;
  if (counted)
    usage->bytes += (uint64_t) stat.st_blocks * 512;
  if (!S_ISDIR (stat.st_mode))
    return 0;
  if (depth > DEPTH_MAX)
    return error_set (err, ELOOP, "usage of %s: too deep", name);
  names = tree_names (dirfd, name, err);
  fd = openat (dirfd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (names == NULL || fd < 0)
    return names == NULL ? -1 : error_errno (err, "open %s", name);
  for (size_t i = 0; names[i] != NULL; i++)
    if (usage_below (usage, fd, names[i], depth + 1, err) < 0)
      return -1;
  return 0;
}

int
tree_usage (const char *path, uint64_t *bytes, struct error *err)
{
  struct usage usage = { 0 };
  struct stat stat;
  int result;

  if (lstat (path, &stat) < 0)
    return error_errno (err, "stat %s", path);
  usage.device = stat.st_dev;
  result = usage_below (&usage, AT_FDCWD, path, 0, err);
  free (usage.linked);
  *bytes = usage.bytes;
  return result;
}
