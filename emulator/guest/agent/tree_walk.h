/* Walking a tree that may be deeper than descriptors last: one directory is open at a time. */
#ifndef DRYDOCK_TREE_WALK_H
#define DRYDOCK_TREE_WALK_H

#include "error.h"

#include <sys/types.h>

/* Opens a directory below another one, -1 and errno; EXDEV when something is mounted there. */
int tree_enter (int dirfd, const char *name);

/* A step down: `name` in the directory that is `device`, `inode`. */
struct tree_step
{
  char *name;
  dev_t device;
  ino_t inode;
};

/* The way down to the directory that is open. */
struct tree_way
{
  struct tree_step *steps;
  size_t length, capacity;
};

int tree_way_push (struct tree_way *way, int from, const char *name, struct error *err);
/* Opens the directory above `fd`, if it is still the one that the last step was made from. The step stays. */
int tree_way_back (const struct tree_way *way, int fd, struct error *err);
void tree_way_free (struct tree_way *way);

#endif
