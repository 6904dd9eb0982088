#include "observe.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

enum
{
  PROCESSES_MAX = 768,
  ARGUMENTS_MAX = 64,
  KERNEL_THREADS = 2 /* kthreadd and its children are nobody's business here */
};

/* Of /proc/PID/stat. */
struct stat_line
{
  const char *name;
  char state;
  long parent, session, terminal;
  unsigned long long user_ticks, system_ticks, threads, start_ticks, virtual_bytes, resident_pages;
};

/* `text` is cut up. */
static bool
parse_stat (char *text, struct stat_line *line)
{
  char *open = strchr (text, '(');
  char *close = strrchr (text, ')');

  if (open == NULL || close == NULL || close < open)
    return false;
  *close = 0;
  line->name = open + 1;
  return sscanf (close + 1,
                 " %c %ld %*d %ld %ld %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d %llu %*d %llu %llu %llu",
                 &line->state, &line->parent, &line->session, &line->terminal, &line->user_ticks,
                 &line->system_ticks, &line->threads, &line->start_ticks, &line->virtual_bytes, &line->resident_pages)
         == 10;
}

static const char *
status_value (const char *status, const char *key)
{
  const char *at = strstr (status, key);

  return at == NULL ? "" : at + strlen (key);
}

static void
write_pids (struct writer *out, const char *status)
{
  const char *at = status_value (status, "\nNSpid:");
  size_t count_at = out->length;
  uint32_t count = 0;

  write_u32 (out, 0);
  while (*at == '\t')
    {
      write_u32 (out, (uint32_t) strtoul (at + 1, (char **) (uintptr_t) &at, 10));
      count++;
    }
  writer_patch_u32 (out, count_at, count);
}

static void
write_command (struct writer *out, int directory)
{
  char text[2048];
  size_t length = observe_read (directory, "cmdline", text, sizeof text);
  size_t count_at = out->length;
  uint32_t count = 0;

  write_u32 (out, 0);
  for (size_t at = 0; at < length && count < ARGUMENTS_MAX; count++)
    {
      write_text (out, text + at);
      at += strlen (text + at) + 1;
    }
  writer_patch_u32 (out, count_at, count);
}

static void
read_namespaces (int directory, uint32_t inodes[OBSERVE_NAMESPACES])
{
  static const char *const names[OBSERVE_NAMESPACES]
      = { "ns/cgroup", "ns/ipc", "ns/mnt", "ns/net", "ns/pid", "ns/time", "ns/user", "ns/uts" };

  for (size_t i = 0; i < OBSERVE_NAMESPACES; i++)
    {
      char target[64];
      ssize_t length = readlinkat (directory, names[i], target, sizeof target - 1);
      const char *bracket;

      target[length < 0 ? 0 : length] = 0;
      bracket = strchr (target, '[');
      inodes[i] = bracket == NULL ? 0 : (uint32_t) strtoul (bracket + 1, NULL, 10);
    }
}

static void
write_process (struct writer *out, uint32_t pid, const struct stat_line *line, int directory, const char *status,
               const uint32_t inodes[OBSERVE_NAMESPACES])
{
  char cgroup[1024];
  char state[2] = { line->state, 0 };
  const char *path;

  observe_read (directory, "cgroup", cgroup, sizeof cgroup);
  cgroup[strcspn (cgroup, "\n")] = 0;
  path = strncmp (cgroup, "0::", 3) == 0 ? cgroup + 3 : "";
  write_u32 (out, pid);
  write_u32 (out, (uint32_t) line->parent);
  write_u32 (out, (uint32_t) line->session);
  write_u32 (out, (uint32_t) line->terminal);
  write_u32 (out, (uint32_t) line->threads);
  write_pids (out, status);
  write_text (out, line->name);
  write_text (out, state);
  write_command (out, directory);
  write_u32 (out, (uint32_t) strtoul (status_value (status, "\nUid:\t"), NULL, 10));
  write_u32 (out, (uint32_t) strtoul (status_value (status, "\nGid:\t"), NULL, 10));
  write_u64 (out, line->start_ticks);
  write_u64 (out, line->user_ticks + line->system_ticks);
  write_u64 (out, line->virtual_bytes);
  write_u64 (out, line->resident_pages * 4096);
  write_u64 (out, strtoull (status_value (status, "\nCapEff:\t"), NULL, 16));
  write_u64 (out, strtoull (status_value (status, "\nCapBnd:\t"), NULL, 16));
  write_text (out, path);
  write_u32 (out, OBSERVE_NAMESPACES);
  for (size_t i = 0; i < OBSERVE_NAMESPACES; i++)
    write_u32 (out, inodes[i]);
}

/* False when it has ended meanwhile, or is a thread of the kernel. */
static bool
observe_process (struct writer *out, bool wanted, const char *name, struct distinct *mnt, struct distinct *net,
                 bool *cut)
{
  cleanup_close int directory = -1;
  char path[32], text[1024], status[4096];
  uint32_t pid = (uint32_t) strtoul (name, NULL, 10);
  uint32_t inodes[OBSERVE_NAMESPACES];
  struct stat_line line;

  snprintf (path, sizeof path, "/proc/%u", pid);
  directory = open (path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0 || observe_read (directory, "stat", text, sizeof text) == 0 || !parse_stat (text, &line)
      || pid == KERNEL_THREADS || line.parent == KERNEL_THREADS)
    return false;
  read_namespaces (directory, inodes);
  if ((inodes[OBSERVE_MNT] != 0 && !distinct_add (mnt, inodes[OBSERVE_MNT], pid))
      || (inodes[OBSERVE_NET] != 0 && !distinct_add (net, inodes[OBSERVE_NET], pid)))
    *cut = true;
  if (!wanted)
    return false;
  if (observe_read (directory, "status", status, sizeof status) == 0)
    return false;
  write_process (out, pid, &line, directory, status, inodes);
  return true;
}

void
observe_processes (struct writer *out, bool wanted, struct distinct *mnt, struct distinct *net, bool *cut)
{
  cleanup_dir DIR *proc = opendir ("/proc");
  const struct dirent *entry;
  size_t count_at = out->length;
  uint32_t count = 0;

  write_u32 (out, 0);
  while (proc != NULL && (entry = readdir (proc)) != NULL)
    {
      if (!isdigit ((unsigned char) entry->d_name[0]))
        continue;
      if (count == PROCESSES_MAX)
        {
          *cut = true;
          break;
        }
      count += observe_process (out, wanted, entry->d_name, mnt, net, cut);
    }
  writer_patch_u32 (out, count_at, count);
}
