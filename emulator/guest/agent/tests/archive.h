/* Archives made by hand, for tests of what is read. */
#ifndef DRYDOCK_TESTS_ARCHIVE_H
#define DRYDOCK_TESTS_ARCHIVE_H

#include "check.h"
#include "tar_format.h"

#include <stddef.h>

struct archive
{
  uint8_t bytes[1 << 20];
  size_t length;
};

static inline void
archive_seal (struct tar_header *header)
{
  unsigned sum = 0;

  memset (header->checksum, ' ', sizeof header->checksum);
  for (size_t i = 0; i < sizeof *header; i++)
    sum += ((const uint8_t *) header)[i];
  snprintf (header->checksum, sizeof header->checksum, "%06o", sum);
}

static inline struct tar_header *
archive_header (struct archive *archive, char type, const char *name, const char *link, uint64_t size)
{
  struct tar_header *header = (struct tar_header *) (archive->bytes + archive->length);

  CHECK (archive->length + TAR_BLOCK <= sizeof archive->bytes);
  memset (header, 0, sizeof *header);
  archive->length += TAR_BLOCK;
  strncpy (header->name, name, sizeof header->name);
  strncpy (header->link, link, sizeof header->link);
  snprintf (header->mode, sizeof header->mode, "%07o", type == '5' ? 0755 : 0644);
  snprintf (header->uid, sizeof header->uid, "%07o", getuid ());
  snprintf (header->gid, sizeof header->gid, "%07o", getgid ());
  snprintf (header->size, sizeof header->size, "%011lo", (unsigned long) size);
  snprintf (header->mtime, sizeof header->mtime, "%011o", 1000000000);
  header->type = type;
  memcpy (header->magic, "ustar\0" "00", 8);
  archive_seal (header);
  return header;
}

static inline void
archive_content (struct archive *archive, const void *bytes, size_t length)
{
  CHECK (archive->length + length + TAR_BLOCK <= sizeof archive->bytes);
  memcpy (archive->bytes + archive->length, bytes, length);
  memset (archive->bytes + archive->length + length, 0, TAR_BLOCK);
  archive->length += (length + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
}

static inline void
archive_file (struct archive *archive, const char *name, const char *text)
{
  archive_header (archive, '0', name, "", strlen (text));
  archive_content (archive, text, strlen (text));
}

static inline void
archive_pax (struct archive *archive, const char *records)
{
  archive_header (archive, 'x', "pax", "", strlen (records));
  archive_content (archive, records, strlen (records));
}

static inline void
archive_end (struct archive *archive)
{
  CHECK (archive->length + 2 * TAR_BLOCK <= sizeof archive->bytes);
  memset (archive->bytes + archive->length, 0, 2 * TAR_BLOCK);
  archive->length += 2 * TAR_BLOCK;
}

#endif
