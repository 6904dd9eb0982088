#include "link.h"
#include "frame.h"
#include "loop.h"
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <termios.h>

struct later
{
  uint32_t id;
  void (*cancel) (void *owner, bool epoch_ended);
  void *owner;
  struct later *next;
};

static struct decoder decoder;
static struct watch control = { .fd = -1 };
static bool control_closed;
static bool held; /* between a holding BARRIER and RELEASE or HELLO nothing is sent */

static bool open_epoch;
static uint32_t epoch;
static struct later *laters;

static struct
{
  void (*ended) (bool keep_stubs);
  void (*began) (void);
} epoch_watchers[16];
static size_t epoch_watcher_count;

/* A request that comes in PARTs. */
static uint8_t *parts;
static size_t parts_length;
static uint32_t parts_id;

static uint8_t out[HEADER_LENGTH + PAYLOAD_LIMIT];
static size_t out_length;

static void
out_flush (void)
{
  size_t done = 0;

  while (done < out_length && !control_closed)
    {
      ssize_t count = write (control.fd, out + done, out_length - done);

      if (count > 0)
        done += (size_t) count;
      else if (count < 0 && errno == EAGAIN)
        {
          struct pollfd wait = { .fd = control.fd, .events = POLLOUT };

          poll (&wait, 1, -1);
        }
      else if (count < 0 && errno != EINTR)
        control_closed = true;
    }
  out_length = 0;
}

static uint8_t *
out_room (size_t length)
{
  if (out_length + length > sizeof out)
    out_flush ();
  return out + out_length;
}

void
frame_send (uint16_t type, uint32_t id, const void *payload, size_t length)
{
  uint8_t *at;

  if (!open_epoch)
    return;
  at = out_room (HEADER_LENGTH + length);
  frame_header (at, type, epoch, id, (uint32_t) length);
  if (length > 0)
    memcpy (at + HEADER_LENGTH, payload, length);
  out_length += HEADER_LENGTH + length;
}

uint8_t *
data_begin (size_t length)
{
  return out_room (HEADER_LENGTH + length) + HEADER_LENGTH;
}

void
data_end (uint32_t stream, size_t length)
{
  if (length == 0 || !open_epoch)
    return;
  frame_header (out + out_length, FRAME_DATA, epoch, stream, (uint32_t) length);
  out_length += HEADER_LENGTH + length;
}

/* A long payload goes in PARTs. */
static void
message_send (uint16_t type, uint32_t id, const uint8_t *payload, size_t length)
{
  while (length > PAYLOAD_LIMIT)
    {
      frame_send (FRAME_PART, id, payload, PAYLOAD_LIMIT);
      payload += PAYLOAD_LIMIT;
      length -= PAYLOAD_LIMIT;
    }
  frame_send (type, id, payload, length);
}

static void
failure_send (uint32_t id, const struct error *err)
{
  cleanup_writer struct writer failure = { 0 };

  write_i32 (&failure, err->status);
  write_text (&failure, err->message);
  if (!failure.bad)
    frame_send (FRAME_FAILURE, id, failure.bytes, failure.length);
  else
    {
      static const uint8_t bare[9] = { ENOMEM };

      frame_send (FRAME_FAILURE, id, bare, sizeof bare);
    }
}

static void
reply_send (uint32_t id, const struct writer *reply)
{
  struct error err;

  if (!reply->bad)
    {
      message_send (FRAME_REPLY, id, reply->bytes, reply->length);
      return;
    }
  error_set (&err, EMSGSIZE, "the reply is too long");
  failure_send (id, &err);
}

void
event_send (uint16_t code, uint32_t id, const struct writer *fields)
{
  if (fields == NULL)
    frame_send (code, id, NULL, 0);
  else if (!fields->bad)
    message_send (code, id, fields->bytes, fields->length);
}

struct later *
call_later (struct call *call, void (*cancel) (void *owner, bool epoch_ended), void *owner)
{
  struct later *later = malloc (sizeof *later);

  if (later == NULL)
    return NULL;
  *later = (struct later){ .id = call->id, .cancel = cancel, .owner = owner, .next = laters };
  laters = later;
  return later;
}

static void
later_end (struct later *later)
{
  for (struct later **link = &laters; *link != NULL; link = &(*link)->next)
    if (*link == later)
      {
        *link = later->next;
        break;
      }
  free (later);
}

void
later_reply (struct later *later, const struct writer *reply)
{
  reply_send (later->id, reply);
  later_end (later);
}

void
later_fail (struct later *later, const struct error *err)
{
  failure_send (later->id, err);
  later_end (later);
}

bool
epoch_open (void)
{
  return open_epoch;
}

void
epoch_watch (void (*ended) (bool keep_stubs), void (*began) (void))
{
  if (epoch_watcher_count == sizeof epoch_watchers / sizeof epoch_watchers[0])
    abort ();
  epoch_watchers[epoch_watcher_count].ended = ended;
  epoch_watchers[epoch_watcher_count++].began = began;
}

static void
epoch_end (bool keep_stubs)
{
  /* Nothing of the old epoch is sent any more, whatever the clean-up causes. */
  out_length = 0;
  open_epoch = false;
  while (laters != NULL)
    {
      struct later *later = laters;

      laters = later->next;
      later->cancel (later->owner, true);
      free (later);
    }
  for (size_t i = 0; i < epoch_watcher_count; i++)
    if (epoch_watchers[i].ended != NULL)
      epoch_watchers[i].ended (keep_stubs);
}

static void
read_boot_id (char *line, size_t size)
{
  cleanup_close int fd = open ("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
  ssize_t count = fd < 0 ? -1 : read (fd, line, size - 1);

  line[count < 0 ? 0 : count] = 0;
  line[strcspn (line, "\n")] = 0;
}

static void
hello (const struct frame *frame)
{
  struct reader in = reader_of (frame->payload, frame->length);
  cleanup_writer struct writer facts = { 0 };
  struct utsname system;
  struct sysinfo memory;
  char boot_id[64];
  struct error err;
  uint32_t version = read_u32 (&in);
  bool keep_stubs = read_bool (&in);

  if (reader_finish (&in, &err) < 0 || (open_epoch && frame->epoch == epoch))
    return;
  if (open_epoch)
    epoch_end (keep_stubs);
  free (parts);
  parts = NULL;
  held = false;
  epoch = frame->epoch;
  open_epoch = true;
  if (version != PROTOCOL_VERSION)
    {
      error_set (&err, EPROTONOSUPPORT, "protocol version %u is spoken here, not %u", PROTOCOL_VERSION, version);
      failure_send (frame->id, &err);
      open_epoch = false;
      return;
    }
  uname (&system);
  sysinfo (&memory);
  read_boot_id (boot_id, sizeof boot_id);
  write_u32 (&facts, PROTOCOL_VERSION);
  write_text (&facts, system.release);
  write_text (&facts, boot_id);
  write_u64 (&facts, (uint64_t) memory.totalram * memory.mem_unit);
  reply_send (frame->id, &facts);
  for (size_t i = 0; i < epoch_watcher_count; i++)
    if (epoch_watchers[i].began != NULL)
      epoch_watchers[i].began ();
}

static void
barrier (struct call *call, bool hold)
{
  reply_send (call->id, &call->out);
  out_flush ();
  held = hold;
}

static void
request (uint16_t code, uint32_t id, const uint8_t *payload, size_t length)
{
  struct call call = { .id = id, .verb = code, .in = reader_of (payload, length) };
  struct error err = { 0 };
  int result = error_set (&err, ENOSYS, "unknown verb 0x%x", code);

  if (code == VERB_BARRIER || code == VERB_RELEASE)
    {
      bool hold = code == VERB_BARRIER && read_bool (&call.in);

      if (reader_finish (&call.in, &err) < 0)
        failure_send (id, &err);
      else
        barrier (&call, hold);
      return;
    }
  for (const struct verb *verb = verb_table; verb->handler != NULL; verb++)
    if (verb->code == code)
      {
        result = verb->handler (&call, &err);
        break;
      }
  if (result == VERB_DONE)
    reply_send (id, &call.out);
  else if (result < 0)
    failure_send (id, &err);
  writer_free (&call.out);
}

static void
part (const struct frame *frame)
{
  uint8_t *grown;

  if (parts != NULL && (parts_id != frame->id || parts_length + frame->length > REQUEST_LIMIT))
    {
      free (parts);
      parts = NULL;
      return;
    }
  if (parts == NULL)
    parts_length = 0;
  grown = realloc (parts, parts_length + frame->length + 1);
  if (grown == NULL)
    {
      free (parts);
      parts = NULL;
      return;
    }
  parts = grown;
  parts_id = frame->id;
  memcpy (parts + parts_length, frame->payload, frame->length);
  parts_length += frame->length;
}

/* A request, whole or the end of its PARTs. */
static void
request_frame (const struct frame *frame)
{
  cleanup_free uint8_t *whole = NULL;
  struct error err;

  if (parts == NULL)
    {
      request (frame->type, frame->id, frame->payload, frame->length);
      return;
    }
  if (parts_id == frame->id && parts_length + frame->length <= REQUEST_LIMIT)
    part (frame);
  else
    {
      free (parts);
      parts = NULL;
    }
  whole = take_pointer (&parts);
  if (whole != NULL)
    request (frame->type, frame->id, whole, parts_length);
  else
    {
      error_set (&err, EBADMSG, "malformed request");
      failure_send (frame->id, &err);
    }
}

static void
cancel (uint32_t id)
{
  for (struct later *later = laters; later != NULL; later = later->next)
    if (later->id == id)
      {
        later->cancel (later->owner, false);
        return;
      }
}

static void
dispatch (const struct frame *frame)
{
  if (frame->type == VERB_HELLO)
    {
      hello (frame);
      return;
    }
  if (!open_epoch || frame->epoch != epoch)
    return;
  switch (frame->type)
    {
    case FRAME_PART:
      part (frame);
      break;
    case FRAME_CANCEL:
      cancel (frame->id);
      break;
    case FRAME_DATA:
    case FRAME_CREDIT:
    case FRAME_END:
    case FRAME_STOP:
    case FRAME_RESET:
      stream_frame (frame);
      break;
    case FRAME_REPLY:
    case FRAME_FAILURE:
      break; /* the guest asks nothing */
    default:
      request_frame (frame);
    }
}

static void
control_ready (struct watch *watch, uint32_t events)
{
  (void) events;
  /* A tty gives at most 4 KiB a read; several reads a round keep bulk cheap without starving the rest. */
  for (int i = 0; i < 16; i++)
    {
      struct frame frame;
      size_t room;
      uint8_t *space = decoder_space (&decoder, &room);
      ssize_t count = read (watch->fd, space, room);

      if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))
        {
          control_closed = true;
          return;
        }
      if (count < 0)
        return;
      decoder_filled (&decoder, (size_t) count);
      while (decoder_next (&decoder, &frame))
        dispatch (&frame);
    }
}

int
link_open (int fd, struct error *err)
{
  struct termios raw;

  if (tcgetattr (fd, &raw) == 0)
    {
      cfmakeraw (&raw);
      raw.c_cc[VMIN] = 1;
      raw.c_cc[VTIME] = 0;
      if (tcsetattr (fd, TCSANOW, &raw) < 0)
        return error_errno (err, "tcsetattr on the control port");
    }
  if (fcntl (fd, F_SETFL, O_RDWR | O_NONBLOCK) < 0 || fcntl (fd, F_SETFD, FD_CLOEXEC) < 0)
    return error_errno (err, "fcntl on the control port");
  /* The port is raw now: a host that starts the machine sends nothing before it has heard a byte. */
  if (write (fd, "", 1) != 1)
    return error_errno (err, "write to the control port");
  control.fd = fd;
  control.ready = control_ready;
  return loop_add (&control, EPOLLIN, err);
}

void
link_serve (void)
{
  while (!control_closed)
    loop_run (held ? &control : NULL, out_flush);
}
