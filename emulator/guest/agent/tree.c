#include "tree.h"
#include "path.h"
#include "tree_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

enum
{
  /* More names than one reading of a directory gives: removing while reading may have left some out. */
  READ_AGAIN = 64
};

/* 0: gone; 1: a directory with something in it. */
static int
remove_name (int dirfd, const char *name, struct error *err)
{
  int reason;

  if (unlinkat (dirfd, name, 0) == 0)
    return 0;
  reason = errno;
  if (reason != EISDIR && reason != EPERM)
    return error_errno (err, "remove %s", name);
  if (unlinkat (dirfd, name, AT_REMOVEDIR) == 0)
    return 0;
  if (errno == ENOTEMPTY || errno == EEXIST)
    return 1;
  if (errno == ENOTDIR)
    errno = reason;
  return error_errno (err, "remove %s", name);
}

enum
{
  EMPTIED,
  DESCEND,
  BUDGET_SPENT
};

/* Removes the names of a directory until one of them is a directory with something in it, which is put into `below`. */
static int
remove_names (DIR *dir, unsigned *budget, char below[NAME_MAX + 1], struct error *err)
{
  struct dirent *entry;
  unsigned seen;

  do
    {
      seen = 0;
      rewinddir (dir);
      for (errno = 0; (entry = readdir (dir)) != NULL; errno = 0)
        {
          int result;

          if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0)
            continue;
          seen++;
          if (*budget == 0)
            return BUDGET_SPENT;
          result = remove_name (dirfd (dir), entry->d_name, err);
          if (result < 0)
            return -1;
          if (result == 1)
            {
              memcpy (below, entry->d_name, strlen (entry->d_name) + 1);
              return DESCEND;
            }
          if (*budget != TREE_WHOLE)
            --*budget;
        }
      if (errno != 0)
        return error_errno (err, "list a directory");
    }
  while (seen >= READ_AGAIN);
  return EMPTIED;
}

static int
remove_below (int fd, unsigned budget, struct tree_way *way, struct error *err)
{
  for (;;)
    {
      cleanup_dir DIR *dir = fdopendir (fd);
      char below[NAME_MAX + 1];
      int result, next;

      if (dir == NULL)
        {
          close (fd);
          return error_errno (err, "list a directory");
        }
      result = remove_names (dir, &budget, below, err);
      if (result == DESCEND)
        {
          if (tree_way_push (way, dirfd (dir), below, err) < 0)
            return -1;
          next = tree_enter (dirfd (dir), below);
          if (next < 0)
            return errno == EXDEV ? error_set (err, EBUSY, "remove %s: something is mounted there", below)
                                  : error_errno (err, "open %s", below);
        }
      else if (result != EMPTIED || way->length == 0)
        return result == BUDGET_SPENT ? 1 : result == EMPTIED ? 0 : -1;
      else
        {
          next = tree_way_back (way, dirfd (dir), err);
          if (next < 0)
            return -1;
          if (unlinkat (next, way->steps[way->length - 1].name, AT_REMOVEDIR) < 0)
            {
              close (next);
              return error_errno (err, "remove %s", way->steps[way->length - 1].name);
            }
          free (way->steps[--way->length].name);
        }
      fd = next;
    }
}

int
tree_remove_at (int dirfd, const char *name, bool recursive, unsigned budget, struct error *err)
{
  struct tree_way way = { 0 };
  int result = remove_name (dirfd, name, err);
  int fd;

  if (result <= 0)
    return result;
  if (!recursive)
    return error_set (err, ENOTEMPTY, "remove %s: %s", name, strerror (ENOTEMPTY));
  fd = tree_enter (dirfd, name);
  if (fd < 0)
    return errno == EXDEV ? error_set (err, EBUSY, "remove %s: something is mounted there", name)
                          : error_errno (err, "open %s", name);
  result = remove_below (fd, budget, &way, err);
  tree_way_free (&way);
  if (result == 0 && unlinkat (dirfd, name, AT_REMOVEDIR) < 0)
    return error_errno (err, "remove %s", name);
  return result;
}

int
tree_remove (const char *path, bool recursive, struct error *err)
{
  char name[NAME_MAX + 1];
  const char *last;
  size_t length;
  cleanup_close int parent = path_parent ("", path, &last, &length, err);

  if (parent < 0)
    return -1;
  memcpy (name, last, length);
  name[length] = 0;
  return tree_remove_at (parent, name, recursive, TREE_WHOLE, err) < 0 ? -1 : 0;
}
