/* The frame header and the decoder of the host's byte stream. Pure: no descriptor, no allocation. */
#ifndef DRYDOCK_FRAME_H
#define DRYDOCK_FRAME_H

#include "protocol.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frame
{
  uint16_t type;
  uint32_t epoch, id, length;
  const uint8_t *payload; /* valid until the decoder is touched again */
};

void frame_header (uint8_t header[HEADER_LENGTH], uint16_t type, uint32_t epoch, uint32_t id, uint32_t length);

/* Filled by the caller at decoder_space, emptied frame by frame. A header that cannot be one means the stream is out of
 * step; from there on bytes are skipped until a HELLO of the right shape appears, which is how the host starts anew. */
struct decoder
{
  uint8_t bytes[HEADER_LENGTH + PAYLOAD_LIMIT];
  size_t start, end;
  bool lost;
};

/* Where to put the next bytes, and how many fit: never 0 after decoder_next returned false. */
uint8_t *decoder_space (struct decoder *decoder, size_t *room);
void decoder_filled (struct decoder *decoder, size_t count);
/* True when a whole frame was taken out. */
bool decoder_next (struct decoder *decoder, struct frame *frame);

#endif
