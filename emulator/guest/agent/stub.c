/* The agent's side of the `docker` stub: STUB, STUB_SIGNAL, STUB_RESIZE, STUB_GONE, STUB_RAW, STUB_EXIT. */
#include "stub.h"
#include "loop.h"
#include "stream.h"
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>

enum
{
  SESSIONS_MAX = 512
};

/* One call. It lives as long as its stub does: over an epoch's end too, when the host wants to go on with it. */
struct session
{
  struct watch watch; /* the socket of the stub */
  struct session *next;
  uint32_t id;
  struct ucred peer;
  struct stub_head head;
  size_t head_length;
  char *texts;
  size_t length, received;
  int fds[3];
  struct stream *streams[3];
  bool announced; /* in some epoch */
  bool raw;
  struct termios saved; /* while raw */
  struct later *exiting;
  uint8_t status;
};

static struct watch listener = { .fd = -1 };
static struct session *sessions;
static size_t session_count;
static uint32_t last_session;

static int
terminal_of (const struct session *session)
{
  for (int i = 0; i < 3; i++)
    if (session->fds[i] >= 0 && isatty (session->fds[i]))
      return session->fds[i];
  return -1;
}

static void
set_cooked (struct session *session)
{
  if (session->raw)
    tcsetattr (session->fds[0], TCSADRAIN, &session->saved);
  session->raw = false;
}

static void
session_free (struct session *session)
{
  for (struct session **link = &sessions; *link != NULL; link = &(*link)->next)
    if (*link == session)
      {
        *link = session->next;
        break;
      }
  session_count--;
  set_cooked (session);
  for (int i = 0; i < 3; i++)
    if (session->streams[i] != NULL)
      stream_reset (session->streams[i], EPIPE);
  loop_remove (&session->watch);
  close (session->watch.fd);
  for (int i = 0; i < 3; i++)
    cleanup_closep (&session->fds[i]);
  free (session->texts);
  loop_free_later (session);
}

static void
gone (struct session *session)
{
  cleanup_writer struct writer out = { 0 };

  if (session->announced)
    {
      write_u32 (&out, session->id);
      event_send (EVENT_STUB_GONE, 0, &out);
    }
  if (session->exiting != NULL)
    later_reply (session->exiting, &(struct writer){ 0 });
  session->exiting = NULL;
  session_free (session);
}

/* The last word, once what was said before is written. */
static void
exit_when_written (struct session *session)
{
  if (session->exiting == NULL || session->streams[1] != NULL || session->streams[2] != NULL)
    return;
  set_cooked (session);
  if (send (session->watch.fd, &session->status, 1, MSG_NOSIGNAL) < 0)
    errno = 0; /* it went by itself */
  later_reply (session->exiting, &(struct writer){ 0 });
  session->exiting = NULL;
  session_free (session);
}

static void
stream_closed (struct stream *stream, void *owner, int error)
{
  struct session *session = owner;

  (void) error;
  for (int i = 0; i < 3; i++)
    if (session->streams[i] == stream)
      session->streams[i] = NULL;
  if (epoch_open ())
    exit_when_written (session);
}

/* The open file is shared with the caller's shell and may not become non-blocking for it: a terminal or pipe is opened
 * once more, a regular file keeps its common position and never blocks. */
static int
own_descriptor (int fd, int flags, bool *shared)
{
  char path[40];
  struct stat stat;

  *shared = false;
  if (fstat (fd, &stat) == 0 && (S_ISREG (stat.st_mode) || S_ISSOCK (stat.st_mode)))
    {
      *shared = true;
      return fcntl (fd, F_DUPFD_CLOEXEC, 3);
    }
  snprintf (path, sizeof path, "/proc/self/fd/%d", fd);
  return open (path, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

static uint32_t
open_stream (struct session *session, int which)
{
  struct stream_options options = { .id = stream_next_id (),
                                    .source = -1,
                                    .sink = -1,
                                    .begin_without_credit = true,
                                    .closed = stream_closed,
                                    .owner = session };
  struct stat stat;
  struct error err;
  int fd = own_descriptor (session->fds[which], which == 0 ? O_RDONLY : O_WRONLY, &options.shared);

  if (fd < 0)
    return 0;
  if (isatty (fd))
    options.kind = STREAM_PTY;
  else if (fstat (fd, &stat) == 0 && S_ISSOCK (stat.st_mode))
    options.kind = STREAM_SOCKET;
  if (which == 0)
    options.source = fd;
  else
    options.sink = fd;
  session->streams[which] = stream_open (&options, &err);
  return session->streams[which] == NULL ? 0 : options.id;
}

static void
write_vector (struct writer *out, uint32_t count, const char *texts)
{
  write_u32 (out, count);
  for (uint32_t i = 0; i < count; i++, texts += strlen (texts) + 1)
    write_text (out, texts);
}

static void
announce (struct session *session)
{
  cleanup_writer struct writer out = { 0 };
  const char *env = session->texts + session->head.args_length;
  struct winsize size = { 0 };
  int terminal = terminal_of (session);
  uint32_t terminals = 0;

  for (int i = 0; i < 3; i++)
    if (isatty (session->fds[i]))
      terminals |= 1u << i;
  if (terminal >= 0)
    ioctl (terminal, TIOCGWINSZ, &size);
  write_u32 (&out, session->id);
  write_vector (&out, session->head.argc, session->texts);
  write_vector (&out, session->head.envc, env);
  write_text (&out, env + session->head.env_length);
  write_u32 (&out, (uint32_t) session->peer.pid);
  write_u32 (&out, session->peer.uid);
  write_u32 (&out, terminals);
  write_u32 (&out, size.ws_col);
  write_u32 (&out, size.ws_row);
  write_bool (&out, session->announced);
  for (int i = 0; i < 3; i++)
    write_u32 (&out, open_stream (session, i));
  session->announced = true;
  event_send (EVENT_STUB, 0, &out);
}

static bool
counts_match (const char *texts, size_t length, uint32_t count)
{
  uint32_t found = 0;

  for (size_t i = 0; i < length; i++)
    found += texts[i] == 0;
  return found == count && (length == 0 || texts[length - 1] == 0);
}

static bool
texts_are_sound (const struct session *session)
{
  const struct stub_head *head = &session->head;
  const char *env = session->texts + head->args_length;

  return counts_match (session->texts, head->args_length, head->argc)
         && counts_match (env, head->env_length, head->envc)
         && counts_match (env + head->env_length, head->cwd_length, 1);
}

static bool
head_is_sound (const struct stub_head *head)
{
  return head->magic == STUB_MAGIC && head->args_length <= STUB_TEXTS_MAX && head->env_length <= STUB_TEXTS_MAX
         && head->cwd_length <= STUB_TEXTS_MAX
         && (uint64_t) head->args_length + head->env_length + head->cwd_length <= STUB_TEXTS_MAX;
}

static void
take_descriptors (struct session *session, struct msghdr *message)
{
  for (struct cmsghdr *control = CMSG_FIRSTHDR (message); control != NULL; control = CMSG_NXTHDR (message, control))
    {
      int fds[16];
      size_t count = (control->cmsg_len - CMSG_LEN (0)) / sizeof *fds;

      if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS || count > 16)
        continue;
      memcpy (fds, CMSG_DATA (control), count * sizeof *fds);
      for (size_t i = 0; i < count; i++)
        if (i < 3 && session->fds[i] < 0)
          session->fds[i] = fds[i];
        else
          close (fds[i]);
    }
}

static ssize_t
receive (struct session *session, void *into, size_t length)
{
  union
  {
    char bytes[CMSG_SPACE (16 * sizeof (int))];
    struct cmsghdr align;
  } control;
  struct iovec vector = { .iov_base = into, .iov_len = length };
  struct msghdr message = { .msg_iov = &vector,
                            .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = sizeof control.bytes };
  ssize_t count = recvmsg (session->watch.fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

  if (count > 0)
    take_descriptors (session, &message);
  return count;
}

static void
signals (struct session *session, const uint8_t *bytes, size_t count)
{
  for (size_t i = 0; i < count; i++)
    {
      cleanup_writer struct writer out = { 0 };
      struct winsize size;
      int terminal = terminal_of (session);

      write_u32 (&out, session->id);
      if (bytes[i] == SIGWINCH && terminal >= 0 && ioctl (terminal, TIOCGWINSZ, &size) == 0)
        {
          write_u32 (&out, size.ws_col);
          write_u32 (&out, size.ws_row);
          event_send (EVENT_STUB_RESIZE, 0, &out);
          continue;
        }
      write_u32 (&out, bytes[i]);
      event_send (EVENT_STUB_SIGNAL, 0, &out);
    }
}

/* 1: more may be there; 0: not now; -1: the stub is gone, or talks nonsense. */
static int
advance (struct session *session)
{
  uint8_t bytes[64];
  ssize_t count;

  if (session->head_length < sizeof session->head)
    {
      count = receive (session, (char *) &session->head + session->head_length,
                       sizeof session->head - session->head_length);
      if (count <= 0)
        return count < 0 && errno == EAGAIN ? 0 : -1;
      session->head_length += (size_t) count;
      if (session->head_length < sizeof session->head)
        return 1;
      if (!head_is_sound (&session->head))
        return -1;
      session->length
          = (size_t) session->head.args_length + session->head.env_length + session->head.cwd_length;
      session->texts = malloc (session->length + 1);
      return session->texts == NULL ? -1 : 1;
    }
  if (session->received < session->length)
    {
      count = receive (session, session->texts + session->received, session->length - session->received);
      if (count <= 0)
        return count < 0 && errno == EAGAIN ? 0 : -1;
      session->received += (size_t) count;
      if (session->received < session->length)
        return 1;
      if (!texts_are_sound (session) || session->fds[2] < 0)
        return -1;
      /* Without a host the call waits: the next epoch announces it. */
      if (epoch_open ())
        announce (session);
      return 1;
    }
  count = receive (session, bytes, sizeof bytes);
  if (count <= 0)
    return count < 0 && errno == EAGAIN ? 0 : -1;
  signals (session, bytes, (size_t) count);
  return 1;
}

static void
session_ready (struct watch *watch, uint32_t events)
{
  struct session *session = (struct session *) watch;
  int result;

  (void) events;
  while ((result = advance (session)) > 0)
    ;
  if (result < 0)
    gone (session);
}

static void
accept_ready (struct watch *watch, uint32_t events)
{
  int fd = accept4 (watch->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  struct session *session;
  struct error err;
  socklen_t size = sizeof session->peer;

  (void) events;
  if (fd < 0)
    return;
  session = session_count == SESSIONS_MAX ? NULL : calloc (1, sizeof *session);
  if (session == NULL)
    {
      close (fd);
      return;
    }
  session->watch = (struct watch){ .fd = fd, .ready = session_ready };
  session->fds[0] = session->fds[1] = session->fds[2] = -1;
  session->id = ++last_session;
  getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &session->peer, &size);
  session->next = sessions;
  sessions = session;
  session_count++;
  if (loop_add (&session->watch, EPOLLIN, &err) < 0)
    session_free (session);
}

static struct session *
find (uint32_t id, struct error *err)
{
  for (struct session *session = sessions; session != NULL; session = session->next)
    if (session->id == id && session->announced)
      return session;
  error_set (err, ESRCH, "no such call");
  return NULL;
}

int
verb_stub_raw (struct call *call, struct error *err)
{
  struct session *session;
  uint32_t id = read_u32 (&call->in);
  bool raw = read_bool (&call->in);
  struct termios mode;

  if (reader_finish (&call->in, err) < 0 || (session = find (id, err)) == NULL)
    return -1;
  if (!raw)
    {
      set_cooked (session);
      return VERB_DONE;
    }
  if (session->raw)
    return VERB_DONE;
  if (tcgetattr (session->fds[0], &session->saved) < 0)
    return error_errno (err, "read the terminal's mode");
  mode = session->saved;
  cfmakeraw (&mode);
  if (tcsetattr (session->fds[0], TCSADRAIN, &mode) < 0)
    return error_errno (err, "set the terminal's mode");
  session->raw = true;
  return VERB_DONE;
}

static void
exit_cancelled (void *owner, bool epoch_ended)
{
  /* The status is decided: giving the call up does not take it back. */
  if (epoch_ended)
    ((struct session *) owner)->exiting = NULL;
}

int
verb_stub_exit (struct call *call, struct error *err)
{
  struct session *session;
  uint32_t id = read_u32 (&call->in);
  uint32_t code = read_u32 (&call->in);

  if (reader_finish (&call->in, err) < 0 || (session = find (id, err)) == NULL)
    return -1;
  session->status = (uint8_t) code;
  session->exiting = call_later (call, exit_cancelled, session);
  if (session->exiting == NULL)
    return error_set (err, ENOMEM, "exit");
  if (session->streams[0] != NULL)
    stream_reset (session->streams[0], EPIPE);
  else
    exit_when_written (session);
  return VERB_LATER;
}

static void
epoch_ended (bool keep_stubs)
{
  static const char lost[] = "\r\ndocker: the connection to the engine was lost\r\n";
  struct session *next;

  for (struct session *session = sessions; session != NULL; session = next)
    {
      next = session->next;
      if (!session->announced || keep_stubs)
        continue;
      set_cooked (session);
      if (write (session->fds[2], lost, sizeof lost - 1) < 0 || send (session->watch.fd, "\x7d", 1, MSG_NOSIGNAL) < 0)
        errno = 0; /* nobody is left to be told */
      session_free (session);
    }
}

static void
epoch_began (void)
{
  for (struct session *session = sessions; session != NULL; session = session->next)
    if (session->length > 0 && session->received == session->length)
      announce (session);
}

int
stub_init (struct error *err)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = STUB_SOCKET };

  epoch_watch (epoch_ended, epoch_began);
  mkdir ("/run/drydock", 0755);
  unlink (STUB_SOCKET);
  listener.fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listener.fd < 0 || bind (listener.fd, (struct sockaddr *) &address, sizeof address) < 0
      || chmod (STUB_SOCKET, 0666) < 0 || listen (listener.fd, 64) < 0)
    return error_errno (err, "listen on %s", STUB_SOCKET);
  listener.ready = accept_ready;
  return loop_add (&listener, EPOLLIN, err);
}
