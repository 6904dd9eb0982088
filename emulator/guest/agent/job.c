#include "job.h"
#include "loop.h"
#include "process.h"
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum
{
  DESCRIPTORS = 8192
};

struct running
{
  struct later *later;
  pid_t pid;
  struct watch result; /* the pipe that brings the reply */
  struct writer reply;
  struct stream *input, *output;
  int status;
  bool result_ended, process_ended;
};

static void
running_free (struct running *running)
{
  if (running->result.fd >= 0)
    {
      loop_remove (&running->result);
      close (running->result.fd);
      running->result.fd = -1;
    }
  writer_free (&running->reply);
  loop_free_later (running);
}

/* The child's last word: u32 errno, then the reply's fields or the message. */
static void
answer (struct running *running)
{
  struct reader in = reader_of (running->reply.bytes, running->reply.length);
  int status = (int) read_u32 (&in);
  struct writer out = { .bytes = (uint8_t *) (uintptr_t) in.at, .length = (size_t) (in.end - in.at) };
  struct error err;

  if (in.bad || running->reply.bad || exit_code_of (running->status) != 0)
    {
      error_set (&err, EIO, "the worker ended with status %d", exit_code_of (running->status));
      later_fail (running->later, &err);
    }
  else if (status == 0)
    later_reply (running->later, &out);
  else
    {
      const char *message = read_text (&in);

      error_set (&err, status, "%s", message);
      later_fail (running->later, &err);
    }
  running->later = NULL;
}

static void
finish (struct running *running)
{
  if (!running->result_ended || !running->process_ended)
    return;
  /* What the host still sends has no reader; what the child wrote is still under way and ends by itself. */
  if (running->input != NULL)
    stream_reset (running->input, EPIPE);
  if (running->later != NULL)
    answer (running);
  if (running->output != NULL)
    return; /* output_closed frees */
  running_free (running);
}

static void
result_ready (struct watch *watch, uint32_t events)
{
  struct running *running = (struct running *) ((char *) watch - offsetof (struct running, result));
  uint8_t bytes[4096];
  ssize_t count = read (watch->fd, bytes, sizeof bytes);

  (void) events;
  if (count > 0)
    {
      write_raw (&running->reply, bytes, (size_t) count);
      return;
    }
  if (count < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  loop_remove (watch);
  close (watch->fd);
  watch->fd = -1;
  running->result_ended = true;
  finish (running);
}

static void
process_ended (pid_t pid, int status, void *owner)
{
  struct running *running = owner;

  (void) pid;
  running->status = status;
  running->process_ended = true;
  finish (running);
}

static void
input_closed (struct stream *stream, void *owner, int error)
{
  (void) stream, (void) error;
  ((struct running *) owner)->input = NULL;
}

static void
output_closed (struct stream *stream, void *owner, int error)
{
  struct running *running = owner;

  (void) stream, (void) error;
  running->output = NULL;
  if (running->result_ended && running->process_ended)
    running_free (running);
}

static void
cancel (void *owner, bool epoch_ended)
{
  struct running *running = owner;

  kill (running->pid, SIGKILL);
  if (epoch_ended)
    running->later = NULL;
}

static void
child_write (int fd, const uint8_t *bytes, size_t length)
{
  while (length > 0)
    {
      ssize_t count = write (fd, bytes, length);

      if (count <= 0)
        _exit (1);
      bytes += count;
      length -= (size_t) count;
    }
}

static void __attribute__ ((noreturn))
child_run (const struct job *job, int input, int output, int result)
{
  struct writer out = { 0 };
  struct error err = { 0 };
  int ready = 0;

  /* The three ends are above 2: the agent keeps its own 0 to 2 open. */
  if (dup2 (input, 0) < 0 || dup2 (output, 1) < 0 || dup2 (result, 3) < 0)
    _exit (1);
  process_child_reset (4);
  signal (SIGPIPE, SIG_IGN);
  /* A walk keeps one descriptor for each directory that it is in; without more it fails in trees that are very deep. */
  setrlimit (RLIMIT_NOFILE, &(struct rlimit){ DESCRIPTORS, DESCRIPTORS });
  write_u32 (&out, 0);
  if (job->root[0] != 0 && strcmp (job->root, "/") != 0)
    ready = chroot (job->root) < 0 || chdir ("/") < 0 ? error_errno (&err, "chroot %s", job->root) : 0;
  else if (chdir ("/") < 0)
    ready = error_errno (&err, "chdir /");
  if (ready < 0 || job->run (job->argument, &out, &err) < 0)
    {
      writer_free (&out);
      write_u32 (&out, (uint32_t) err.status);
      write_text (&out, err.message);
    }
  else if (out.bad)
    {
      writer_free (&out);
      write_u32 (&out, EMSGSIZE);
      write_text (&out, "the reply is too long");
    }
  child_write (3, out.bytes, out.length);
  _exit (0);
}

static int
pipe_above_2 (int ends[2], struct error *err)
{
  if (pipe2 (ends, O_CLOEXEC) < 0)
    {
      ends[0] = ends[1] = -1;
      return error_errno (err, "pipe");
    }
  return 0;
}

/* Ends that the child has; the parent's ends are given to the streams. */
struct ends
{
  int input[2], output[2], result[2];
};

static void
ends_close (struct ends *ends)
{
  for (int i = 0; i < 2; i++)
    {
      cleanup_closep (&ends->input[i]);
      cleanup_closep (&ends->output[i]);
      cleanup_closep (&ends->result[i]);
    }
}

static int
ends_open (struct ends *ends, const struct job *job, struct error *err)
{
  if (pipe_above_2 (ends->result, err) < 0)
    return -1;
  if (job->input != 0)
    {
      if (pipe_above_2 (ends->input, err) < 0)
        return -1;
    }
  else if ((ends->input[0] = open ("/dev/null", O_RDONLY | O_CLOEXEC)) < 0)
    return error_errno (err, "open /dev/null");
  if (job->output != 0)
    {
      if (pipe_above_2 (ends->output, err) < 0)
        return -1;
      /* A bigger pipe means fewer switches between the child and the agent. */
      fcntl (ends->output[0], F_SETPIPE_SZ, 131072);
    }
  else if ((ends->output[1] = open ("/dev/null", O_WRONLY | O_CLOEXEC)) < 0)
    return error_errno (err, "open /dev/null");
  return 0;
}

static int
streams_open (struct running *running, const struct job *job, struct ends *ends, struct error *err)
{
  if (job->input != 0)
    {
      struct stream_options options = { .id = job->input,
                                        .source = -1,
                                        .sink = take_fd (&ends->input[1]),
                                        .closed = input_closed,
                                        .owner = running };

      running->input = stream_open (&options, err);
      if (running->input == NULL)
        return -1;
    }
  if (job->output != 0)
    {
      struct stream_options options = { .id = job->output,
                                        .source = take_fd (&ends->output[0]),
                                        .sink = -1,
                                        .closed = output_closed,
                                        .owner = running };

      running->output = stream_open (&options, err);
      if (running->output == NULL)
        return -1;
    }
  return 0;
}

static int
job_fork (struct call *call, const struct job *job, struct running *running, struct ends *ends, struct error *err)
{
  running->result.fd = take_fd (&ends->result[0]);
  running->result.ready = result_ready;
  if (fcntl (running->result.fd, F_SETFL, O_NONBLOCK) < 0)
    return error_errno (err, "fcntl");
  if (streams_open (running, job, ends, err) < 0 || loop_add (&running->result, EPOLLIN, err) < 0)
    return -1;
  running->pid = fork ();
  if (running->pid == 0)
    child_run (job, ends->input[0], ends->output[1], ends->result[1]);
  if (running->pid < 0)
    return error_errno (err, "fork");
  running->later = call_later (call, cancel, running);
  if (running->later == NULL || process_watch (running->pid, process_ended, running, err) < 0)
    {
      kill (running->pid, SIGKILL);
      return error_set (err, ENOMEM, "out of memory");
    }
  return VERB_LATER;
}

int
job_start (struct call *call, const struct job *job, struct error *err)
{
  struct ends ends = { { -1, -1 }, { -1, -1 }, { -1, -1 } };
  struct running *running = calloc (1, sizeof *running);
  int result;

  if (running == NULL)
    return error_errno (err, "job");
  running->result.fd = -1;
  result = ends_open (&ends, job, err);
  if (result == 0)
    result = job_fork (call, job, running, &ends, err);
  ends_close (&ends);
  if (result != VERB_LATER)
    {
      if (running->input != NULL)
        stream_reset (running->input, EIO);
      if (running->output != NULL)
        stream_reset (running->output, EIO);
      running_free (running);
    }
  return result;
}
