/* Tasks: containers and processes in them, with their stdio and log. A task lives from TASK_PREPARE to TASK_REMOVE,
 * across epochs: its ends of the pipes (or the terminal), its log and its exit status stay here; the host attaches
 * streams and waits as it likes.
 *
 *   task.c         the table, prepare, attach, wait, signal, resize, remove
 *   task_start.c   crun: start and exec
 *   task_output.c  from the sources to log and outlets
 *   task_input.c   from streams to the task
 *   task_clean.c   what is left of a container
 *   task_cgroup.c  freeze, update, processes, stats
 */
#ifndef DRYDOCK_TASK_H
#define DRYDOCK_TASK_H

#include "jsonlog.h"
#include "link.h"
#include "loop.h"
#include "outlet.h"
#include "stream.h"
#include "timer.h"

#include <sys/ioctl.h>
#include <time.h>

enum task_state
{
  TASK_PREPARED,
  TASK_STARTING, /* crun is at work */
  TASK_RUNNING,
  TASK_ENDED, /* reaped; output may still be on its way */
  TASK_SETTLED
};

struct task;

struct task_source
{
  struct watch watch; /* fd -1: not open, or over */
  struct task *task;
  bool begun; /* something was read */
  bool over;
  enum jsonlog_source which;
};

/* One attached reader of one source. */
struct task_reader
{
  struct task_reader *next;
  struct task *task;
  struct outlet *outlet;
  enum jsonlog_source which;
  bool full;
};

/* One attached writer. */
struct task_writer
{
  struct task_writer *next;
  struct task *task;
  struct stream *stream;
};

/* From the input pipe to a terminal, which is there only once the task has started. */
struct task_pump
{
  struct watch from, to; /* their fd is -1 while there is none */
  uint8_t bytes[4096];
  size_t start, length;
};

struct task_waiter
{
  struct task_waiter *next;
  struct task_waiter **list; /* the one it is in */
  struct later *later;
};

struct task
{
  struct task *next;
  char *key;
  char *container; /* the key of the container it runs in: its own, or another's */
  char *cgroup;    /* of the container; NULL before it was started */
  enum task_state state;
  bool is_exec;

  bool terminal;
  struct winsize size;
  bool stdin_once;
  struct jsonlog *log;

  int child_ends[3];              /* what crun is given; -1: /dev/null */
  struct task_source sources[2];  /* stdout (a terminal's all), stderr */
  int input;                      /* where writers write: the task's stdin, or the pipe to its terminal; -1: none */
  struct task_pump pump;          /* a terminal's */
  struct task_reader *readers;
  struct task_writer *writers;

  pid_t pid;
  int status;
  bool oom_killed;
  struct timespec ended_at;
  struct timer drain; /* after the end: whoever holds the pipes open gets so long */
  bool drain_over;
  struct task_waiter *waiters, *removers;
  struct start *start; /* while STARTING */
  unsigned busy;       /* somebody walks its lists: task_settle comes again */
};

struct task *task_find (const char *key);
void task_each (void (*each) (struct task *task));
/* ENOENT in err. */
struct task *task_of (const char *key, struct error *err);
/* The container of that key, or ENOENT in err. */
struct task *task_container (const char *key, struct error *err);
/* Output is gone to log and readers, perhaps: answers who waits then. */
void task_settle (struct task *task);
/* Called by process_watch. */
void task_ended (pid_t pid, int status, void *owner);
/* With SIGKILL, when it runs. */
void task_kill (struct task *task);
/* Nothing of it runs any more, or ever did: frees it, cleans up, answers its removers. */
void task_remove (struct task *task);

/* Pipes, or nothing yet for a terminal. */
int task_output_open (struct task *task, struct error *err);
/* Makes the terminal the source. Takes the descriptor. */
int task_output_terminal (struct task *task, int terminal, struct error *err);
int task_reader_add (struct task *task, enum jsonlog_source which, uint32_t stream, struct error *err);
/* After the end: reads what is left, whether or not readers keep up. */
void task_output_drain (struct task *task);
/* The sources end, whatever still holds them open. */
void task_output_end (struct task *task);
/* The sources are over, and all of it has been sent. */
bool task_output_settled (const struct task *task);
/* Readers still get what was read for them. */
void task_output_free (struct task *task);

int task_input_open (struct task *task, bool wanted, struct error *err);
/* `taken` false: the task has no stdin (any more). */
int task_writer_add (struct task *task, uint32_t stream, bool *taken, struct error *err);
/* What was written before is read now. Duplicates the descriptor. */
int task_input_terminal (struct task *task, int terminal, struct error *err);
void task_input_free (struct task *task);

/* Ends what is left of a container (leftover processes, cgroup, crun's state, bundle), then calls `done`; err is NULL
 * when nothing is left. */
void task_clean (const char *container, const char *cgroup, void (*done) (void *owner, const struct error *err),
                 void *owner);
/* Path of a file of the container's bundle. */
void task_bundle_path (char *path, size_t size, const char *container, const char *file);

#endif
