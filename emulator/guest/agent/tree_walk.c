#include "tree_walk.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

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
      if (dir == NULL && fd >= 0)
        close (fd);
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

int
tree_enter (int dirfd, const char *name)
{
  struct open_how how = { .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, .resolve = RESOLVE_NO_XDEV };

  return (int) syscall (SYS_openat2, dirfd, name, &how, sizeof how);
}

void
tree_way_free (struct tree_way *way)
{
  while (way->length > 0)
    free (way->steps[--way->length].name);
  free (way->steps);
}

int
tree_way_push (struct tree_way *way, int from, const char *name, struct error *err)
{
  struct stat stat;

  if (way->length == way->capacity)
    {
      size_t capacity = way->capacity * 2 + 16;
      struct tree_step *grown = realloc (way->steps, capacity * sizeof *grown);

      if (grown == NULL)
        return error_errno (err, "walk %s", name);
      way->steps = grown;
      way->capacity = capacity;
    }
  if (fstat (from, &stat) < 0)
    return error_errno (err, "stat .");
  way->steps[way->length] = (struct tree_step){ .name = strdup (name), .device = stat.st_dev, .inode = stat.st_ino };
  return way->steps[way->length++].name == NULL ? error_errno (err, "walk %s", name) : 0;
}

int
tree_way_back (const struct tree_way *way, int fd, struct error *err)
{
  const struct tree_step *last = &way->steps[way->length - 1];
  cleanup_close int above = openat (fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  struct stat stat;

  if (above < 0 || fstat (above, &stat) < 0)
    return error_errno (err, "open ..");
  if (stat.st_dev != last->device || stat.st_ino != last->inode)
    return error_set (err, EBUSY, "%s was moved meanwhile", last->name);
  return take_fd (&above);
}
