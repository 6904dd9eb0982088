/* Blocks, headers and extended records of an archive, written to a descriptor. */
#ifndef DRYDOCK_TAR_WRITE_H
#define DRYDOCK_TAR_WRITE_H

#include "error.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

enum
{
  TAR_BUFFER = 65536
};

struct tar_writer
{
  int fd;
  bool nanoseconds; /* of times */
  size_t length;
  uint8_t buffer[TAR_BUFFER];
};

/* Zeros when `bytes` is NULL. */
int tar_put (struct tar_writer *writer, const void *bytes, size_t length, struct error *err);
/* Up to the end of the block, after content of this size. */
int tar_put_padding (struct tar_writer *writer, uint64_t size, struct error *err);
int tar_flush (struct tar_writer *writer, struct error *err);

/* Extended records of one entry: "LENGTH KEY=VALUE\n". Freed by the caller. */
struct tar_records
{
  char *bytes;
  size_t length;
};

int tar_record (struct tar_records *records, const char *key, const void *value, size_t length, struct error *err);

struct tar_writer_entry
{
  const char *name;
  char type;
  const struct stat *stat;
  uint64_t size;
  const char *link;
};

/* Takes to records what the header has no room for. */
int tar_put_header (struct tar_writer *writer, const struct tar_writer_entry *entry, struct tar_records *records,
                    struct error *err);

#endif
