#include "outlet.h"
#include "loop.h"
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>

struct outlet
{
  struct outlet_options options;
  struct watch watch; /* the pipe's write end; its fd is -1 after the end */
  int read_end;       /* kept, so that its content outlives the stream */
  struct stream *stream;
  uint8_t *pending;
  size_t pending_start, pending_length;
  bool ending, stale, freed;
};

static void
write_end_close (struct outlet *outlet)
{
  if (outlet->watch.fd < 0)
    return;
  loop_remove (&outlet->watch);
  close (outlet->watch.fd);
  outlet->watch.fd = -1;
}

static void
stream_closed (struct stream *stream, void *owner, int error)
{
  struct outlet *outlet = owner;

  (void) stream;
  outlet->stream = NULL;
  if (outlet->freed)
    return;
  outlet->stale = error == ESTALE;
  outlet->options.gone (outlet, outlet->options.owner, outlet->stale);
}

static int
stream_attach (struct outlet *outlet, uint32_t id, struct error *err)
{
  struct stream_options options = { .id = id, .sink = -1, .closed = stream_closed, .owner = outlet };

  options.source = fcntl (outlet->read_end, F_DUPFD_CLOEXEC, 3);
  if (options.source < 0)
    return error_errno (err, "dup");
  outlet->stream = stream_open (&options, err);
  return outlet->stream == NULL ? -1 : 0;
}

/* The rest is in the pipe, or there is none: the stream reads to the end of it at once, as far as it has credit. */
static void
finish (struct outlet *outlet)
{
  write_end_close (outlet);
  if (outlet->stream != NULL)
    stream_tell_drained (outlet->stream);
}

static void
writable (struct watch *watch, uint32_t events)
{
  struct outlet *outlet = (struct outlet *) ((char *) watch - offsetof (struct outlet, watch));
  ssize_t count = write (watch->fd, outlet->pending + outlet->pending_start, outlet->pending_length);

  (void) events;
  if (count < 0)
    return; /* EAGAIN: this pipe has a reader as long as it has a writer */
  outlet->pending_start += (size_t) count;
  outlet->pending_length -= (size_t) count;
  if (outlet->pending_length > 0)
    return;
  outlet->pending_start = 0;
  free (take_pointer (&outlet->pending));
  loop_change (watch, 0);
  if (outlet->ending)
    finish (outlet);
  else
    outlet->options.ready (outlet, outlet->options.owner);
}

struct outlet *
outlet_open (uint32_t stream, const struct outlet_options *options, struct error *err)
{
  struct outlet *outlet = calloc (1, sizeof *outlet);
  int ends[2];

  if (outlet == NULL || pipe2 (ends, O_CLOEXEC | O_NONBLOCK) < 0)
    {
      error_errno (err, "outlet");
      free (outlet);
      return NULL;
    }
  outlet->options = *options;
  outlet->read_end = ends[0];
  outlet->watch = (struct watch){ .fd = ends[1], .ready = writable };
  if (loop_add (&outlet->watch, 0, err) < 0 || stream_attach (outlet, stream, err) < 0)
    {
      outlet_free (outlet);
      return NULL;
    }
  return outlet;
}

bool
outlet_write (struct outlet *outlet, const uint8_t *bytes, size_t length)
{
  ssize_t count = 0;
  uint8_t *grown;

  if (outlet->pending_length == 0)
    count = write (outlet->watch.fd, bytes, length);
  if (count < 0)
    count = 0; /* EAGAIN */
  if ((size_t) count == length)
    return true;
  bytes += count;
  length -= (size_t) count;
  grown = realloc (outlet->pending, outlet->pending_start + outlet->pending_length + length);
  if (grown == NULL)
    {
      /* Nothing may be missing in the middle: the reader is told that the stream broke. */
      if (outlet->stream != NULL)
        stream_reset (outlet->stream, ENOMEM);
      return true;
    }
  memcpy (grown + outlet->pending_start + outlet->pending_length, bytes, length);
  outlet->pending = grown;
  outlet->pending_length += length;
  loop_change (&outlet->watch, EPOLLOUT);
  return false;
}

void
outlet_end (struct outlet *outlet)
{
  outlet->ending = true;
  if (outlet->pending_length == 0)
    finish (outlet);
}

static void
released_ready (struct outlet *outlet, void *owner)
{
  (void) outlet, (void) owner;
}

static void
released_gone (struct outlet *outlet, void *owner, bool stale)
{
  (void) owner, (void) stale;
  outlet_free (outlet);
}

void
outlet_release (struct outlet *outlet)
{
  outlet->options = (struct outlet_options){ .ready = released_ready, .gone = released_gone };
  if (outlet->stream == NULL)
    outlet_free (outlet);
  else
    outlet_end (outlet);
}

int
outlet_adopt (struct outlet *outlet, uint32_t stream, struct error *err)
{
  if (stream_attach (outlet, stream, err) < 0)
    return -1;
  outlet->stale = false;
  if (outlet->ending && outlet->watch.fd < 0)
    stream_tell_drained (outlet->stream);
  return 0;
}

bool
outlet_is_stale (const struct outlet *outlet)
{
  return outlet->stale;
}

void
outlet_free (struct outlet *outlet)
{
  outlet->freed = true;
  write_end_close (outlet);
  if (outlet->stream != NULL)
    stream_reset (outlet->stream, ECANCELED);
  close (outlet->read_end);
  free (outlet->pending);
  loop_free_later (outlet);
}
