#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define CGROUP_ROOT "/sys/fs/cgroup"

enum
{
  DEPTH_MAX = 16
};

static int
group_path (char *path, size_t size, const char *group, const char *file, struct error *err)
{
  if ((size_t) snprintf (path, size, CGROUP_ROOT "/%s%s%s", group + (group[0] == '/'), file[0] == 0 ? "" : "/", file)
      >= size)
    return error_set (err, ENAMETOOLONG, "cgroup %s", group);
  return 0;
}

int
cgroup_check (const char *group, struct error *err)
{
  const char *at = group + (group[0] == '/');

  if (at[0] == 0 || strlen (at) > 512)
    return error_set (err, EINVAL, "cgroup %s", group);
  for (; *at != 0; at += strcspn (at, "/"), at += *at == '/')
    if (at[0] == '/' || (at[0] == '.' && (at[1] == '/' || at[1] == 0 || at[1] == '.')))
      return error_set (err, EINVAL, "cgroup %s", group);
  return 0;
}

int
cgroup_write (const char *group, const char *file, const char *value, struct error *err)
{
  char path[PATH_MAX];
  cleanup_close int fd = -1;

  if (strchr (file, '/') != NULL)
    return error_set (err, EINVAL, "cgroup file %s", file);
  if (group_path (path, sizeof path, group, file, err) < 0)
    return -1;
  fd = open (path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write (fd, value, strlen (value)) < 0)
    return error_errno (err, "write %s to %s", value, path);
  return 0;
}

bool
cgroup_read (const char *group, const char *file, char *text, size_t size)
{
  char path[PATH_MAX];
  struct error err;
  cleanup_close int fd = -1;
  ssize_t count;

  if (group_path (path, sizeof path, group, file, &err) < 0)
    return false;
  fd = open (path, O_RDONLY | O_CLOEXEC);
  count = fd < 0 ? -1 : read (fd, text, size);
  if (count < 0 || (size_t) count == size)
    return false;
  text[count] = 0;
  return true;
}

unsigned long long
cgroup_number (const char *group, const char *file, const char *key)
{
  char text[4096];
  size_t length = strlen (key);

  if (!cgroup_read (group, file, text, sizeof text))
    return 0;
  for (const char *line = text; line != NULL && *line != 0; line = strchr (line, '\n'), line = line ? line + 1 : NULL)
    if (strncmp (line, key, length) == 0 && line[length] == ' ')
      return strtoull (line + length + 1, NULL, 10);
  return 0;
}

void
cgroup_kill (const char *group)
{
  struct error err;

  /* One that is gone, or has nobody in it, has nobody to end. */
  cgroup_write (group, "cgroup.kill", "1", &err);
}

/* Calls `each` for the group and all below it, those first. `path` is a buffer of PATH_MAX with the group in it. */
static int
walk (char *path, unsigned depth, int (*each) (const char *path, void *owner, struct error *err), void *owner,
      struct error *err)
{
  cleanup_dir DIR *dir = opendir (path);
  size_t length = strlen (path);
  const struct dirent *entry;

  if (dir == NULL)
    return errno == ENOENT ? 0 : error_errno (err, "open %s", path);
  while (depth < DEPTH_MAX && (entry = readdir (dir)) != NULL)
    {
      if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
        continue;
      if ((size_t) snprintf (path + length, PATH_MAX - length, "/%s", entry->d_name) >= PATH_MAX - length)
        {
          path[length] = 0;
          return error_set (err, ENAMETOOLONG, "cgroup %s", path);
        }
      if (walk (path, depth + 1, each, owner, err) < 0)
        return -1;
      path[length] = 0;
    }
  return each (path, owner, err);
}

static int
remove_one (const char *path, void *owner, struct error *err)
{
  (void) owner;
  return rmdir (path) < 0 && errno != ENOENT ? error_errno (err, "remove %s", path) : 0;
}

int
cgroup_remove (const char *group, struct error *err)
{
  char path[PATH_MAX];

  if (cgroup_check (group, err) < 0 || group_path (path, sizeof path, group, "", err) < 0)
    return -1;
  /* Nearly always there is nothing below it. */
  if (rmdir (path) == 0 || errno == ENOENT)
    return 0;
  return walk (path, 0, remove_one, NULL, err);
}

struct processes
{
  struct writer *out;
  uint32_t count;
};

static int
take_processes (const char *path, void *owner, struct error *err)
{
  struct processes *processes = owner;
  char file[PATH_MAX + 16];
  char text[8192];
  cleanup_close int fd = -1;
  size_t kept = 0;
  ssize_t count;

  (void) err;
  snprintf (file, sizeof file, "%s/cgroup.procs", path);
  fd = open (file, O_RDONLY | O_CLOEXEC);
  while (fd >= 0 && (count = read (fd, text + kept, sizeof text - 1 - kept)) > 0)
    {
      char *at = text;
      char *newline;

      kept += (size_t) count;
      text[kept] = 0;
      while ((newline = strchr (at, '\n')) != NULL)
        {
          write_u32 (processes->out, (uint32_t) strtoul (at, NULL, 10));
          processes->count++;
          at = newline + 1;
        }
      kept = strlen (at);
      memmove (text, at, kept);
    }
  return 0;
}

uint32_t
cgroup_processes (const char *group, struct writer *out)
{
  struct processes processes = { .out = out };
  char path[PATH_MAX];
  struct error err;

  if (group_path (path, sizeof path, group, "", &err) == 0)
    walk (path, 0, take_processes, &processes, &err);
  return processes.count;
}
