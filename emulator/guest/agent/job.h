/* Long work for a verb, in a forked child: the loop goes on, and the child may block, chroot and die. */
#ifndef DRYDOCK_JOB_H
#define DRYDOCK_JOB_H

#include "link.h"

struct job
{
  /* Runs in the child; its reply, or its error, becomes the call's. */
  int (*run) (const void *argument, struct writer *out, struct error *err);
  const void *argument; /* seen by the child as it was at the fork: may be on the stack */
  /* "" or a directory that becomes the child's / first. */
  const char *root;
  /* A stream that the child reads as descriptor 0, one that it writes as descriptor 1; 0: /dev/null. */
  uint32_t input, output;
};

/* Returns VERB_LATER, or negative. Cancelling the call, or the epoch's end, kills the child. */
int job_start (struct call *call, const struct job *job, struct error *err);

#endif
