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

/* Slots of `ends`, `streams` and `undrained`. A pty is all in STDOUT. */
enum
{
  STDIN,
  STDOUT,
  STDERR,
  SLOTS
};

struct spawned
{
  struct spawned *next;
  pid_t pid;
  char *key;    /* not NULL: outlives its epoch, and keeps its descriptors for ADOPT */
  bool adopted; /* belongs to this epoch's host, which is told of its exit */
  bool pty;
  int ends[SLOTS]; /* the agent's ends of pipes or pty; -1 when a stream has the only copy, or none is left */
  struct stream *streams[SLOTS];
  bool undrained[SLOTS]; /* its last bytes go before the exit */
  bool exited, reported;
  bool freed; /* its memory goes after this round of events */
  int status;
};

static struct spawned *all;

static void
close_end (struct spawned *spawned, int slot)
{
  if (spawned->ends[slot] >= 0)
    close (take_fd (&spawned->ends[slot]));
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
  spawned->freed = true;
  process_forget (spawned->pid, spawned);
  for (int i = 0; i < SLOTS; i++)
    close_end (spawned, i);
  free (spawned->key);
  loop_free_later (spawned);
}

/* Tells the exit once the output is out, and frees what is over. */
static void
settle (struct spawned *spawned)
{
  cleanup_writer struct writer out = { 0 };

  if (spawned->freed || !spawned->exited || !spawned->adopted)
    return;
  for (int i = 0; i < SLOTS; i++)
    if (spawned->undrained[i])
      return;
  if (!spawned->reported)
    {
      spawned->reported = true;
      write_u32 (&out, (uint32_t) spawned->pid);
      write_u32 (&out, (uint32_t) exit_code_of (spawned->status));
      write_u32 (&out, WIFSIGNALED (spawned->status) ? (uint32_t) WTERMSIG (spawned->status) : 0);
      event_send (EVENT_EXIT, 0, &out);
    }
  for (int i = 0; i < SLOTS; i++)
    if (spawned->streams[i] != NULL)
      return;
  spawned_free (spawned);
}

static int
slot_of (const struct spawned *spawned, const struct stream *stream)
{
  int slot = STDIN;

  while (slot < STDERR && spawned->streams[slot] != stream)
    slot++;
  return slot;
}

static void
stream_drained (struct stream *stream, void *owner)
{
  struct spawned *spawned = owner;

  spawned->undrained[slot_of (spawned, stream)] = false;
  settle (spawned);
}

static void
stream_closed (struct stream *stream, void *owner, int error)
{
  struct spawned *spawned = owner;
  int slot = slot_of (spawned, stream);

  spawned->streams[slot] = NULL;
  spawned->undrained[slot] = false;
  /* ESTALE is the epoch's end, over which a keyed process keeps its descriptors. A terminal that nobody has open just
   * now stays until its process has ended: many close theirs a moment before, and would die of the hang-up. */
  if (error == ESTALE)
    return;
  if (!spawned->pty || error != 0)
    close_end (spawned, slot);
  settle (spawned);
}

static void
sink_ended (struct stream *stream, void *owner, int error)
{
  struct spawned *spawned = owner;

  (void) error;
  /* A pipe's reader sees the end when the last copy is closed. A terminal's input has no end. */
  if (!spawned->pty && spawned->streams[STDIN] == stream)
    close_end (spawned, STDIN);
}

static int
open_stream (struct spawned *spawned, int slot, uint32_t id, struct error *err)
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

  if (id == 0 || spawned->ends[slot] < 0)
    return 0;
  /* A terminal is kept for RESIZE, a keyed process's ends for ADOPT. */
  if (spawned->pty || spawned->key != NULL)
    fd = fcntl (spawned->ends[slot], F_DUPFD_CLOEXEC, 3);
  else
    fd = take_fd (&spawned->ends[slot]);
  if (fd < 0)
    return error_errno (err, "dup");
  if (spawned->pty || slot != STDIN)
    options.source = fd;
  if (spawned->pty || slot == STDIN)
    options.sink = fd;
  spawned->streams[slot] = stream_open (&options, err);
  return spawned->streams[slot] == NULL ? -1 : 0;
}

static void
drain (struct spawned *spawned)
{
  /* All are marked before the first may be drained at once, which settles. */
  for (int i = STDOUT; i < SLOTS; i++)
    spawned->undrained[i] = spawned->streams[i] != NULL;
  for (int i = STDOUT; i < SLOTS; i++)
    if (spawned->streams[i] != NULL && spawned->undrained[i])
      stream_tell_drained (spawned->streams[i]);
  settle (spawned);
}

static void
process_ended (pid_t pid, int status, void *owner)
{
  struct spawned *spawned = owner;

  (void) pid;
  spawned->exited = true;
  spawned->status = status;
  if (spawned->adopted)
    drain (spawned);
}

static void
epoch_ended (bool keep_stubs)
{
  struct spawned *next;

  (void) keep_stubs;
  for (struct spawned *spawned = all; spawned != NULL; spawned = next)
    {
      next = spawned->next;
      spawned->adopted = false;
      /* Without a key nobody can ask for it again: its streams are closed, which a terminal's session is told. */
      if (spawned->key == NULL || spawned->reported)
        spawned_free (spawned);
    }
}

void
spawn_init (void)
{
  epoch_watch (epoch_ended, NULL);
}

static int
open_pty (struct spawned *spawned, int stdio[3], uint32_t columns, uint32_t rows, struct error *err)
{
  struct winsize size = { .ws_col = (unsigned short) columns, .ws_row = (unsigned short) rows };
  cleanup_close int master = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
  int slave;

  if (master < 0 || unlockpt (master) < 0)
    return error_errno (err, "open a pty");
  slave = ioctl (master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (slave < 0)
    return error_errno (err, "open the pty's other side");
  stdio[0] = stdio[1] = stdio[2] = slave;
  ioctl (master, TIOCSWINSZ, &size);
  spawned->ends[STDOUT] = take_fd (&master);
  return 0;
}

static int
open_pipes (struct spawned *spawned, int stdio[3], bool with_stdin, struct error *err)
{
  for (int i = with_stdin ? STDIN : STDOUT; i < SLOTS; i++)
    {
      int ends[2];

      if (pipe2 (ends, O_CLOEXEC) < 0)
        return error_errno (err, "pipe");
      stdio[i] = ends[i == STDIN ? 0 : 1];
      spawned->ends[i] = ends[i == STDIN ? 1 : 0];
    }
  return 0;
}

static void
close_stdio (int stdio[3])
{
  for (int i = 0; i < 3; i++)
    if (stdio[i] >= 0)
      {
        close (stdio[i]);
        /* A pty's three are one. */
        for (int j = i + 1; j < 3; j++)
          if (stdio[j] == stdio[i])
            stdio[j] = -1;
        stdio[i] = -1;
      }
}

struct request
{
  struct process_start start;
  const char *key;
  uint32_t stdio, columns, rows;
  uint32_t streams[SLOTS];
};

static int
launch (struct spawned *spawned, struct request *request, struct error *err)
{
  int *stdio = request->start.stdio;
  int result = 0;

  if (request->stdio == STDIO_PTY)
    result = open_pty (spawned, stdio, request->columns, request->rows, err);
  else if (request->stdio == STDIO_PIPES)
    result = open_pipes (spawned, stdio, request->streams[STDIN] != 0, err);
  else if (request->stdio != STDIO_NULL)
    result = error_set (err, EINVAL, "stdio %u", request->stdio);
  spawned->pty = request->start.controlling_tty = request->stdio == STDIO_PTY;
  if (result == 0)
    result = process_start (&request->start, &spawned->pid, err);
  close_stdio (stdio);
  return result;
}

static int
open_streams (struct spawned *spawned, const uint32_t streams[SLOTS], struct error *err)
{
  for (int i = 0; i < SLOTS; i++)
    if (open_stream (spawned, i, streams[i], err) < 0)
      return -1;
  return 0;
}

static struct spawned *
find_key (const char *key)
{
  struct spawned *spawned = all;

  while (spawned != NULL && (spawned->key == NULL || strcmp (spawned->key, key) != 0))
    spawned = spawned->next;
  return spawned;
}

static int
spawn (struct call *call, struct request *request, struct error *err)
{
  struct spawned *spawned;

  if (request->key[0] != 0 && find_key (request->key) != NULL)
    return error_set (err, EEXIST, "process %s exists", request->key);
  spawned = calloc (1, sizeof *spawned);
  if (spawned == NULL)
    return error_errno (err, "spawn");
  *spawned = (struct spawned){ .next = all, .ends = { -1, -1, -1 }, .adopted = true };
  all = spawned;
  if (request->key[0] != 0 && (spawned->key = strdup (request->key)) == NULL)
    {
      spawned_free (spawned);
      return error_set (err, ENOMEM, "spawn");
    }
  if (launch (spawned, request, err) < 0)
    {
      spawned_free (spawned);
      return -1;
    }
  if (open_streams (spawned, request->streams, err) < 0
      || process_watch (spawned->pid, process_ended, spawned, err) < 0)
    {
      kill (spawned->pid, SIGKILL);
      for (int i = 0; i < SLOTS; i++)
        if (spawned->streams[i] != NULL)
          stream_reset (spawned->streams[i], EIO);
      spawned_free (spawned);
      return -1;
    }
  write_u32 (&call->out, (uint32_t) spawned->pid);
  return VERB_DONE;
}

int
verb_spawn (struct call *call, struct error *err)
{
  struct request request = { .start.stdio = { -1, -1, -1 } };
  size_t argc, envc;
  cleanup_free const char **argv = read_texts (&call->in, &argc);
  cleanup_free const char **env = read_texts (&call->in, &envc);
  const char *cgroup;

  request.start.argv = argv;
  request.start.env = env;
  request.start.cwd = read_text (&call->in);
  cgroup = read_text (&call->in);
  request.start.cgroup = cgroup[0] == 0 ? NULL : cgroup;
  request.key = read_text (&call->in);
  request.start.uid = read_i32 (&call->in);
  request.start.gid = read_i32 (&call->in);
  request.stdio = read_u32 (&call->in);
  request.columns = read_u32 (&call->in);
  request.rows = read_u32 (&call->in);
  for (int i = 0; i < SLOTS; i++)
    request.streams[i] = read_u32 (&call->in);
  if (reader_finish (&call->in, err) < 0)
    return -1;
  return spawn (call, &request, err);
}

static void
answered_already (void *owner, bool ended)
{
  (void) owner, (void) ended;
}

int
verb_adopt (struct call *call, struct error *err)
{
  const char *key = read_text (&call->in);
  struct spawned *spawned = find_key (key);
  uint32_t streams[SLOTS];
  struct later *later;

  for (int i = 0; i < SLOTS; i++)
    streams[i] = read_u32 (&call->in);
  if (reader_finish (&call->in, err) < 0)
    return -1;
  if (spawned == NULL)
    return error_set (err, ESRCH, "no process %s", key);
  if (spawned->adopted)
    return error_set (err, EBUSY, "process %s has its streams", key);
  spawned->adopted = true;
  if (open_streams (spawned, streams, err) < 0)
    return -1;
  write_u32 (&call->out, (uint32_t) spawned->pid);
  write_bool (&call->out, spawned->pty);
  /* The reply goes before an EXIT that may be due at once. */
  later = call_later (call, answered_already, NULL);
  if (later == NULL)
    return error_set (err, ENOMEM, "adopt");
  later_reply (later, &call->out);
  if (spawned->exited)
    drain (spawned);
  return VERB_LATER;
}

static struct spawned *
find_running (pid_t pid, struct error *err)
{
  for (struct spawned *spawned = all; spawned != NULL; spawned = spawned->next)
    if (spawned->pid == pid && !spawned->exited)
      return spawned;
  error_set (err, ESRCH, "no process %d", (int) pid);
  return NULL;
}

int
verb_signal (struct call *call, struct error *err)
{
  uint32_t pid = read_u32 (&call->in);
  uint32_t number = read_u32 (&call->in);

  if (reader_finish (&call->in, err) < 0 || find_running ((pid_t) pid, err) == NULL)
    return -1;
  return kill ((pid_t) pid, (int) number) < 0 ? error_errno (err, "kill %u", pid) : 0;
}

int
verb_resize (struct call *call, struct error *err)
{
  uint32_t pid = read_u32 (&call->in);
  struct winsize size = { 0 };
  struct spawned *spawned;

  size.ws_col = (unsigned short) read_u32 (&call->in);
  size.ws_row = (unsigned short) read_u32 (&call->in);
  if (reader_finish (&call->in, err) < 0 || (spawned = find_running ((pid_t) pid, err)) == NULL)
    return -1;
  if (!spawned->pty)
    return error_set (err, ENOTTY, "process %u has no terminal", pid);
  return ioctl (spawned->ends[STDOUT], TIOCSWINSZ, &size) < 0 ? error_errno (err, "TIOCSWINSZ") : 0;
}
