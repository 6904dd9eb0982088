/* TASK_START and TASK_EXEC: one crun each, which detaches; its child becomes one of the agent. */
#include "cgroup.h"
#include "process.h"
#include "task.h"
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define CONSOLES "/run/docker/console"
#define RUNTIME_STATE "/run/crun"

enum
{
  LOG_LIMIT = 8192,
  PATH_LIMIT = 512 /* a bundle's path and two keys */
};

/* While crun is at work. */
struct start
{
  struct task *task;
  struct later *later;
  pid_t crun;
  struct watch console; /* the listening socket on which crun brings the terminal; fd -1: none */
  char console_path[64];
  char pid_file[PATH_LIMIT], log_file[PATH_LIMIT], process_file[PATH_LIMIT];
  char *log; /* of a failure */
};

static void
start_free (struct start *start)
{
  if (start->console.fd >= 0)
    {
      loop_remove (&start->console);
      close (start->console.fd);
      unlink (start->console_path);
    }
  unlink (start->log_file);
  if (start->process_file[0] != 0)
    {
      unlink (start->process_file);
      unlink (start->pid_file);
    }
  start->task->start = NULL;
  free (start->log);
  loop_free_later (start);
}

static int
make_directory (const char *path, struct error *err)
{
  char part[PATH_MAX];

  if (mkdir (path, 0700) == 0 || errno == EEXIST)
    return 0;
  if (errno != ENOENT || strlen (path) >= sizeof part)
    return error_errno (err, "mkdir %s", path);
  strcpy (part, path);
  for (char *at = strchr (part + 1, '/'); at != NULL; at = strchr (at + 1, '/'))
    {
      *at = 0;
      mkdir (part, 0711);
      *at = '/';
    }
  return mkdir (path, 0700) < 0 ? error_errno (err, "mkdir %s", path) : 0;
}

static int
write_whole (const char *path, const char *text, struct error *err)
{
  cleanup_close int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  size_t length = strlen (text);

  if (fd < 0 || write (fd, text, length) != (ssize_t) length)
    return error_errno (err, "write %s", path);
  return 0;
}

static size_t
read_some (const char *path, char *text, size_t size)
{
  cleanup_close int fd = open (path, O_RDONLY | O_CLOEXEC);
  ssize_t count = fd < 0 ? -1 : read (fd, text, size - 1);

  text[count < 0 ? 0 : count] = 0;
  return count < 0 ? 0 : (size_t) count;
}

/* The terminal's descriptor comes as ancillary data of one message. */
static int
receive_terminal (int connection)
{
  char name[128];
  struct iovec part = { name, sizeof name };
  union
  {
    struct cmsghdr head;
    char room[CMSG_SPACE (sizeof (int))];
  } ancillary;
  struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &ancillary,
                            .msg_controllen = sizeof ancillary };
  struct cmsghdr *head;
  int fd = -1;

  if (recvmsg (connection, &message, MSG_CMSG_CLOEXEC) < 0)
    return -1;
  head = CMSG_FIRSTHDR (&message);
  if (head != NULL && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS
      && head->cmsg_len == CMSG_LEN (sizeof fd))
    memcpy (&fd, CMSG_DATA (head), sizeof fd);
  return fd;
}

static int
take_terminal (struct start *start, struct error *err)
{
  struct task *task = start->task;
  cleanup_close int connection = accept4 (start->console.fd, NULL, NULL, SOCK_CLOEXEC);
  cleanup_close int terminal = connection < 0 ? -1 : receive_terminal (connection);

  if (terminal < 0)
    return error_errno (err, "receive the terminal");
  if (task->size.ws_col > 0 && task->size.ws_row > 0)
    ioctl (terminal, TIOCSWINSZ, &task->size);
  if (task_input_terminal (task, terminal, err) < 0)
    return -1;
  return task_output_terminal (task, take_fd (&terminal), err);
}

static void
console_ready (struct watch *watch, uint32_t events)
{
  struct start *start = (struct start *) ((char *) watch - offsetof (struct start, console));
  struct error err;

  (void) events;
  /* crun fails, or ends without a terminal, and crun_ended deals with it. */
  if (take_terminal (start, &err) < 0)
    loop_change (watch, 0);
}

static int
console_open (struct start *start, struct error *err)
{
  static unsigned number = 0;
  struct sockaddr_un address = { .sun_family = AF_UNIX };

  if (make_directory (CONSOLES, err) < 0)
    return -1;
  snprintf (start->console_path, sizeof start->console_path, CONSOLES "/%u", ++number);
  strcpy (address.sun_path, start->console_path);
  unlink (start->console_path);
  start->console.fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  start->console.ready = console_ready;
  if (start->console.fd < 0 || bind (start->console.fd, (struct sockaddr *) &address, sizeof address) < 0
      || listen (start->console.fd, 1) < 0)
    return error_errno (err, "console socket");
  return loop_add (&start->console, EPOLLIN, err);
}

/* True when the process runs, or ran. */
static bool
started (struct start *start, int status, char *log, size_t log_size, struct error *err)
{
  struct task *task = start->task;
  char text[32];

  if (exit_code_of (status) != 0)
    {
      if (read_some (start->log_file, log, log_size) == 0)
        snprintf (log, log_size, "crun ended with status %d", exit_code_of (status));
      return false;
    }
  /* It can be over before its terminal was taken. */
  if (task->terminal && task->sources[0].watch.fd < 0 && !task->sources[0].over && take_terminal (start, err) < 0)
    {
      snprintf (log, log_size, "%s", err->message);
      return false;
    }
  if (read_some (start->pid_file, text, sizeof text) > 0)
    task->pid = (pid_t) strtol (text, NULL, 10);
  if (task->pid <= 1)
    {
      snprintf (log, log_size, "crun wrote no pid");
      return false;
    }
  return true;
}

static void
answer (struct start *start, pid_t pid, const char *log)
{
  cleanup_writer struct writer out = { 0 };

  if (start->later == NULL)
    return;
  write_u32 (&out, (uint32_t) pid);
  write_text (&out, log);
  later_reply (take_pointer (&start->later), &out);
}

/* Only now nothing of it is left. The stdio stays as it was. */
static void
failure_cleaned (void *owner, const struct error *err)
{
  struct start *start = owner;
  struct task *task = start->task;

  (void) err;
  answer (start, 0, start->log == NULL ? "out of memory" : start->log);
  start_free (start);
  task->state = TASK_PREPARED;
  if (task->removers != NULL)
    task_remove (task);
}

static void
crun_ended (pid_t pid, int status, void *owner)
{
  struct start *start = owner;
  struct task *task = start->task;
  char log[LOG_LIMIT] = "";
  struct error err;

  (void) pid;
  if (!started (start, status, log, sizeof log, &err))
    {
      start->log = strdup (log);
      if (task->is_exec)
        failure_cleaned (start, NULL);
      else
        task_clean (task->container, task->cgroup, failure_cleaned, start);
      return;
    }
  answer (start, task->pid, "");
  start_free (start);
  for (int i = 0; i < 3; i++)
    {
      cleanup_closep (&task->child_ends[i]);
      task->child_ends[i] = -1;
    }
  task->state = TASK_RUNNING;
  if (task->removers != NULL)
    task_kill (task);
  if (process_watch (task->pid, task_ended, task, &err) < 0)
    task_ended (task->pid, 0, task);
}

static void
start_cancel (void *owner, bool epoch_ended)
{
  struct start *start = owner;

  /* It cannot be stopped half-way; a host that gives up removes the task. */
  if (epoch_ended)
    start->later = NULL;
}

#define CRUN "/bin/crun"

/* Where crun is executed from. A container must not be able to write the binary that enters it, so a crun that is not
 * sealed copies itself and starts again from the copy, each time. The agent seals one copy for all; in the guest it takes
 * the place of the file, which would cost its size in memory once more. */
static const char *
crun_program (void)
{
  static char program[32];
  cleanup_close int source = -1;
  cleanup_close int sealed = -1;
  struct stat stat;

  if (program[0] != 0)
    return program;
  strcpy (program, CRUN);
  source = open (CRUN, O_RDONLY | O_CLOEXEC);
  sealed = memfd_create ("crun", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (source < 0 || sealed < 0 || fstat (source, &stat) < 0
      || sendfile (sealed, source, NULL, (size_t) stat.st_size) != (ssize_t) stat.st_size
      || fcntl (sealed, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0)
    return program; /* slower, and as safe */
  snprintf (program, sizeof program, "/proc/self/fd/%d", sealed);
  if (getpid () == 1)
    {
      char target[32];

      snprintf (target, sizeof target, "/proc/1/fd/%d", sealed);
      if (symlink (target, CRUN ".sealed") == 0)
        rename (CRUN ".sealed", CRUN);
    }
  take_fd (&sealed);
  return program;
}

static int
crun_start (struct start *start, const char *const *argv, struct error *err)
{
  static const char *const env[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };
  struct process_start process = { .argv = argv, .program = crun_program (), .env = env, .uid = -1, .gid = -1 };

  for (int i = 0; i < 3; i++)
    process.stdio[i] = start->task->child_ends[i];
  if (process_start (&process, &start->crun, err) < 0)
    return -1;
  start->task->state = TASK_STARTING;
  if (process_watch (start->crun, crun_ended, start, err) == 0)
    return 0;
  kill (start->crun, SIGKILL);
  start->task->state = TASK_PREPARED;
  return -1;
}

/* Before crun runs. The failure is reported as the later reply when that exists, as a verb has one answer. */
static int
start_undo (struct start *start, struct error *err)
{
  struct later *later = take_pointer (&start->later);

  start_free (start);
  if (later == NULL)
    return -1;
  later_fail (later, err);
  return VERB_LATER;
}

static struct start *
start_new (struct task *task, struct error *err)
{
  struct start *start;

  if (task->state != TASK_PREPARED)
    {
      error_set (err, EBUSY, "task %s has been started", task->key);
      return NULL;
    }
  start = calloc (1, sizeof *start);
  if (start == NULL)
    {
      error_errno (err, "start");
      return NULL;
    }
  start->task = task;
  start->console.fd = -1;
  task->start = start;
  return start;
}

int
verb_task_start (struct call *call, struct error *err)
{
  const char *key = read_text (&call->in);
  const char *cgroup = read_text (&call->in);
  const char *config = read_text (&call->in);
  char bundle[PATH_LIMIT], config_file[PATH_LIMIT];
  struct task *task;
  struct start *start;

  if (reader_finish (&call->in, err) < 0 || cgroup_check (cgroup, err) < 0 || (task = task_of (key, err)) == NULL
      || (start = start_new (task, err)) == NULL)
    return -1;
  task_bundle_path (bundle, sizeof bundle, key, "");
  task_bundle_path (config_file, sizeof config_file, key, "config.json");
  task_bundle_path (start->pid_file, PATH_LIMIT, key, "init.pid");
  task_bundle_path (start->log_file, PATH_LIMIT, key, "log.json");
  free (task->cgroup);
  task->cgroup = strdup (cgroup);
  if (task->cgroup != NULL && make_directory (bundle, err) == 0 && write_whole (config_file, config, err) == 0
      && (!task->terminal || console_open (start, err) == 0)
      && (start->later = call_later (call, start_cancel, start)) != NULL)
    {
      const char *argv[] = { "crun", "--root", RUNTIME_STATE, "--log", start->log_file, "--log-format", "json", "run",
                             "--detach", "--bundle", bundle, "--pid-file", start->pid_file, key, NULL, NULL, NULL };

      if (task->terminal)
        {
          argv[13] = "--console-socket";
          argv[14] = start->console_path;
          argv[15] = key;
        }
      if (crun_start (start, argv, err) == 0)
        return VERB_LATER;
    }
  else if (err->status == 0)
    error_set (err, ENOMEM, "out of memory");
  return start_undo (start, err);
}

int
verb_task_exec (struct call *call, struct error *err)
{
  const char *key = read_text (&call->in);
  const char *container_key = read_text (&call->in);
  const char *process = read_text (&call->in);
  struct task *task, *container;
  struct start *start;
  char name[PATH_LIMIT];

  if (reader_finish (&call->in, err) < 0 || (container = task_container (container_key, err)) == NULL
      || (task = task_of (key, err)) == NULL || (start = start_new (task, err)) == NULL)
    return -1;
  task->is_exec = true;
  free (task->container);
  task->container = strdup (container_key);
  snprintf (name, sizeof name, "%s.json", key);
  task_bundle_path (start->process_file, PATH_LIMIT, container_key, name);
  snprintf (name, sizeof name, "%s.pid", key);
  task_bundle_path (start->pid_file, PATH_LIMIT, container_key, name);
  snprintf (name, sizeof name, "%s-log.json", key);
  task_bundle_path (start->log_file, PATH_LIMIT, container_key, name);
  if (task->container != NULL && write_whole (start->process_file, process, err) == 0
      && (!task->terminal || console_open (start, err) == 0)
      && (start->later = call_later (call, start_cancel, start)) != NULL)
    {
      const char *argv[] = { "crun", "--root", RUNTIME_STATE, "--log", start->log_file, "--log-format", "json", "exec",
                             "--detach", "--process", start->process_file, "--pid-file", start->pid_file,
                             container_key, NULL, NULL, NULL };

      if (task->terminal)
        {
          argv[13] = "--console-socket";
          argv[14] = start->console_path;
          argv[15] = container_key;
        }
      if (crun_start (start, argv, err) == 0)
        return VERB_LATER;
    }
  else if (err->status == 0)
    error_set (err, ENOMEM, "out of memory");
  return start_undo (start, err);
}
