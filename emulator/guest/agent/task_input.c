#include "task.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>

int
task_input_open (struct task *task, bool wanted, struct error *err)
{
  int ends[2];

  if (!wanted || task->input >= 0)
    return 0;
  if (pipe2 (ends, O_CLOEXEC) < 0)
    return error_errno (err, "pipe");
  task->input = ends[1];
  if (!task->terminal)
    task->child_ends[0] = ends[0];
  else
    {
      task->pump.from.fd = ends[0];
      if (fcntl (ends[0], F_SETFL, O_NONBLOCK) < 0)
        return error_errno (err, "fcntl");
    }
  return 0;
}

static void
watch_close (struct watch *watch)
{
  if (watch->fd < 0)
    return;
  loop_remove (watch);
  close (watch->fd);
  watch->fd = -1;
}

static void
pump_end (struct task *task)
{
  watch_close (&task->pump.from);
  watch_close (&task->pump.to);
}

/* Writes what was read; then one of the two is waited for. */
static void
pump_write (struct task *task)
{
  struct task_pump *pump = &task->pump;
  ssize_t count = write (pump->to.fd, pump->bytes + pump->start, pump->length);

  if (count < 0 && errno != EAGAIN && errno != EINTR)
    {
      pump_end (task); /* nobody has the terminal open any more */
      return;
    }
  if (count > 0)
    {
      pump->start += (size_t) count;
      pump->length -= (size_t) count;
    }
  loop_change (&pump->from, pump->length == 0 ? EPOLLIN : 0);
  loop_change (&pump->to, pump->length == 0 ? 0 : EPOLLOUT);
}

static void
pump_readable (struct watch *watch, uint32_t events)
{
  struct task *task = (struct task *) ((char *) watch - offsetof (struct task, pump.from));
  ssize_t count = read (watch->fd, task->pump.bytes, sizeof task->pump.bytes);

  (void) events;
  if (count > 0)
    {
      task->pump.start = 0;
      task->pump.length = (size_t) count;
      pump_write (task);
    }
  else if (count == 0)
    pump_end (task);
}

static void
pump_writable (struct watch *watch, uint32_t events)
{
  (void) events;
  pump_write ((struct task *) ((char *) watch - offsetof (struct task, pump.to)));
}

int
task_input_terminal (struct task *task, int terminal, struct error *err)
{
  struct task_pump *pump = &task->pump;

  if (pump->from.fd < 0)
    return 0;
  pump->to = (struct watch){ .fd = fcntl (terminal, F_DUPFD_CLOEXEC, 3), .ready = pump_writable };
  pump->from.ready = pump_readable;
  if (pump->to.fd < 0)
    return error_errno (err, "dup");
  return loop_add (&pump->to, 0, err) < 0 || loop_add (&pump->from, EPOLLIN, err) < 0 ? -1 : 0;
}

static void
writer_closed (struct stream *stream, void *owner, int error)
{
  struct task_writer *writer = owner;

  (void) stream, (void) error;
  for (struct task_writer **link = &writer->task->writers; *link != NULL; link = &(*link)->next)
    if (*link == writer)
      {
        *link = writer->next;
        break;
      }
  loop_free_later (writer);
}

/* The other writers hold the pipe open as well; the one that ended has closed its own. */
static void
input_end (struct task *task, const struct task_writer *ended)
{
  if (task->input < 0)
    return;
  close (task->input);
  task->input = -1;
  for (struct task_writer *writer = task->writers, *next; writer != NULL; writer = next)
    {
      next = writer->next;
      if (writer != ended)
        stream_reset (writer->stream, EPIPE);
    }
}

static void
writer_ended (struct stream *stream, void *owner, int error)
{
  struct task_writer *writer = owner;

  (void) stream;
  /* Only an end that the host asked for; one that breaks off is a client that went away. */
  if (error == 0 && writer->task->stdin_once && !writer->task->terminal)
    input_end (writer->task, writer);
}

int
task_writer_add (struct task *task, uint32_t stream, bool *taken, struct error *err)
{
  struct stream_options options = { .id = stream, .source = -1, .closed = writer_closed, .sink_ended = writer_ended };
  struct task_writer *writer;

  *taken = task->input >= 0;
  if (task->input < 0)
    return 0;
  writer = calloc (1, sizeof *writer);
  options.sink = fcntl (task->input, F_DUPFD_CLOEXEC, 3);
  if (writer == NULL || options.sink < 0)
    {
      free (writer);
      return error_set (err, ENOMEM, "out of memory");
    }
  writer->task = task;
  options.owner = writer;
  writer->stream = stream_open (&options, err);
  if (writer->stream == NULL)
    {
      free (writer);
      return -1;
    }
  writer->next = task->writers;
  task->writers = writer;
  return 0;
}

void
task_input_free (struct task *task)
{
  if (task->input >= 0)
    close (task->input);
  task->input = -1;
  while (task->writers != NULL)
    stream_reset (task->writers->stream, EPIPE);
  pump_end (task);
}
