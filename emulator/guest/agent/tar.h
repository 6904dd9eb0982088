/* Tar archives (POSIX.1-2001 pax, GNU's extensions read as well) between a tree and a descriptor. Meant for jobs: they
 * block, and may change the working directory. */
#ifndef DRYDOCK_TAR_H
#define DRYDOCK_TAR_H

#include "error.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct tar_pack
{
  const char *path;
  const char *name; /* of the top entry; "" is its base name */
  bool contents;    /* without the top entry: names begin below it */
  bool layer;       /* an upperdir as an OCI layer: whiteouts by name, no sockets, nanoseconds kept */
};
int tar_pack (const struct tar_pack *pack, int fd, struct error *err);

struct tar_unpack
{
  const char *path; /* a directory that is there */
  int uid, gid;     /* of every entry; -1: as it says */
  bool no_overwrite_dir_non_dir;
  bool beneath; /* no symlink leads out of the directory; else the job's root is the bound */
};
int tar_unpack (const struct tar_unpack *unpack, int fd, struct error *err);

#endif
