#include "observe.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

enum
{
  GROUPS_MAX = 256,
  DEPTH_MAX = 4
};

struct groups
{
  struct writer *out;
  uint32_t count;
  bool *cut;
};

static void
write_group (struct groups *groups, const char *path, int directory)
{
  static const char *const names[] = { "memory.current", "memory.max", "memory.events", "cpu.stat", "cpu.max",
                                       "pids.current", "pids.max", "cgroup.events" };
  size_t count_at;
  uint32_t count = 0;

  write_text (groups->out, path + strlen ("/sys/fs/cgroup"));
  count_at = groups->out->length;
  write_u32 (groups->out, 0);
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    {
      char text[1024];

      /* The root of a hierarchy has not all of them. */
      if (observe_read (directory, names[i], text, sizeof text) == 0)
        continue;
      write_text (groups->out, names[i]);
      write_text (groups->out, text);
      count++;
    }
  writer_patch_u32 (groups->out, count_at, count);
  groups->count++;
}

/* `path` is a buffer of PATH_MAX, as it was again afterwards. */
static void
walk (struct groups *groups, char *path, unsigned depth)
{
  cleanup_dir DIR *dir = opendir (path);
  size_t length = strlen (path);
  const struct dirent *entry;

  if (dir == NULL)
    return;
  if (groups->count == GROUPS_MAX || depth > DEPTH_MAX)
    {
      *groups->cut = true;
      return;
    }
  write_group (groups, path, dirfd (dir));
  while ((entry = readdir (dir)) != NULL)
    {
      if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
        continue;
      if ((size_t) snprintf (path + length, PATH_MAX - length, "/%s", entry->d_name) < PATH_MAX - length)
        walk (groups, path, depth + 1);
      path[length] = 0;
    }
}

void
observe_cgroups (struct writer *out, bool *cut)
{
  static const char *const roots[] = { "/sys/fs/cgroup/docker", "/sys/fs/cgroup/lab" };
  struct groups groups = { .out = out, .cut = cut };
  size_t count_at = out->length;

  write_u32 (out, 0);
  for (size_t i = 0; i < 2; i++)
    {
      char path[PATH_MAX];

      strcpy (path, roots[i]);
      walk (&groups, path, 0);
    }
  writer_patch_u32 (out, count_at, groups.count);
}
