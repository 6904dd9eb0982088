/* LISTEN_UNIX, UNLISTEN, DIAL and the ACCEPT event. */
#include "loop.h"
#include "netns.h"
#include "stream.h"
#include "verbs.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* A listening unix socket. It outlives its epoch with those that wait in its backlog, until it is taken over or closed. */
struct listener
{
  struct watch watch;
  struct listener *next;
  uint32_t id;
  char path[sizeof ((struct sockaddr_un *) NULL)->sun_path];
};

static struct listener *listeners;
static uint32_t last_listener;

static void
accept_ready (struct watch *watch, uint32_t events)
{
  struct listener *listener = (struct listener *) watch;
  cleanup_writer struct writer out = { 0 };
  struct stream_options options = { .kind = STREAM_SOCKET };
  struct ucred peer = { 0 };
  socklen_t size = sizeof peer;
  struct error err;
  int fd = accept4 (watch->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

  (void) events;
  if (fd < 0)
    return; /* the peer went, or there is no descriptor left and it waits on */
  getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &size);
  options.id = stream_next_id ();
  options.source = options.sink = fd;
  write_u32 (&out, listener->id);
  write_u32 (&out, options.id);
  write_u32 (&out, (uint32_t) peer.pid);
  write_u32 (&out, peer.uid);
  event_send (EVENT_ACCEPT, 0, &out);
  if (stream_open (&options, &err) == NULL)
    frame_send (FRAME_RESET, options.id, (uint8_t[4]){ (uint8_t) err.status }, 4);
}

static void
listener_close (struct listener *listener)
{
  for (struct listener **link = &listeners; *link != NULL; link = &(*link)->next)
    if (*link == listener)
      {
        *link = listener->next;
        break;
      }
  loop_remove (&listener->watch);
  close (listener->watch.fd);
  unlink (listener->path);
  loop_free_later (listener);
}

static int
listen_at (struct listener *listener, const char *path, mode_t mode, struct error *err)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  cleanup_close int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

  if (strlen (path) >= sizeof address.sun_path)
    return error_set (err, ENAMETOOLONG, "%s", path);
  strcpy (address.sun_path, path);
  strcpy (listener->path, path);
  unlink (path);
  if (fd < 0 || bind (fd, (struct sockaddr *) &address, sizeof address) < 0 || chmod (path, mode) < 0
      || listen (fd, 64) < 0)
    return error_errno (err, "listen on %s", path);
  listener->watch = (struct watch){ .fd = fd, .ready = accept_ready };
  if (loop_add (&listener->watch, EPOLLIN, err) < 0)
    return -1;
  take_fd (&fd);
  return 0;
}

int
verb_listen_unix (struct call *call, struct error *err)
{
  const char *path = read_text (&call->in);
  mode_t mode = read_u32 (&call->in);
  struct listener *listener;

  if (reader_finish (&call->in, err) < 0)
    return -1;
  for (listener = listeners; listener != NULL && strcmp (listener->path, path) != 0;)
    listener = listener->next;
  if (listener == NULL)
    {
      listener = calloc (1, sizeof *listener);
      if (listener == NULL)
        return error_errno (err, "listen on %s", path);
      if (listen_at (listener, path, mode, err) < 0)
        {
          free (listener);
          return -1;
        }
      listener->next = listeners;
      listeners = listener;
    }
  loop_change (&listener->watch, EPOLLIN);
  listener->id = ++last_listener;
  write_u32 (&call->out, listener->id);
  return VERB_DONE;
}

int
verb_unlisten (struct call *call, struct error *err)
{
  uint32_t id = read_u32 (&call->in);

  if (reader_finish (&call->in, err) < 0)
    return -1;
  for (struct listener *listener = listeners; listener != NULL; listener = listener->next)
    if (listener->id == id)
      {
        listener_close (listener);
        return VERB_DONE;
      }
  return error_set (err, EBADF, "no such listener");
}

/* Nobody accepts between epochs: callers wait in the backlog. */
static void
epoch_ended (bool keep_stubs)
{
  (void) keep_stubs;
  for (struct listener *listener = listeners; listener != NULL; listener = listener->next)
    loop_change (&listener->watch, 0);
}

void
sockets_init (void)
{
  epoch_watch (epoch_ended, NULL);
}

/* A connection on its way. */
struct dialling
{
  struct watch watch;
  struct later *later;
  uint32_t stream;
};

static void
dialling_free (struct dialling *dialling)
{
  loop_remove (&dialling->watch);
  if (dialling->watch.fd >= 0)
    close (dialling->watch.fd);
  loop_free_later (dialling);
}

static int
dial_connected (int fd, uint32_t stream, struct error *err)
{
  struct stream_options options = { .id = stream, .kind = STREAM_SOCKET, .source = fd, .sink = fd };

  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof (int));
  return stream_open (&options, err) == NULL ? -1 : 0;
}

static void
dial_ready (struct watch *watch, uint32_t events)
{
  struct dialling *dialling = (struct dialling *) watch;
  struct error err;
  int status = 0;
  socklen_t size = sizeof status;
  int fd = watch->fd;

  (void) events;
  if (getsockopt (fd, SOL_SOCKET, SO_ERROR, &status, &size) < 0)
    status = errno;
  loop_remove (watch);
  watch->fd = -1;
  if (status != 0)
    {
      close (fd);
      error_set (&err, status, "connect: %s", strerror (status));
      later_fail (dialling->later, &err);
    }
  else if (dial_connected (fd, dialling->stream, &err) < 0)
    later_fail (dialling->later, &err);
  else
    later_reply (dialling->later, &(struct writer){ 0 });
  loop_free_later (dialling);
}

static void
dial_cancel (void *owner, bool ended)
{
  struct dialling *dialling = owner;
  struct error err;

  if (!ended)
    {
      error_set (&err, ECANCELED, "connect: cancelled");
      later_fail (dialling->later, &err);
    }
  dialling_free (dialling);
}

int
verb_dial (struct call *call, struct error *err)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  const char *host = read_text (&call->in);
  uint32_t port = read_u32 (&call->in);
  const char *netns = read_text (&call->in);
  uint32_t stream = read_u32 (&call->in);
  cleanup_close int fd = -1;
  struct dialling *dialling;

  if (reader_finish (&call->in, err) < 0)
    return -1;
  if (inet_pton (AF_INET, host, &address.sin_addr) != 1 || port == 0 || port > 65535)
    return error_set (err, EINVAL, "%s:%u is no address", host, port);
  address.sin_port = htons ((uint16_t) port);
  fd = netns_socket_at (netns, AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, err);
  if (fd < 0)
    return -1;
  if (connect (fd, (struct sockaddr *) &address, sizeof address) == 0)
    return dial_connected (take_fd (&fd), stream, err) < 0 ? -1 : VERB_DONE;
  if (errno != EINPROGRESS)
    return error_errno (err, "connect to %s:%u", host, port);
  dialling = calloc (1, sizeof *dialling);
  if (dialling == NULL)
    return error_errno (err, "connect");
  dialling->stream = stream;
  dialling->watch = (struct watch){ .fd = fd, .ready = dial_ready };
  if (loop_add (&dialling->watch, EPOLLOUT, err) < 0)
    {
      free (dialling);
      return -1;
    }
  take_fd (&fd);
  dialling->later = call_later (call, dial_cancel, dialling);
  if (dialling->later == NULL)
    {
      dialling_free (dialling);
      return error_set (err, ENOMEM, "connect");
    }
  return VERB_LATER;
}
