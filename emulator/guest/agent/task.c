#include "task.h"
#include "cgroup.h"
#include "log_reader.h"
#include "process.h"
#include "verbs.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>

enum
{
  /* As long as Docker waits for output after the end: a process that outlived it may hold the pipes open. */
  DRAIN_MILLISECONDS = 2000
};

static struct task *tasks;

struct task *
task_find (const char *key)
{
  struct task *task = tasks;

  while (task != NULL && strcmp (task->key, key) != 0)
    task = task->next;
  return task;
}

void
task_each (void (*each) (struct task *task))
{
  for (struct task *task = tasks; task != NULL; task = task->next)
    each (task);
}

struct task *
task_of (const char *key, struct error *err)
{
  struct task *task = task_find (key);

  if (task == NULL)
    error_set (err, ENOENT, "no task %s", key);
  return task;
}

struct task *
task_container (const char *key, struct error *err)
{
  struct task *task = task_of (key, err);

  if (task != NULL && (task->is_exec || task->cgroup == NULL))
    {
      error_set (err, ESRCH, "container %s is not running", key);
      return NULL;
    }
  return task;
}

static struct task *
task_new (const char *key, struct error *err)
{
  struct task *task = calloc (1, sizeof *task);

  if (task == NULL || (task->key = strdup (key)) == NULL || (task->container = strdup (key)) == NULL)
    {
      error_errno (err, "task");
      if (task != NULL)
        free (task->key);
      free (task);
      return NULL;
    }
  for (int i = 0; i < 3; i++)
    task->child_ends[i] = -1;
  task->sources[0].watch.fd = task->sources[1].watch.fd = -1;
  task->input = task->pump.from.fd = task->pump.to.fd = -1;
  task->next = tasks;
  tasks = task;
  return task;
}

static void
log_close (struct task *task)
{
  if (task->log == NULL)
    return;
  jsonlog_finish (task->log);
  log_ended (task->log);
  jsonlog_close (take_pointer (&task->log));
}

static void
task_free (struct task *task)
{
  for (struct task **link = &tasks; *link != NULL; link = &(*link)->next)
    if (*link == task)
      {
        *link = task->next;
        break;
      }
  timer_stop (&task->drain);
  task_input_free (task);
  task_output_free (task);
  for (int i = 0; i < 3; i++)
    cleanup_closep (&task->child_ends[i]);
  log_close (task);
  free (task->key);
  free (task->container);
  free (task->cgroup);
  loop_free_later (task);
}

static struct winsize
read_size (struct reader *in)
{
  struct winsize size = { 0 };

  size.ws_col = (unsigned short) read_u32 (in);
  size.ws_row = (unsigned short) read_u32 (in);
  return size;
}

int
verb_task_prepare (struct call *call, struct error *err)
{
  const char *key = read_text (&call->in);
  bool terminal = read_bool (&call->in);
  struct winsize size = read_size (&call->in);
  bool with_stdin = read_bool (&call->in);
  bool stdin_once = read_bool (&call->in);
  const char *log_path = read_text (&call->in);
  uint64_t log_max_bytes = read_u64 (&call->in);
  uint32_t log_max_files = read_u32 (&call->in);
  struct task *task;

  if (reader_finish (&call->in, err) < 0)
    return -1;
  if (key[0] == 0 || strchr (key, '/') != NULL || key[0] == '.' || strlen (key) > 128)
    return error_set (err, EINVAL, "task key %s", key);
  task = task_find (key);
  if (task != NULL)
    return task->state == TASK_PREPARED ? VERB_DONE : error_set (err, EEXIST, "task %s is there already", key);
  task = task_new (key, err);
  if (task == NULL)
    return -1;
  task->terminal = terminal;
  task->size = size;
  task->stdin_once = stdin_once;
  if ((log_path[0] != 0 && (task->log = jsonlog_open (log_path, log_max_bytes, log_max_files, err)) == NULL)
      || task_output_open (task, err) < 0 || task_input_open (task, with_stdin, err) < 0)
    {
      task_free (task);
      return -1;
    }
  return VERB_DONE;
}

int
verb_task_attach (struct call *call, struct error *err)
{
  const char *key = read_text (&call->in);
  uint32_t stdin_stream = read_u32 (&call->in);
  uint32_t stdout_stream = read_u32 (&call->in);
  uint32_t stderr_stream = read_u32 (&call->in);
  const uint32_t output[2] = { stdout_stream, stderr_stream };
  struct task *task;
  bool taken = false;

  if (reader_finish (&call->in, err) < 0 || (task = task_of (key, err)) == NULL)
    return -1;
  if (stdin_stream != 0 && task_writer_add (task, stdin_stream, &taken, err) < 0)
    return -1;
  for (int which = 0; which < 2; which++)
    if (output[which] != 0 && task_reader_add (task, (enum jsonlog_source) which, output[which], err) < 0)
      return -1;
  write_bool (&call->out, taken);
  return VERB_DONE;
}

/* Waiters hold a place in a list until they are answered or given up. */
static void
waiter_cancel (void *owner, bool epoch_ended)
{
  struct task_waiter *waiter = owner;
  struct error err;

  for (struct task_waiter **link = waiter->list; *link != NULL; link = &(*link)->next)
    if (*link == waiter)
      {
        *link = waiter->next;
        break;
      }
  if (!epoch_ended)
    {
      error_set (&err, ECANCELED, "given up");
      later_fail (waiter->later, &err);
    }
  free (waiter);
}

static int
waiter_add (struct task_waiter **list, struct call *call, struct error *err)
{
  struct task_waiter *waiter = calloc (1, sizeof *waiter);

  if (waiter == NULL || (waiter->later = call_later (call, waiter_cancel, waiter)) == NULL)
    {
      free (waiter);
      return error_set (err, ENOMEM, "out of memory");
    }
  waiter->list = list;
  waiter->next = *list;
  *list = waiter;
  return VERB_LATER;
}

/* With `failure`, or with the same reply for each. */
static void
waiters_answer (struct task_waiter **list, const struct writer *out, const struct error *failure)
{
  while (*list != NULL)
    {
      struct task_waiter *waiter = *list;

      *list = waiter->next;
      if (failure == NULL)
        later_reply (waiter->later, out);
      else
        later_fail (waiter->later, failure);
      free (waiter);
    }
}

static void
write_exit (const struct task *task, struct writer *out)
{
  write_u32 (out, (uint32_t) exit_code_of (task->status));
  write_bool (out, task->oom_killed);
  write_u64 (out, (uint64_t) task->ended_at.tv_sec * 1000 + (uint64_t) task->ended_at.tv_nsec / 1000000);
}

int
verb_task_wait (struct call *call, struct error *err)
{
  const char *key = read_text (&call->in);
  struct task *task;

  if (reader_finish (&call->in, err) < 0 || (task = task_of (key, err)) == NULL)
    return -1;
  if (task->state != TASK_SETTLED)
    return waiter_add (&task->waiters, call, err);
  write_exit (task, &call->out);
  return VERB_DONE;
}

/* Outlives the task: who waits for it to be gone. */
struct removal
{
  struct task_waiter *waiters;
};

static void
removed (void *owner, const struct error *failure)
{
  struct removal *removal = owner;
  struct writer nothing = { 0 };

  waiters_answer (&removal->waiters, &nothing, failure);
  free (removal);
}

void
task_remove (struct task *task)
{
  struct removal *removal = calloc (1, sizeof *removal);
  cleanup_free char *container = NULL;
  cleanup_free char *cgroup = NULL;
  bool started = !task->is_exec && task->cgroup != NULL;
  struct error err;

  error_set (&err, ENOMEM, "out of memory");
  if (removal == NULL)
    {
      waiters_answer (&task->removers, NULL, &err);
      return;
    }
  removal->waiters = take_pointer (&task->removers);
  for (struct task_waiter *waiter = removal->waiters; waiter != NULL; waiter = waiter->next)
    waiter->list = &removal->waiters;
  error_set (&err, ESRCH, "task %s was removed", task->key);
  waiters_answer (&task->waiters, NULL, &err);
  container = take_pointer (&task->container);
  cgroup = take_pointer (&task->cgroup);
  task_free (task);
  if (started)
    task_clean (container, cgroup, removed, removal);
  else
    removed (removal, NULL);
}

void
task_kill (struct task *task)
{
  if (task->state != TASK_RUNNING)
    return;
  kill (task->pid, SIGKILL);
  if (!task->is_exec)
    cgroup_kill (task->cgroup);
}

int
verb_task_remove (struct call *call, struct error *err)
{
  const char *key = read_text (&call->in);
  struct task *task;

  if (reader_finish (&call->in, err) < 0)
    return -1;
  task = task_find (key);
  if (task == NULL)
    return VERB_DONE;
  if (waiter_add (&task->removers, call, err) < 0)
    return -1;
  /* While it starts, the end of the start finds the removers. */
  if (task->state == TASK_RUNNING)
    task_kill (task);
  else if (task->state != TASK_STARTING)
    task_remove (task);
  return VERB_LATER;
}

void
task_settle (struct task *task)
{
  cleanup_writer struct writer out = { 0 };

  if (task->busy > 0 || task->state != TASK_ENDED || (!task_output_settled (task) && !task->drain_over))
    return;
  task->state = TASK_SETTLED;
  timer_stop (&task->drain);
  log_close (task);
  write_exit (task, &out);
  waiters_answer (&task->waiters, &out, NULL);
  if (task->removers != NULL)
    task_remove (task);
}

static void
drain_expired (struct timer *timer)
{
  struct task *task = (struct task *) ((char *) timer - offsetof (struct task, drain));

  task->drain_over = true;
  task_output_end (task);
  task_settle (task);
}

void
task_ended (pid_t pid, int status, void *owner)
{
  struct task *task = owner;
  struct error err;

  (void) pid;
  task->state = TASK_ENDED;
  task->status = status;
  clock_gettime (CLOCK_REALTIME, &task->ended_at);
  if (!task->is_exec)
    {
      task->oom_killed = cgroup_number (task->cgroup, "memory.events", "oom_kill") > 0;
      /* Those that share the guest's pid namespace did not end with their init. */
      cgroup_kill (task->cgroup);
    }
  task_input_free (task);
  task_output_drain (task);
  if (task->removers != NULL || timer_start (&task->drain, DRAIN_MILLISECONDS, drain_expired, &err) < 0)
    {
      task->drain_over = true;
      task_output_end (task);
    }
  task_settle (task);
}

int
verb_task_signal (struct call *call, struct error *err)
{
  const char *key = read_text (&call->in);
  uint32_t signal = read_u32 (&call->in);
  struct task *task;

  if (reader_finish (&call->in, err) < 0 || (task = task_of (key, err)) == NULL)
    return -1;
  if (task->state == TASK_ENDED || task->state == TASK_SETTLED)
    return VERB_DONE; /* it was quicker, and its exit is on the way */
  if (task->state != TASK_RUNNING)
    return error_set (err, ESRCH, "task %s is not running", key);
  if (kill (task->pid, (int) signal) < 0)
    return error_errno (err, "signal %u to %s", signal, key);
  return VERB_DONE;
}

int
verb_task_resize (struct call *call, struct error *err)
{
  const char *key = read_text (&call->in);
  struct winsize size = read_size (&call->in);
  struct task *task;

  if (reader_finish (&call->in, err) < 0 || (task = task_of (key, err)) == NULL)
    return -1;
  if (!task->terminal)
    return error_set (err, ENOTTY, "task %s has no terminal", key);
  task->size = size;
  if (task->sources[0].watch.fd >= 0 && ioctl (task->sources[0].watch.fd, TIOCSWINSZ, &size) < 0)
    return error_errno (err, "resize %s", key);
  return VERB_DONE;
}
