/* SPAWN, ADOPT, SIGNAL, RESIZE and the EXIT event. */
#include "loop.h"
#include "process.h"
#include "stream.h"
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

enum
{
  STDIO_NULL,
  STDIO_PIPES,
  STDIO_PTY
};

/* The agent's ends: [0] is written to, [1] and [2] are read from; a terminal is [1] alone, both ways. */
struct spawned
{
  struct spawned *next;
  pid_t pid;
  char *key; /* not NULL: outlives its epoch, and keeps its ends for ADOPT */
  bool pty;
  int ends[3];
  struct stream *streams[3];
  bool undrained[3]; /* streams whose bytes come before the exit */
  bool exited, reported;
  bool settling; /* its streams are being drained: not freed by their end */
  int status;
};

static struct spawned *all;

static struct spawned *
find_pid (pid_t pid)
{
  struct spawned *spawned = all;

  while (spawned != NULL && spawned->pid != pid)
    spawned = spawned->next;
  return spawned;
}

static struct spawned *
find_key (const char *key)
{
  struct spawned *spawned = all;

  while (spawned != NULL && (spawned->key == NULL || strcmp (spawned->key, key) != 0))
    spawned = spawned->next;
  return spawned;
}

static void
close_end (struct spawned *spawned, int which)
{
  if (spawned->ends[which] >= 0)
    close (take_fd (&spawned->ends[which]));
}

static void
spawned_free (struct spawned *spawned)
{
  for (struct spawned **link = &all; *link != NULL; link = &(*link)->next)
    if (*link == spawned)
      {
        *link = spawned->next;
        break;
      }
  process_forget (spawned->pid, spawned);
  for (int i = 0; i < 3; i++)
    close_end (spawned, i);
  free (spawned->key);
  loop_free_later (spawned);
}

/* The process is over, and so is all that belonged to it. */
static void
free_when_over (struct spawned *spawned)
{
  if (spawned->exited && spawned->reported && !spawned->settling && spawned->streams[0] == NULL && spawned->streams[1] == NULL
      && spawned->streams[2] == NULL)
    spawned_free (spawned);
}

static void
report (struct spawned *spawned)
{
  cleanup_writer struct writer out = { 0 };

  if (!spawned->exited || spawned->reported || spawned->undrained[1] || spawned->undrained[2] || !epoch_open ())
    return;
  spawned->reported = true;
  write_u32 (&out, (uint32_t) spawned->pid);
  write_u32 (&out, (uint32_t) exit_code_of (spawned->status));
  write_u32 (&out, WIFSIGNALED (spawned->status) ? (uint32_t) WTERMSIG (spawned->status) : 0);
  event_send (EVENT_EXIT, 0, &out);
  /* Nobody reads what is still typed. */
  if (!spawned->pty && spawned->streams[0] != NULL)
    stream_reset (spawned->streams[0], EPIPE);
}

static void
stream_drained (struct stream *stream, void *owner)
{
  struct spawned *spawned = owner;

  for (int i = 1; i < 3; i++)
    if (spawned->streams[i] == stream)
      spawned->undrained[i] = false;
  report (spawned);
}

static void
stream_closed (struct stream *stream, void *owner, int error)
{
  struct spawned *spawned = owner;

  for (int i = 0; i < 3; i++)
    if (spawned->streams[i] == stream)
      {
        spawned->streams[i] = NULL;
        spawned->undrained[i] = false;
        /* The epoch's end closes streams; a keyed process keeps its descriptors then. */
        if (error != ESTALE || spawned->key == NULL)
          close_end (spawned, i);
      }
  if (!epoch_open ())
    return;
  report (spawned);
  free_when_over (spawned);
}

static void
sink_ended (struct stream *stream, void *owner, int error)
{
  struct spawned *spawned = owner;

  (void) error;
  /* Only a pipe's reader learns of it; a terminal has no end of input that could be closed. */
  if (stream == spawned->streams[0] && !spawned->pty)
    close_end (spawned, 0);
}

static int
open_stream (struct spawned *spawned, int which, uint32_t id, struct error *err)
{
  struct stream_options options = { .id = id,
                                    .kind = spawned->pty ? STREAM_PTY : STREAM_PLAIN,
                                    .source = -1,
                                    .sink = -1,
                                    .closed = stream_closed,
                                    .drained = stream_drained,
                                    .sink_ended = sink_ended,
                                    .owner = spawned };
  int fd;

  if (id == 0 || spawned->ends[which] < 0)
    return 0;
  if (spawned->streams[which] != NULL)
    return error_set (err, EBUSY, "the process has its stream already");
  fd = fcntl (spawned->ends[which], F_DUPFD_CLOEXEC, 3);
  if (fd < 0)
    return error_errno (err, "dup");
  if (spawned->key == NULL && !spawned->pty)
    close_end (spawned, which); /* nobody needs it but the stream */
  if (which > 0)
    options.source = fd;
  if (spawned->pty || which == 0)
    options.sink = fd;
  spawned->streams[which] = stream_open (&options, err);
  return spawned->streams[which] == NULL ? -1 : 0;
}

static int
open_streams (struct spawned *spawned, const uint32_t ids[3], struct error *err)
{
  for (int i = 0; i < 3; i++)
    if (open_stream (spawned, i, ids[i], err) < 0)
      return -1;
  return 0;
}

/* What the process wrote goes out before its exit is told. */
static void
drain_then_report (struct spawned *spawned)
{
  spawned->settling = true;
  for (int i = 1; i < 3; i++)
    spawned->undrained[i] = spawned->streams[i] != NULL;
  for (int i = 1; i < 3; i++)
    if (spawned->streams[i] != NULL)
      stream_tell_drained (spawned->streams[i]);
  report (spawned);
  spawned->settling = false;
  free_when_over (spawned);
}

static void
process_ended (pid_t pid, int status, void *owner)
{
  struct spawned *spawned = owner;

  (void) pid;
  spawned->exited = true;
  spawned->status = status;
  drain_then_report (spawned);
}

/* A keyed one stays for the next epoch; the others lose their reader, and a terminal hangs up. */
static void
epoch_ended (bool keep_stubs)
{
  struct spawned *next;

  (void) keep_stubs;
  for (struct spawned *spawned = all; spawned != NULL; spawned = next)
    {
      next = spawned->next;
      spawned->undrained[1] = spawned->undrained[2] = false;
      if (spawned->key == NULL)
        {
          if (!spawned->exited)
            kill (-spawned->pid, SIGHUP);
          spawned_free (spawned);
        }
    }
}

static int
make_stdio (struct spawned *spawned, uint32_t kind, bool with_stdin, int child[3], const struct winsize *size,
            struct error *err)
{
  int ends[2];

  if (kind == STDIO_PTY)
    {
      int master = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);

      spawned->ends[1] = master;
      if (master < 0 || grantpt (master) < 0 || unlockpt (master) < 0)
        return error_errno (err, "open a terminal");
      child[0] = ioctl (master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
      if (child[0] < 0)
        return error_errno (err, "open a terminal");
      ioctl (master, TIOCSWINSZ, size);
      return 0;
    }
  if (kind != STDIO_PIPES)
    return kind == STDIO_NULL ? 0 : error_set (err, EINVAL, "no such stdio");
  for (int i = with_stdin ? 0 : 1; i < 3; i++)
    {
      if (pipe2 (ends, O_CLOEXEC) < 0)
        return error_errno (err, "pipe");
      child[i] = ends[i == 0 ? 0 : 1];
      spawned->ends[i] = ends[i == 0 ? 1 : 0];
    }
  return 0;
}

int
verb_spawn (struct call *call, struct error *err)
{
  size_t count;
  cleanup_free const char **argv = read_texts (&call->in, &count);
  cleanup_free const char **env = read_texts (&call->in, &count);
  const char *cwd = read_text (&call->in);
  const char *cgroup = read_text (&call->in);
  const char *key = read_text (&call->in);
  int uid = read_i32 (&call->in), gid = read_i32 (&call->in);
  uint32_t kind = read_u32 (&call->in);
  struct winsize size = { .ws_col = (unsigned short) read_u32 (&call->in) };
  uint32_t ids[3];
  int child[3] = { -1, -1, -1 };
  struct process_start start
      = { .argv = argv, .env = env, .cwd = cwd, .uid = uid, .gid = gid, .controlling_tty = kind == STDIO_PTY };
  struct spawned *spawned;
  int result;

  size.ws_row = (unsigned short) read_u32 (&call->in);
  for (int i = 0; i < 3; i++)
    ids[i] = read_u32 (&call->in);
  if (reader_finish (&call->in, err) < 0)
    return -1;
  if (key[0] != 0 && find_key (key) != NULL)
    return error_set (err, EEXIST, "a process with the key %s is there", key);
  spawned = calloc (1, sizeof *spawned);
  if (spawned == NULL)
    return error_errno (err, "spawn");
  spawned->ends[0] = spawned->ends[1] = spawned->ends[2] = -1;
  spawned->pty = kind == STDIO_PTY;
  spawned->pid = -1;
  result = make_stdio (spawned, kind, ids[0] != 0, child, &size, err);
  start.cgroup = cgroup[0] == 0 ? NULL : cgroup;
  start.stdio[0] = child[0];
  start.stdio[1] = spawned->pty ? child[0] : child[1];
  start.stdio[2] = spawned->pty ? child[0] : child[2];
  if (result == 0 && key[0] != 0 && (spawned->key = strdup (key)) == NULL)
    result = error_errno (err, "spawn");
  if (result == 0)
    result = process_start (&start, &spawned->pid, err);
  for (int i = 0; i < 3; i++)
    cleanup_closep (&child[i]);
  if (result < 0)
    {
      for (int i = 0; i < 3; i++)
        close_end (spawned, i);
      free (spawned->key);
      free (spawned);
      return -1;
    }
  spawned->next = all;
  all = spawned;
  if (open_streams (spawned, ids, err) < 0 || process_watch (spawned->pid, process_ended, spawned, err) < 0)
    {
      kill (spawned->pid, SIGKILL);
      for (int i = 0; i < 3; i++)
        if (spawned->streams[i] != NULL)
          stream_reset (spawned->streams[i], ENOMEM);
      spawned_free (spawned);
      return -1;
    }
  write_u32 (&call->out, (uint32_t) spawned->pid);
  return VERB_DONE;
}

int
verb_adopt (struct call *call, struct error *err)
{
  const char *key = read_text (&call->in);
  struct spawned *spawned;
  uint32_t ids[3];

  for (int i = 0; i < 3; i++)
    ids[i] = read_u32 (&call->in);
  if (reader_finish (&call->in, err) < 0)
    return -1;
  spawned = find_key (key);
  if (spawned == NULL)
    return error_set (err, ESRCH, "no process with the key %s", key);
  if (open_streams (spawned, ids, err) < 0)
    return -1;
  write_u32 (&call->out, (uint32_t) spawned->pid);
  write_bool (&call->out, spawned->pty);
  spawned->reported = false;
  if (spawned->exited)
    drain_then_report (spawned);
  return VERB_DONE;
}

int
verb_signal (struct call *call, struct error *err)
{
  pid_t pid = (pid_t) read_u32 (&call->in);
  int signal = (int) read_u32 (&call->in);

  if (reader_finish (&call->in, err) < 0)
    return -1;
  if (pid <= 1)
    return error_set (err, EPERM, "PID %d is not for signals", (int) pid);
  if (kill (pid, signal) < 0)
    return error_errno (err, "kill %d", (int) pid);
  return VERB_DONE;
}

int
verb_resize (struct call *call, struct error *err)
{
  struct spawned *spawned = find_pid ((pid_t) read_u32 (&call->in));
  struct winsize size = { .ws_col = (unsigned short) read_u32 (&call->in) };

  size.ws_row = (unsigned short) read_u32 (&call->in);
  if (reader_finish (&call->in, err) < 0)
    return -1;
  if (spawned == NULL || !spawned->pty || spawned->ends[1] < 0)
    return error_set (err, ENOTTY, "not a process with a terminal");
  if (ioctl (spawned->ends[1], TIOCSWINSZ, &size) < 0)
    return error_errno (err, "resize");
  return VERB_DONE;
}

void
spawn_init (void)
{
  epoch_watch (epoch_ended, NULL);
}
