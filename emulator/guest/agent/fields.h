/* The fields of a payload. Reading never goes past the end: after the first malformed field `bad` is set and every
 * further read gives zero, "" or nothing, so a handler checks reader_finish once, after its last field. */
#ifndef DRYDOCK_FIELDS_H
#define DRYDOCK_FIELDS_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader
{
  const uint8_t *at, *end;
  bool bad;
};

struct reader reader_of (const uint8_t *bytes, size_t length);
uint32_t read_u32 (struct reader *reader);
int32_t read_i32 (struct reader *reader);
uint64_t read_u64 (struct reader *reader);
bool read_bool (struct reader *reader);
/* Points into the payload, NUL-terminated; never NULL. */
const char *read_text (struct reader *reader);
/* Points into the payload. */
const uint8_t *read_bytes (struct reader *reader, size_t *length);
/* A NULL-terminated vector to be freed (its texts point into the payload); NULL when bad. */
const char **read_texts (struct reader *reader, size_t *count);
/* Fails with EBADMSG unless the payload was exactly the fields that were read. */
int reader_finish (const struct reader *reader, struct error *err);

/* Grows as needed, up to REPLY_LIMIT; beyond that, or without memory, `bad` is set and writer_finish fails. */
struct writer
{
  uint8_t *bytes;
  size_t length, capacity;
  bool bad;
};

void write_u32 (struct writer *writer, uint32_t value);
void write_i32 (struct writer *writer, int32_t value);
void write_u64 (struct writer *writer, uint64_t value);
void write_bool (struct writer *writer, bool value);
void write_text (struct writer *writer, const char *text);
void write_bytes (struct writer *writer, const void *bytes, size_t length);
/* Without a length in front. */
void write_raw (struct writer *writer, const void *bytes, size_t length);
/* For a count that is known only after its elements: write 0, remember writer->length before, then patch. */
void writer_patch_u32 (struct writer *writer, size_t offset, uint32_t value);
void writer_free (struct writer *writer);

#define cleanup_writer __attribute__ ((cleanup (writer_free)))

#endif
