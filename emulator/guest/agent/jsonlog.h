/* Docker's json-file log: one JSON object a line, lines longer than 16 KiB in parts, files rotated by size. */
#ifndef DRYDOCK_JSONLOG_H
#define DRYDOCK_JSONLOG_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum
{
  JSONLOG_LINE = 16384
};

enum jsonlog_source
{
  JSONLOG_STDOUT,
  JSONLOG_STDERR
};

struct jsonlog;

/* `max_bytes` 0: never rotated. `max_files` counts the current one; 1: it is begun anew when it is full. Appends to what
 * is there. A log that cannot be written (a full disk) loses lines and counts them; when writing works again, one line
 * of stderr says how many. It never fails and never waits. */
struct jsonlog *jsonlog_open (const char *path, uint64_t max_bytes, unsigned max_files, struct error *err);
void jsonlog_write (struct jsonlog *log, enum jsonlog_source source, const uint8_t *bytes, size_t length);
/* Writes a last line that has no newline. */
void jsonlog_finish (struct jsonlog *log);
void jsonlog_close (struct jsonlog *log);

/* For readers that follow. A file that is full becomes PATH.1 and the number goes up. */
const char *jsonlog_path (const struct jsonlog *log);
uint64_t jsonlog_rotations (const struct jsonlog *log);
unsigned jsonlog_max_files (const struct jsonlog *log);

/* The escaping of Go's encoder, with quotes around: at most 6 * length + 2 bytes. Returns how many it became. */
size_t json_quote (char *out, const uint8_t *text, size_t length);

#endif
