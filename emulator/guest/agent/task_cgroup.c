/* What is asked about a running container and its cgroup. */
#include "cgroup.h"
#include "task.h"
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>

enum
{
  RETRY_MILLISECONDS = 2,
  RETRIES = 1000
};

/* A freeze under way. */
struct freezing
{
  struct timer timer;
  struct later *later;
  char cgroup[512];
  bool frozen;
  unsigned tries;
};

static void
freezing_end (struct freezing *freezing, const struct error *err)
{
  struct writer nothing = { 0 };

  timer_stop (&freezing->timer);
  if (freezing->later != NULL && err == NULL)
    later_reply (freezing->later, &nothing);
  else if (freezing->later != NULL)
    later_fail (freezing->later, err);
  loop_free_later (freezing);
}

static void
freezing_cancel (void *owner, bool epoch_ended)
{
  struct freezing *freezing = owner;
  struct error err;

  if (epoch_ended)
    freezing->later = NULL;
  error_set (&err, ECANCELED, "given up");
  freezing_end (freezing, &err);
}

static bool
is_settled (const char *cgroup, bool frozen)
{
  return (cgroup_number (cgroup, "cgroup.events", "frozen") == 1) == frozen;
}

static void
freezing_look (struct timer *timer)
{
  struct freezing *freezing = (struct freezing *) ((char *) timer - offsetof (struct freezing, timer));
  struct error err;

  if (is_settled (freezing->cgroup, freezing->frozen))
    freezing_end (freezing, NULL);
  else if (++freezing->tries == RETRIES)
    {
      error_set (&err, ETIMEDOUT, "cgroup %s does not freeze", freezing->cgroup);
      freezing_end (freezing, &err);
    }
  else if (timer_start (timer, RETRY_MILLISECONDS, freezing_look, &err) < 0)
    freezing_end (freezing, &err);
}

int
verb_task_freeze (struct call *call, struct error *err)
{
  const char *key = read_text (&call->in);
  bool frozen = read_bool (&call->in);
  struct freezing *freezing;
  struct task *task;

  if (reader_finish (&call->in, err) < 0 || (task = task_container (key, err)) == NULL
      || cgroup_write (task->cgroup, "cgroup.freeze", frozen ? "1" : "0", err) < 0)
    return -1;
  if (is_settled (task->cgroup, frozen))
    return VERB_DONE;
  freezing = calloc (1, sizeof *freezing);
  if (freezing == NULL || (freezing->later = call_later (call, freezing_cancel, freezing)) == NULL)
    {
      free (freezing);
      return error_set (err, ENOMEM, "out of memory");
    }
  snprintf (freezing->cgroup, sizeof freezing->cgroup, "%s", task->cgroup);
  freezing->frozen = frozen;
  freezing_look (&freezing->timer);
  return VERB_LATER;
}

int
verb_task_update (struct call *call, struct error *err)
{
  const char *key = read_text (&call->in);
  uint32_t count = read_u32 (&call->in);
  struct reader files = call->in;
  struct task *task;

  for (uint32_t i = 0; i < count && !call->in.bad; i++)
    {
      read_text (&call->in);
      read_text (&call->in);
    }
  if (reader_finish (&call->in, err) < 0 || (task = task_container (key, err)) == NULL)
    return -1;
  for (uint32_t i = 0; i < count; i++)
    {
      const char *name = read_text (&files);
      const char *value = read_text (&files);

      if (cgroup_write (task->cgroup, name, value, err) < 0)
        return -1;
    }
  return VERB_DONE;
}

int
verb_task_processes (struct call *call, struct error *err)
{
  const char *key = read_text (&call->in);
  struct task *task;
  size_t at = call->out.length;

  if (reader_finish (&call->in, err) < 0 || (task = task_container (key, err)) == NULL)
    return -1;
  write_u32 (&call->out, 0);
  writer_patch_u32 (&call->out, at, cgroup_processes (task->cgroup, &call->out));
  return VERB_DONE;
}

static void
write_networks (pid_t pid, struct writer *out)
{
  char path[64];
  static char text[16384];
  cleanup_close int fd = -1;
  size_t length = 0;
  ssize_t count;

  snprintf (path, sizeof path, "/proc/%d/net/dev", (int) pid);
  fd = pid <= 0 ? -1 : open (path, O_RDONLY | O_CLOEXEC);
  while (fd >= 0 && length < sizeof text - 1 && (count = read (fd, text + length, sizeof text - 1 - length)) > 0)
    length += (size_t) count;
  text[length] = 0;
  write_text (out, text);
}

int
verb_task_stats (struct call *call, struct error *err)
{
  static const char *const files[] = { "memory.current", "memory.max", "memory.stat", "memory.events", "cpu.stat",
                                       "pids.current", "pids.max" };
  const char *key = read_text (&call->in);
  size_t at = call->out.length;
  uint32_t found = 0;
  struct task *task;

  if (reader_finish (&call->in, err) < 0 || (task = task_container (key, err)) == NULL)
    return -1;
  write_u32 (&call->out, 0);
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
    {
      char text[4096];

      if (!cgroup_read (task->cgroup, files[i], text, sizeof text))
        continue;
      write_text (&call->out, files[i]);
      write_text (&call->out, text);
      found++;
    }
  writer_patch_u32 (&call->out, at, found);
  write_networks (task->state == TASK_RUNNING ? task->pid : 0, &call->out);
  return VERB_DONE;
}
