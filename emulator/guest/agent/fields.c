#include "fields.h"
#include "protocol.h"

#include <errno.h>
#include <string.h>

struct reader
reader_of (const uint8_t *bytes, size_t length)
{
  return (struct reader){ .at = bytes, .end = bytes + length, .bad = false };
}

static const uint8_t *
reader_take (struct reader *reader, size_t count)
{
  const uint8_t *at = reader->at;

  if (reader->bad || count > (size_t) (reader->end - at))
    {
      reader->bad = true;
      return NULL;
    }
  reader->at += count;
  return at;
}

uint32_t
read_u32 (struct reader *reader)
{
  const uint8_t *at = reader_take (reader, 4);

  if (at == NULL)
    return 0;
  return (uint32_t) at[0] | (uint32_t) at[1] << 8 | (uint32_t) at[2] << 16 | (uint32_t) at[3] << 24;
}

int32_t
read_i32 (struct reader *reader)
{
  return (int32_t) read_u32 (reader);
}

uint64_t
read_u64 (struct reader *reader)
{
  uint64_t low = read_u32 (reader);

  return low | (uint64_t) read_u32 (reader) << 32;
}

bool
read_bool (struct reader *reader)
{
  uint32_t value = read_u32 (reader);

  if (value > 1)
    reader->bad = true;
  return value == 1;
}

const char *
read_text (struct reader *reader)
{
  uint32_t length = read_u32 (reader);
  const uint8_t *text;

  if (length >= UINT32_MAX)
    reader->bad = true;
  text = reader_take (reader, (size_t) length + 1);
  if (text == NULL)
    return "";
  /* The only NUL is the one behind the last byte. */
  if (memchr (text, 0, (size_t) length + 1) != text + length)
    {
      reader->bad = true;
      return "";
    }
  return (const char *) text;
}

const uint8_t *
read_bytes (struct reader *reader, size_t *length)
{
  uint32_t count = read_u32 (reader);
  const uint8_t *bytes = reader_take (reader, count);

  *length = bytes == NULL ? 0 : count;
  return bytes;
}

const char **
read_texts (struct reader *reader, size_t *count)
{
  uint32_t announced = read_u32 (reader);
  cleanup_free const char **texts = NULL;

  *count = 0;
  /* An empty text takes five bytes: a lying count is refused before anything is allocated. */
  if (reader->bad || announced > (size_t) (reader->end - reader->at) / 5)
    {
      reader->bad = true;
      return NULL;
    }
  texts = calloc ((size_t) announced + 1, sizeof *texts);
  if (texts == NULL)
    {
      reader->bad = true;
      return NULL;
    }
  for (uint32_t i = 0; i < announced; i++)
    texts[i] = read_text (reader);
  if (reader->bad)
    return NULL;
  *count = announced;
  return take_pointer (&texts);
}

int
reader_finish (const struct reader *reader, struct error *err)
{
  if (reader->bad || reader->at != reader->end)
    return error_set (err, EBADMSG, "malformed request");
  return 0;
}

static uint8_t *
writer_room (struct writer *writer, size_t count)
{
  size_t needed, capacity;
  uint8_t *grown;

  if (writer->bad || count > REPLY_LIMIT - writer->length)
    {
      writer->bad = true;
      return NULL;
    }
  needed = writer->length + count;
  if (needed > writer->capacity)
    {
      capacity = writer->capacity < 128 ? 256 : writer->capacity * 2;
      if (capacity < needed)
        capacity = needed;
      grown = realloc (writer->bytes, capacity);
      if (grown == NULL)
        {
          writer->bad = true;
          return NULL;
        }
      writer->bytes = grown;
      writer->capacity = capacity;
    }
  grown = writer->bytes + writer->length;
  writer->length = needed;
  return grown;
}

static void
put_u32 (uint8_t *at, uint32_t value)
{
  for (int i = 0; i < 4; i++)
    at[i] = (uint8_t) (value >> (8 * i));
}

void
write_u32 (struct writer *writer, uint32_t value)
{
  uint8_t *at = writer_room (writer, 4);

  if (at != NULL)
    put_u32 (at, value);
}

void
write_i32 (struct writer *writer, int32_t value)
{
  write_u32 (writer, (uint32_t) value);
}

void
write_u64 (struct writer *writer, uint64_t value)
{
  write_u32 (writer, (uint32_t) value);
  write_u32 (writer, (uint32_t) (value >> 32));
}

void
write_bool (struct writer *writer, bool value)
{
  write_u32 (writer, value);
}

void
write_raw (struct writer *writer, const void *bytes, size_t length)
{
  uint8_t *at = writer_room (writer, length);

  if (at != NULL && length > 0)
    memcpy (at, bytes, length);
}

void
write_bytes (struct writer *writer, const void *bytes, size_t length)
{
  if (length > REPLY_LIMIT)
    {
      writer->bad = true;
      return;
    }
  write_u32 (writer, (uint32_t) length);
  write_raw (writer, bytes, length);
}

void
write_text (struct writer *writer, const char *text)
{
  size_t length = strlen (text);

  write_bytes (writer, text, length);
  write_raw (writer, "", 1);
}

void
writer_patch_u32 (struct writer *writer, size_t offset, uint32_t value)
{
  if (!writer->bad && offset + 4 <= writer->length)
    put_u32 (writer->bytes + offset, value);
}

void
writer_free (struct writer *writer)
{
  free (writer->bytes);
  *writer = (struct writer){ 0 };
}
