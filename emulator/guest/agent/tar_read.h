/* Entries of an archive (ustar, pax, GNU long names and base-256 numbers), read from a descriptor and validated. */
#ifndef DRYDOCK_TAR_READ_H
#define DRYDOCK_TAR_READ_H

#include "error.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

enum
{
  TAR_XATTRS_MAX = 32
};

struct tar_xattr
{
  char *name;
  char *value;
  size_t length;
};

struct tar_entry
{
  char type; /* '0' file, '1' hard link, '2' symlink, '3' character, '4' block, '5' directory, '6' fifo */
  char name[PATH_MAX], link[PATH_MAX]; /* as they are in the archive */
  uint64_t size;                       /* of the content; 0 for all but files */
  mode_t mode;                         /* permission bits */
  uid_t uid;
  gid_t gid;
  struct timespec mtime;
  dev_t device;
  struct tar_xattr xattrs[TAR_XATTRS_MAX];
  size_t xattr_count;
};

/* What extended headers said about the next entry. */
struct tar_extended
{
  char *path, *link;
  bool has_size, has_uid, has_gid, has_mtime;
  uint64_t size, uid, gid;
  struct timespec mtime;
};

struct tar_reader
{
  int fd;
  uint64_t left;    /* content of the entry that was not read yet */
  uint64_t padding; /* behind it */
  struct tar_extended next;
  struct tar_entry entry;
};

/* 1: `reader->entry` is the next one, what was left of the content before it is skipped; 0: the archive has ended, and
 * what followed it was read so that its writer is not cut off. */
int tar_read_entry (struct tar_reader *reader, struct error *err);
/* Exactly `length` bytes of the content; no more than there are. */
int tar_read_content (struct tar_reader *reader, void *into, size_t length, struct error *err);
void tar_reader_free (struct tar_reader *reader);

#endif
