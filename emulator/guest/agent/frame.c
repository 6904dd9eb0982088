#include "frame.h"

#include <string.h>

/* u32 version, u32 keepStubs */
#define HELLO_LENGTH 8

static void
put (uint8_t *at, uint32_t value, int count)
{
  for (int i = 0; i < count; i++)
    at[i] = (uint8_t) (value >> (8 * i));
}

static uint32_t
get (const uint8_t *at, int count)
{
  uint32_t value = 0;

  for (int i = 0; i < count; i++)
    value |= (uint32_t) at[i] << (8 * i);
  return value;
}

void
frame_header (uint8_t header[HEADER_LENGTH], uint16_t type, uint32_t epoch, uint32_t id, uint32_t length)
{
  header[0] = PROTOCOL_MAGIC;
  header[1] = PROTOCOL_VERSION;
  put (header + 2, type, 2);
  put (header + 4, epoch, 4);
  put (header + 8, id, 4);
  put (header + 12, length, 4);
}

uint8_t *
decoder_space (struct decoder *decoder, size_t *room)
{
  if (decoder->start > 0)
    {
      memmove (decoder->bytes, decoder->bytes + decoder->start, decoder->end - decoder->start);
      decoder->end -= decoder->start;
      decoder->start = 0;
    }
  *room = sizeof decoder->bytes - decoder->end;
  return decoder->bytes + decoder->end;
}

void
decoder_filled (struct decoder *decoder, size_t count)
{
  decoder->end += count;
}

static bool
is_header (const uint8_t *at, bool lost)
{
  uint32_t length = get (at + 12, 4);

  if (at[0] != PROTOCOL_MAGIC || at[1] != PROTOCOL_VERSION || length > PAYLOAD_LIMIT)
    return false;
  return !lost || (get (at + 2, 2) == VERB_HELLO && length == HELLO_LENGTH);
}

bool
decoder_next (struct decoder *decoder, struct frame *frame)
{
  while (decoder->end - decoder->start >= HEADER_LENGTH)
    {
      const uint8_t *at = decoder->bytes + decoder->start;
      uint32_t length = get (at + 12, 4);

      if (!is_header (at, decoder->lost))
        {
          decoder->lost = true;
          decoder->start++;
          continue;
        }
      if (decoder->end - decoder->start - HEADER_LENGTH < length)
        return false;
      decoder->lost = false;
      *frame = (struct frame){
        .type = (uint16_t) get (at + 2, 2),
        .epoch = get (at + 4, 4),
        .id = get (at + 8, 4),
        .length = length,
        .payload = at + HEADER_LENGTH,
      };
      decoder->start += HEADER_LENGTH + length;
      return true;
    }
  return false;
}
