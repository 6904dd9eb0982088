#include "exec_failure.h"
#include "log_reader.h"
#include "task.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>

enum
{
  CHUNK = 32768,
  /* A pipe holds 64 KiB, so this is more than a task that has ended can have left in it. */
  DRAIN_READS = 8,
  STALE_MILLISECONDS = 5000
};

static void
reader_remove (struct task_reader *reader)
{
  for (struct task_reader **link = &reader->task->readers; *link != NULL; link = &(*link)->next)
    if (*link == reader)
      {
        *link = reader->next;
        break;
      }
  outlet_free (reader->outlet);
  loop_free_later (reader);
}

/* A reader that is behind holds the source back. */
static void
source_pace (struct task_source *source)
{
  bool held = false;

  for (const struct task_reader *reader = source->task->readers; reader != NULL; reader = reader->next)
    held = held || (reader->which == source->which && reader->full);
  loop_change (&source->watch, held ? 0 : EPOLLIN);
}

static void
reader_ready (struct outlet *outlet, void *owner)
{
  struct task_reader *reader = owner;

  (void) outlet;
  reader->full = false;
  source_pace (&reader->task->sources[reader->which]);
}

/* After so long the host has attached again what it wants, and the rest does not hold the tasks back any more. */
static struct timer stale_timer;

static void
forget_stale (struct task *task)
{
  struct task_reader *reader, *next;

  for (reader = task->readers; reader != NULL; reader = next)
    {
      next = reader->next;
      if (outlet_is_stale (reader->outlet))
        reader_remove (reader);
    }
  source_pace (&task->sources[0]);
  source_pace (&task->sources[1]);
}

static void
stale_expired (struct timer *timer)
{
  (void) timer;
  task_each (forget_stale);
}

static void
reader_gone (struct outlet *outlet, void *owner, bool stale)
{
  struct task_reader *reader = owner;
  struct task *task = reader->task;
  enum jsonlog_source which = reader->which;
  struct error err;

  (void) outlet;
  if (stale)
    {
      if (timer_start (&stale_timer, STALE_MILLISECONDS, stale_expired, &err) == 0)
        return;
    }
  reader_remove (reader);
  source_pace (&task->sources[which]);
  task_settle (task);
}

int
task_reader_add (struct task *task, enum jsonlog_source which, uint32_t stream, struct error *err)
{
  struct task_reader *reader;
  struct outlet_options options = { .ready = reader_ready, .gone = reader_gone };

  for (reader = task->readers; reader != NULL; reader = reader->next)
    if (reader->which == which && outlet_is_stale (reader->outlet))
      return outlet_adopt (reader->outlet, stream, err);
  reader = calloc (1, sizeof *reader);
  if (reader == NULL)
    return error_errno (err, "reader");
  *reader = (struct task_reader){ .task = task, .which = which };
  options.owner = reader;
  reader->outlet = outlet_open (stream, &options, err);
  if (reader->outlet == NULL)
    {
      free (reader);
      return -1;
    }
  reader->next = task->readers;
  task->readers = reader;
  if (task->sources[which].over)
    outlet_end (reader->outlet);
  return 0;
}

static void
source_close (struct task_source *source)
{
  if (source->watch.fd < 0)
    return;
  loop_remove (&source->watch);
  close (source->watch.fd);
  source->watch.fd = -1;
}

static void
source_end (struct task_source *source)
{
  struct task *task = source->task;
  struct task_reader *reader, *next;

  if (source->over)
    return;
  source_close (source);
  source->over = true;
  task->busy++;
  /* The memory of a reader that goes away here is freed only after this round. */
  for (reader = task->readers; reader != NULL; reader = next)
    {
      next = reader->next;
      if (reader->which == source->which)
        outlet_end (reader->outlet);
    }
  task->busy--;
}

static void
deliver (struct task_source *source, const uint8_t *bytes, size_t length)
{
  struct task *task = source->task;
  struct task_reader *reader, *next;

  if (task->log != NULL)
    {
      jsonlog_write (task->log, source->which, bytes, length);
      log_grown (task->log);
    }
  for (reader = task->readers; reader != NULL; reader = next)
    {
      next = reader->next;
      if (reader->which == source->which && !outlet_write (reader->outlet, bytes, length))
        reader->full = true;
    }
}

/* False when the first bytes are the process's own. */
static bool
deliver_exec_failure (struct task_source *source, const uint8_t *bytes, size_t length)
{
  char text[PATH_MAX];
  size_t count = exec_failure_text (bytes, length, text, sizeof text);

  if (count > 0)
    deliver (source, (const uint8_t *) text, count);
  return count > 0;
}

/* False when there is nothing to read, or nothing any more. */
static bool
source_read (struct task_source *source)
{
  static uint8_t bytes[CHUNK];
  ssize_t count = read (source->watch.fd, bytes, sizeof bytes);

  if (count > 0)
    {
      if (source->begun || !deliver_exec_failure (source, bytes, (size_t) count))
        deliver (source, bytes, (size_t) count);
      source->begun = true;
      return true;
    }
  if (count < 0 && (errno == EAGAIN || errno == EINTR))
    return false;
  /* End of file, or EIO: nobody has the terminal open. */
  source_end (source);
  return false;
}

static void
source_ready (struct watch *watch, uint32_t events)
{
  struct task_source *source = (struct task_source *) ((char *) watch - offsetof (struct task_source, watch));

  (void) events;
  source_read (source);
  if (source->over)
    task_settle (source->task);
  else
    source_pace (source);
}

static int
source_open (struct task_source *source, int fd, struct error *err)
{
  cleanup_close int own = fd;

  if (fcntl (own, F_SETFL, O_RDWR | O_NONBLOCK) < 0 || fcntl (own, F_SETFD, FD_CLOEXEC) < 0)
    return error_errno (err, "fcntl");
  source->watch = (struct watch){ .fd = own, .ready = source_ready };
  if (loop_add (&source->watch, EPOLLIN, err) < 0)
    {
      source->watch.fd = -1;
      return -1;
    }
  take_fd (&own);
  source_pace (source);
  return 0;
}

int
task_output_open (struct task *task, struct error *err)
{
  for (int which = 0; which < 2; which++)
    {
      struct task_source *source = &task->sources[which];
      int ends[2];

      if (source->watch.fd >= 0)
        continue; /* left by a start that failed */
      source->task = task;
      source->which = (enum jsonlog_source) which;
      source->over = task->terminal && which == JSONLOG_STDERR;
      if (task->terminal)
        continue;
      if (pipe2 (ends, O_CLOEXEC) < 0)
        return error_errno (err, "pipe");
      task->child_ends[which + 1] = ends[1];
      if (source_open (source, ends[0], err) < 0)
        return -1;
    }
  return 0;
}

int
task_output_terminal (struct task *task, int terminal, struct error *err)
{
  return source_open (&task->sources[JSONLOG_STDOUT], terminal, err);
}

void
task_output_drain (struct task *task)
{
  for (int which = 0; which < 2; which++)
    for (int i = 0; i < DRAIN_READS && !task->sources[which].over && task->sources[which].watch.fd >= 0; i++)
      if (!source_read (&task->sources[which]))
        break;
}

void
task_output_end (struct task *task)
{
  source_end (&task->sources[0]);
  source_end (&task->sources[1]);
}

bool
task_output_settled (const struct task *task)
{
  if (!task->sources[0].over || !task->sources[1].over)
    return false;
  for (const struct task_reader *reader = task->readers; reader != NULL; reader = reader->next)
    if (!outlet_is_stale (reader->outlet))
      return false;
  return true;
}

void
task_output_free (struct task *task)
{
  task_output_drain (task);
  for (int which = 0; which < 2; which++)
    {
      source_close (&task->sources[which]);
      task->sources[which].over = true;
    }
  while (task->readers != NULL)
    {
      struct task_reader *reader = task->readers;

      task->readers = reader->next;
      outlet_release (reader->outlet);
      loop_free_later (reader);
    }
}
