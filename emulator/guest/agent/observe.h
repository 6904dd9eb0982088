/* OBSERVE: one reading of the machine, in parts. Each part writes its list, bounded; `cut` says when it was. */
#ifndef DRYDOCK_OBSERVE_H
#define DRYDOCK_OBSERVE_H

#include "fields.h"

enum
{
  OBSERVE_NAMESPACES = 8, /* cgroup, ipc, mnt, net, pid, time, user, uts */
  OBSERVE_MNT = 2,
  OBSERVE_NET = 3,
  OBSERVE_DISTINCT = 160
};

/* Namespaces of one kind that processes are in: inode, and the first process found in it. */
struct distinct
{
  uint32_t inode[OBSERVE_DISTINCT], pid[OBSERVE_DISTINCT];
  size_t count;
};

/* False when it was new and there was no room. */
bool distinct_add (struct distinct *distinct, uint32_t inode, uint32_t pid);

/* `mnt` and `net` are filled. `wanted` false: only they, and an empty list. */
void observe_processes (struct writer *out, bool wanted, struct distinct *mnt, struct distinct *net, bool *cut);
void observe_cgroups (struct writer *out, bool *cut);
void observe_networks (struct writer *out, const struct distinct *net, bool *cut);
void observe_mounts (struct writer *out, const struct distinct *mnt, bool *cut);

/* Up to size - 1 bytes of a file below `directory`, NUL-terminated; returns how many. */
size_t observe_read (int directory, const char *name, char *text, size_t size);

#endif
