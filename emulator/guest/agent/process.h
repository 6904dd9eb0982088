/* Children: started without copying the agent's memory, and reaped, every one, the orphans too. */
#ifndef DRYDOCK_PROCESS_H
#define DRYDOCK_PROCESS_H

#include "error.h"

#include <stdbool.h>
#include <sys/types.h>

struct process_start
{
  const char *const *argv; /* argv[0] is looked up in env's PATH when it has no slash */
  const char *program;    /* what is executed; NULL: argv[0] */
  const char *const *env;
  const char *cwd;        /* NULL: / */
  const char *cgroup;     /* directory below /sys/fs/cgroup, or NULL */
  int uid, gid;           /* -1: unchanged */
  int stdio[3];           /* -1: /dev/null */
  bool controlling_tty;   /* a new session with stdio[0] as its terminal */
};

/* ENOENT and EACCES are about the command; the message says which step failed. */
int process_start (const struct process_start *start, pid_t *pid, struct error *err);

/* Calls `ended` once, from the loop, with the status of waitpid(2). A child that was reaped in the same round, before
 * anybody asked for it, is reported as well. */
int process_watch (pid_t pid, void (*ended) (pid_t pid, int status, void *owner), void *owner, struct error *err);
void process_forget (pid_t pid, void *owner);

/* 128 + signal, or the exit code. */
int exit_code_of (int status);

/* In a child of fork(2): default signal handling and oom_score_adj, descriptors from `first_closed` on closed. */
void process_child_reset (unsigned first_closed);

int process_init (struct error *err);

#endif
