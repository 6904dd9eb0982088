/* Bytes that are in memory on their way into a stream: a pipe, and what it did not take yet. */
#ifndef DRYDOCK_OUTLET_H
#define DRYDOCK_OUTLET_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct outlet;

struct outlet_options
{
  void (*ready) (struct outlet *outlet, void *owner); /* all that was written is in the pipe */
  /* Nobody reads any more. `stale`: because the epoch ended; what is in the outlet waits for outlet_adopt. */
  void (*gone) (struct outlet *outlet, void *owner, bool stale);
  void *owner;
};

struct outlet *outlet_open (uint32_t stream, const struct outlet_options *options, struct error *err);
/* Takes all of it. False: write no more before `ready` is called. */
bool outlet_write (struct outlet *outlet, const uint8_t *bytes, size_t length);
/* What was written still goes out, then the stream ends, and `gone` is called. */
void outlet_end (struct outlet *outlet);
/* A new stream goes on where the one of an earlier epoch was cut off. */
int outlet_adopt (struct outlet *outlet, uint32_t stream, struct error *err);
bool outlet_is_stale (const struct outlet *outlet);
/* The same without an owner: no callback is made any more, and it frees itself. */
void outlet_release (struct outlet *outlet);
/* No callback is made any more. A stream that is open ends. */
void outlet_free (struct outlet *outlet);

#endif
