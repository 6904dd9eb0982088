/* The control connection: requests in, replies and events out, and the epoch they belong to. */
#ifndef DRYDOCK_LINK_H
#define DRYDOCK_LINK_H

#include "error.h"
#include "fields.h"
#include "protocol.h"

/* One request while its handler runs. */
struct call
{
  uint32_t id;
  uint16_t verb;
  struct reader in;  /* the fields; texts read from it live as long as the handler runs */
  struct writer out; /* the reply, sent when the handler returns VERB_DONE */
};

enum
{
  VERB_DONE = 0,
  VERB_LATER = 1, /* the handler took the call with call_later */
};

/* Returns VERB_DONE, VERB_LATER, or negative with err filled, which becomes the FAILURE. */
typedef int (*verb_handler) (struct call *call, struct error *err);

struct verb
{
  uint16_t code;
  verb_handler handler;
};

/* verbs.c; ends with a NULL handler. */
extern const struct verb verb_table[];

/* A call that is answered after its handler returned. */
struct later;

/* `cancel` is called when the host gives the call up (`epoch_ended` false: answer with later_fail, now or soon) or the
 * epoch ends (true: the later is already gone, stop the work and forget it). NULL without memory. */
struct later *call_later (struct call *call, void (*cancel) (void *owner, bool epoch_ended), void *owner);
/* Both free the later. */
void later_reply (struct later *later, const struct writer *out);
void later_fail (struct later *later, const struct error *err);

/* Sends an event of this epoch; dropped when there is no epoch. `out` may be NULL for no fields. */
void event_send (uint16_t code, uint32_t id, const struct writer *out);
/* Sends any frame that fits PAYLOAD_LIMIT; dropped when there is no epoch. */
void frame_send (uint16_t type, uint32_t id, const void *payload, size_t length);
/* To read straight into a DATA frame: space for `length` payload bytes, then how many it became (0: none is sent). */
uint8_t *data_begin (size_t length);
void data_end (uint32_t stream, size_t length);

/* False until a host has said HELLO. */
bool epoch_open (void);
/* `ended` runs when an epoch ends, in the order of registration, before the next one begins; `began` after the reply to
 * its HELLO. Either may be NULL. At most 16 pairs. */
void epoch_watch (void (*ended) (bool keep_stubs), void (*began) (void));

int link_open (int fd, struct error *err);
/* Serves for ever; returns when the descriptor is closed on the other side (test runs). */
void link_serve (void);

#endif
