#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <limits.h>
#include <string.h>
#include <sys/syscall.h>

static int
is_whole (const char *root)
{
  return root[0] == 0 || strcmp (root, "/") == 0;
}

int
path_open (const char *root, const char *path, int flags, mode_t mode, struct error *err)
{
  struct open_how how = { .flags = (unsigned) (flags | O_CLOEXEC), .resolve = RESOLVE_IN_ROOT };
  cleanup_close int top = -1;
  int fd = -1;

  if (flags & (O_CREAT | O_TMPFILE))
    how.mode = mode;
  if (is_whole (root))
    fd = open (path, flags | O_CLOEXEC, mode);
  else
    {
      top = open (root, O_PATH | O_DIRECTORY | O_CLOEXEC);
      if (top < 0)
        return error_errno (err, "open %s", root);
      /* EAGAIN: something was renamed while "..", which must not lead out, was resolved. */
      for (int i = 0; i < 16; i++)
        {
          fd = (int) syscall (SYS_openat2, top, path[0] == 0 ? "." : path, &how, sizeof how);
          if (fd >= 0 || errno != EAGAIN)
            break;
        }
    }
  return fd < 0 ? error_errno (err, "open %s", path) : fd;
}

int
path_parent (const char *root, const char *path, const char **name, size_t *length, struct error *err)
{
  char parent[PATH_MAX];
  size_t end = strlen (path), start;

  while (end > 0 && path[end - 1] == '/')
    end--;
  for (start = end; start > 0 && path[start - 1] != '/';)
    start--;
  /* "." and ".." name no entry of their folder, and ".." would lead out of the root. */
  if (start == end || (path[start] == '.' && (end - start == 1 || (end - start == 2 && path[start + 1] == '.'))))
    return error_set (err, EINVAL, "%s has no name", path);
  if (end >= sizeof parent || end - start > NAME_MAX)
    return error_set (err, ENAMETOOLONG, "%s", path);
  *name = path + start;
  *length = end - start;
  memcpy (parent, path, start);
  parent[start] = 0;
  return path_open (root, start == 0 ? "." : parent, O_PATH | O_DIRECTORY, 0, err);
}
