#include "observe.h"
#include "verbs.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum
{
  WANT_PROCESSES = 1,
  WANT_CGROUPS = 2,
  WANT_NETWORKS = 4,
  WANT_MOUNTS = 8,
  MOUNT_NAMESPACES = 64
};

bool
distinct_add (struct distinct *distinct, uint32_t inode, uint32_t pid)
{
  for (size_t i = 0; i < distinct->count; i++)
    if (distinct->inode[i] == inode)
      return true;
  if (distinct->count == OBSERVE_DISTINCT)
    return false;
  distinct->inode[distinct->count] = inode;
  distinct->pid[distinct->count++] = pid;
  return true;
}

size_t
observe_read (int directory, const char *name, char *text, size_t size)
{
  cleanup_close int fd = openat (directory, name, O_RDONLY | O_CLOEXEC);
  size_t length = 0;
  ssize_t count;

  while (fd >= 0 && length < size - 1 && (count = read (fd, text + length, size - 1 - length)) > 0)
    length += (size_t) count;
  text[length] = 0;
  return length;
}

void
observe_mounts (struct writer *out, const struct distinct *mnt, bool *cut)
{
  static char text[65536];
  size_t at = out->length;
  uint32_t count = 0;

  write_u32 (out, 0);
  for (size_t i = 0; i < mnt->count; i++)
    {
      char path[64];
      size_t length;

      if (count == MOUNT_NAMESPACES)
        {
          *cut = true;
          break;
        }
      snprintf (path, sizeof path, "/proc/%u/mountinfo", mnt->pid[i]);
      length = observe_read (AT_FDCWD, path, text, sizeof text);
      if (length == 0)
        continue; /* the process has ended */
      if (length == sizeof text - 1)
        *cut = true;
      write_u32 (out, mnt->inode[i]);
      write_u32 (out, mnt->pid[i]);
      write_text (out, text);
      count++;
    }
  writer_patch_u32 (out, at, count);
}

static uint64_t
milliseconds (clockid_t clock)
{
  struct timespec time;

  clock_gettime (clock, &time);
  return (uint64_t) time.tv_sec * 1000 + (uint64_t) time.tv_nsec / 1000000;
}

int
verb_observe (struct call *call, struct error *err)
{
  static struct distinct mnt, net;
  struct writer *out = &call->out;
  uint32_t want = read_u32 (&call->in);
  size_t cut_at;
  bool cut = false;

  if (reader_finish (&call->in, err) < 0)
    return -1;
  mnt.count = net.count = 0;
  write_u64 (out, milliseconds (CLOCK_REALTIME));
  write_u64 (out, milliseconds (CLOCK_BOOTTIME));
  cut_at = out->length;
  write_bool (out, false);
  if (want & (WANT_PROCESSES | WANT_NETWORKS | WANT_MOUNTS))
    observe_processes (out, want & WANT_PROCESSES, &mnt, &net, &cut);
  else
    write_u32 (out, 0);
  if (want & WANT_CGROUPS)
    observe_cgroups (out, &cut);
  else
    write_u32 (out, 0);
  if (want & WANT_NETWORKS)
    observe_networks (out, &net, &cut);
  else
    write_u32 (out, 0);
  if (want & WANT_MOUNTS)
    observe_mounts (out, &mnt, &cut);
  else
    write_u32 (out, 0);
  writer_patch_u32 (out, cut_at, cut);
  return VERB_DONE;
}
