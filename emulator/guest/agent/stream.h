/* A byte stream of the epoch: descriptors here, DATA frames with credit there. A stream owns its descriptors and frees
 * itself when both directions have ended, when it is reset, or when the epoch ends; `closed` is called before that. */
#ifndef DRYDOCK_STREAM_H
#define DRYDOCK_STREAM_H

#include "error.h"
#include "frame.h"

#include <stdbool.h>
#include <stdint.h>

enum stream_kind
{
  STREAM_PLAIN,  /* pipe or regular file: END closes the descriptor */
  STREAM_SOCKET, /* END shuts one direction down */
  STREAM_PTY,    /* EIO is the end of it; END leaves the terminal alone */
};

struct stream;

struct stream_options
{
  uint32_t id;
  enum stream_kind kind;
  /* Read from, written to; -1: that direction does not exist. May be the same. Made non-blocking unless `shared`. */
  int source, sink;
  /* The open file belongs to others as well and must not become non-blocking: sockets are then used with MSG_DONTWAIT,
   * anything else has to be a regular file or already non-blocking. */
  bool shared;
  /* The host grants credit before the first byte is read. */
  bool begin_without_credit;
  /* The stream is going away; forget the pointer. `error` is 0, or why it broke (EPIPE, ECONNRESET, …). */
  void (*closed) (struct stream *stream, void *owner, int error);
  /* Answers stream_tell_drained. */
  void (*drained) (struct stream *stream, void *owner);
  /* The sink is closed: `error` is 0 when the host has ended and its last byte is written, or why writing failed. */
  void (*sink_ended) (struct stream *stream, void *owner, int error);
  void *owner;
};

/* Takes both descriptors, also when it fails: EINVAL (id in use, or 0), ENOMEM, EMFILE. */
struct stream *stream_open (const struct stream_options *options, struct error *err);
/* Calls `drained` once, when the source has nothing to read at the moment and all of it was sent. */
void stream_tell_drained (struct stream *stream);
/* Sends RESET and frees the stream. `closed` is called. */
void stream_reset (struct stream *stream, int error);
/* Bytes from the host that are not written yet. */
size_t stream_queued (const struct stream *stream);
/* An id for a stream that the guest opens: even, not in use. */
uint32_t stream_next_id (void);

/* For link.c. */
void stream_frame (const struct frame *frame);
void stream_init (void);

#endif
