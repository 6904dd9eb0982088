#include "stream.h"
#include "link.h"
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum
{
  BUCKETS = 256,
  STREAMS_MAX = 2048
};

struct stream
{
  struct stream *next;
  struct stream_options options;
  struct watch source, sink; /* their fd is -1 when that direction has ended */
  uint32_t credit;           /* bytes the host still takes */
  bool source_ended;         /* END was sent */
  bool host_ended;           /* END was received */
  bool sink_open;
  bool tell_drained;
  uint32_t unwritten_window; /* bytes the host may still send */
  uint32_t owed;             /* written, and not granted again yet */
  uint8_t *queue;            /* bytes from the host that the sink did not take yet */
  size_t queue_start, queue_end, queue_size;
};

static struct stream *buckets[BUCKETS];
static size_t stream_count;

static struct stream *
stream_find (uint32_t id)
{
  struct stream *stream = buckets[id % BUCKETS];

  while (stream != NULL && stream->options.id != id)
    stream = stream->next;
  return stream;
}

static void
close_watch (struct watch *watch)
{
  if (watch->fd < 0)
    return;
  loop_remove (watch);
  close (watch->fd);
  watch->fd = -1;
}

static void
stream_free (struct stream *stream, int error)
{
  for (struct stream **link = &buckets[stream->options.id % BUCKETS]; *link != NULL; link = &(*link)->next)
    if (*link == stream)
      {
        *link = stream->next;
        break;
      }
  stream_count--;
  close_watch (&stream->source);
  close_watch (&stream->sink);
  if (stream->options.closed != NULL)
    stream->options.closed (stream, stream->options.owner, error);
  free (stream->queue);
  loop_free_later (stream);
}

static void
send_reason (uint16_t type, uint32_t id, int error)
{
  uint8_t payload[4] = { (uint8_t) error, (uint8_t) (error >> 8), 0, 0 };

  frame_send (type, id, payload, sizeof payload);
}

void
stream_reset (struct stream *stream, int error)
{
  send_reason (FRAME_RESET, stream->options.id, error);
  stream_free (stream, error);
}

/* True when the stream is gone. */
static bool
free_when_over (struct stream *stream)
{
  if (!stream->source_ended || !stream->host_ended || stream->sink_open)
    return false;
  stream_free (stream, 0);
  return true;
}

static void
drained (struct stream *stream)
{
  if (!stream->tell_drained)
    return;
  stream->tell_drained = false;
  if (stream->options.drained != NULL)
    stream->options.drained (stream, stream->options.owner);
}

static void
end_source (struct stream *stream)
{
  close_watch (&stream->source);
  if (!stream->source_ended)
    {
      stream->source_ended = true;
      frame_send (FRAME_END, stream->options.id, NULL, 0);
    }
  drained (stream);
  free_when_over (stream);
}

static void
end_sink (struct stream *stream, int error)
{
  if (!stream->sink_open)
    return;
  stream->sink_open = false;
  if (stream->options.kind == STREAM_SOCKET && error == 0)
    shutdown (stream->sink.fd, SHUT_WR);
  close_watch (&stream->sink);
  stream->queue_start = stream->queue_end = 0;
  if (error != 0 && !stream->host_ended)
    send_reason (FRAME_STOP, stream->options.id, error);
  if (stream->options.sink_ended != NULL)
    stream->options.sink_ended (stream, stream->options.owner, error);
  free_when_over (stream);
}

/* One read; true when another is worth trying at once. */
static bool
source_read (struct stream *stream)
{
  size_t wanted = stream->credit < DATA_LIMIT ? stream->credit : DATA_LIMIT;
  uint8_t *space = data_begin (wanted);
  ssize_t count;

  if (stream->options.kind == STREAM_SOCKET)
    count = recv (stream->source.fd, space, wanted, MSG_DONTWAIT);
  else
    count = read (stream->source.fd, space, wanted);
  if (count > 0)
    {
      data_end (stream->options.id, (size_t) count);
      stream->credit -= (uint32_t) count;
      if (stream->credit == 0)
        loop_change (&stream->source, 0);
      return stream->tell_drained && stream->credit > 0;
    }
  if (count < 0 && errno == EINTR)
    return true;
  if (count < 0 && errno == EAGAIN)
    drained (stream);
  else if (count < 0 && stream->options.kind == STREAM_PTY && errno == EIO)
    {
      end_sink (stream, EPIPE);
      end_source (stream);
    }
  else if (count == 0)
    end_source (stream);
  else
    stream_reset (stream, errno);
  return false;
}

static void
source_ready (struct watch *watch, uint32_t events)
{
  (void) events;
  while (source_read ((struct stream *) ((char *) watch - offsetof (struct stream, source))))
    ;
}

static void
grant (struct stream *stream, size_t count)
{
  uint8_t payload[4];

  stream->owed += (uint32_t) count;
  if (stream->owed < WINDOW_TO_GUEST / 4)
    return;
  for (int i = 0; i < 4; i++)
    payload[i] = (uint8_t) (stream->owed >> (8 * i));
  stream->unwritten_window += stream->owed;
  stream->owed = 0;
  frame_send (FRAME_CREDIT, stream->options.id, payload, sizeof payload);
}

/* Returns the bytes taken, or -1 when the sink is broken (errno says why). */
static ssize_t
sink_write (struct stream *stream, const uint8_t *bytes, size_t length)
{
  ssize_t count;

  if (stream->options.kind == STREAM_SOCKET)
    count = send (stream->sink.fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
  else
    count = write (stream->sink.fd, bytes, length);
  if (count < 0 && (errno == EAGAIN || errno == EINTR))
    return 0;
  return count;
}

static void
sink_ready (struct watch *watch, uint32_t events)
{
  struct stream *stream = (struct stream *) ((char *) watch - offsetof (struct stream, sink));
  ssize_t count;

  (void) events;
  count = sink_write (stream, stream->queue + stream->queue_start, stream->queue_end - stream->queue_start);
  if (count < 0)
    {
      end_sink (stream, errno);
      return;
    }
  stream->queue_start += (size_t) count;
  grant (stream, (size_t) count);
  if (stream->queue_start < stream->queue_end)
    return;
  stream->queue_start = stream->queue_end = 0;
  loop_change (watch, 0);
  if (stream->host_ended)
    end_sink (stream, 0);
}

/* False without memory. */
static bool
enqueue (struct stream *stream, const uint8_t *bytes, size_t length)
{
  if (stream->queue_size - stream->queue_end < length)
    {
      size_t kept = stream->queue_end - stream->queue_start;
      size_t size = kept + length <= 4096 ? 4096 : WINDOW_TO_GUEST;

      if (kept > 0)
        memmove (stream->queue, stream->queue + stream->queue_start, kept);
      stream->queue_start = 0;
      stream->queue_end = kept;
      if (size > stream->queue_size)
        {
          uint8_t *grown = realloc (stream->queue, size);

          if (grown == NULL)
            return false;
          stream->queue = grown;
          stream->queue_size = size;
        }
    }
  memcpy (stream->queue + stream->queue_end, bytes, length);
  stream->queue_end += length;
  return true;
}

static void
take_data (struct stream *stream, const uint8_t *bytes, size_t length)
{
  ssize_t count = 0;

  if (stream->host_ended || length > stream->unwritten_window)
    {
      stream_reset (stream, EPROTO);
      return;
    }
  stream->unwritten_window -= (uint32_t) length;
  if (!stream->sink_open)
    return; /* STOP is on its way */
  if (stream->queue_start == stream->queue_end)
    {
      count = sink_write (stream, bytes, length);
      if (count < 0)
        {
          end_sink (stream, errno);
          return;
        }
      grant (stream, (size_t) count);
    }
  if ((size_t) count == length)
    return;
  if (!enqueue (stream, bytes + count, length - (size_t) count))
    {
      stream_reset (stream, ENOMEM);
      return;
    }
  loop_change (&stream->sink, EPOLLOUT);
}

void
stream_frame (const struct frame *frame)
{
  struct stream *stream = stream_find (frame->id);
  struct reader in = reader_of (frame->payload, frame->length);
  uint32_t value;

  /* One that ended here while the frame was on its way. */
  if (stream == NULL)
    return;
  switch (frame->type)
    {
    case FRAME_DATA:
      take_data (stream, frame->payload, frame->length);
      return;
    case FRAME_CREDIT:
      value = read_u32 (&in);
      if (in.bad || value > WINDOW_TO_HOST || stream->credit > WINDOW_TO_HOST - value)
        {
          stream_reset (stream, EPROTO);
          return;
        }
      stream->credit += value;
      if (stream->credit > 0)
        loop_change (&stream->source, EPOLLIN);
      /* An empty source has no event to tell that it is drained. */
      if (stream->credit > 0 && stream->tell_drained && stream->source.fd >= 0)
        source_ready (&stream->source, EPOLLIN);
      return;
    case FRAME_END:
      if (stream->host_ended)
        {
          stream_reset (stream, EPROTO);
          return;
        }
      stream->host_ended = true;
      if (stream->queue_start == stream->queue_end && stream->sink_open)
        end_sink (stream, 0);
      else
        free_when_over (stream);
      return;
    case FRAME_STOP:
      if (stream->options.kind == STREAM_SOCKET && stream->source.fd >= 0)
        shutdown (stream->source.fd, SHUT_RD);
      end_source (stream);
      return;
    case FRAME_RESET:
      value = read_u32 (&in);
      stream_free (stream, in.bad || value == 0 ? ECONNRESET : (int) value);
      return;
    }
}

static int
prepare_fd (int fd, const struct stream_options *options, struct error *err)
{
  int flags;

  if (fcntl (fd, F_SETFD, FD_CLOEXEC) < 0)
    return error_errno (err, "fcntl");
  if (options->shared)
    return 0;
  flags = fcntl (fd, F_GETFL);
  if (flags < 0 || fcntl (fd, F_SETFL, flags | O_NONBLOCK) < 0)
    return error_errno (err, "fcntl");
  return 0;
}

static int
set_up (struct stream *stream, struct error *err)
{
  if (stream->source.fd >= 0
      && (prepare_fd (stream->source.fd, &stream->options, err) < 0
          || loop_add (&stream->source, stream->credit > 0 ? EPOLLIN : 0, err) < 0))
    return -1;
  if (stream->sink.fd >= 0
      && (prepare_fd (stream->sink.fd, &stream->options, err) < 0 || loop_add (&stream->sink, 0, err) < 0))
    return -1;
  return 0;
}

struct stream *
stream_open (const struct stream_options *options, struct error *err)
{
  cleanup_close int source = options->source;
  cleanup_close int sink = options->sink;
  struct stream *stream;

  /* Each direction has a descriptor of its own, so that it can end by itself. */
  if (source >= 0 && source == sink)
    {
      sink = fcntl (source, F_DUPFD_CLOEXEC, 0);
      if (sink < 0)
        {
          error_errno (err, "dup");
          return NULL;
        }
    }
  if (options->id == 0 || stream_find (options->id) != NULL || stream_count >= STREAMS_MAX)
    {
      error_set (err, options->id != 0 && stream_count >= STREAMS_MAX ? EMFILE : EINVAL, "stream %u", options->id);
      return NULL;
    }
  stream = calloc (1, sizeof *stream);
  if (stream == NULL)
    {
      error_errno (err, "stream");
      return NULL;
    }
  stream->options = *options;
  stream->source = (struct watch){ .fd = source, .ready = source_ready };
  stream->sink = (struct watch){ .fd = sink, .ready = sink_ready };
  stream->credit = options->begin_without_credit ? 0 : WINDOW_TO_HOST;
  stream->unwritten_window = WINDOW_TO_GUEST;
  if (set_up (stream, err) < 0)
    {
      loop_remove (&stream->source);
      loop_remove (&stream->sink);
      free (stream);
      return NULL;
    }
  stream->sink_open = sink >= 0;
  take_fd (&source);
  take_fd (&sink);
  stream->next = buckets[options->id % BUCKETS];
  buckets[options->id % BUCKETS] = stream;
  stream_count++;
  /* A direction that does not exist has ended; both sides know which it is and send nothing for it. */
  stream->source_ended = stream->source.fd < 0;
  stream->host_ended = !stream->sink_open;
  return stream;
}

void
stream_tell_drained (struct stream *stream)
{
  stream->tell_drained = true;
  if (stream->source_ended)
    drained (stream);
  else if (stream->credit > 0)
    source_ready (&stream->source, EPOLLIN);
}

size_t
stream_queued (const struct stream *stream)
{
  return stream->queue_end - stream->queue_start;
}

uint32_t
stream_next_id (void)
{
  static uint32_t last = 0;

  do
    last += 2;
  while (last == 0 || stream_find (last) != NULL);
  return last;
}

static void
streams_end (bool keep_stubs)
{
  (void) keep_stubs;
  for (size_t i = 0; i < BUCKETS; i++)
    while (buckets[i] != NULL)
      stream_free (buckets[i], ESTALE);
}

void
stream_init (void)
{
  epoch_watch (streams_end, NULL);
}
