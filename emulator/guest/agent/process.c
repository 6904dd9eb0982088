#include "process.h"
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum
{
  BUCKETS = 128,
  STRANGERS = 64,
  STACK = 32768,
  CANDIDATES = 16
};

struct watcher
{
  struct watcher *next;
  pid_t pid;
  void (*ended) (pid_t pid, int status, void *owner);
  void *owner;
};

static struct watcher *watchers[BUCKETS];
static struct watch signals = { .fd = -1 };

/* Children nobody asked for yet: a runtime that detaches tells the pid of its container after it may have ended. */
static struct
{
  pid_t pid;
  int status;
} strangers[STRANGERS];
static size_t next_stranger;

int
exit_code_of (int status)
{
  return WIFSIGNALED (status) ? 128 + WTERMSIG (status) : WEXITSTATUS (status);
}

int
process_watch (pid_t pid, void (*ended) (pid_t pid, int status, void *owner), void *owner, struct error *err)
{
  struct watcher *watcher;

  for (size_t i = 0; i < STRANGERS; i++)
    if (strangers[i].pid == pid)
      {
        strangers[i].pid = 0;
        /* A process of that number that is there is a later one: numbers come again. */
        if (kill (pid, 0) == 0)
          continue;
        ended (pid, strangers[i].status, owner);
        return 0;
      }
  watcher = malloc (sizeof *watcher);
  if (watcher == NULL)
    return error_errno (err, "process_watch");
  *watcher = (struct watcher){ .next = watchers[pid % BUCKETS], .pid = pid, .ended = ended, .owner = owner };
  watchers[pid % BUCKETS] = watcher;
  return 0;
}

void
process_forget (pid_t pid, void *owner)
{
  for (struct watcher **link = &watchers[pid % BUCKETS]; *link != NULL; link = &(*link)->next)
    if ((*link)->pid == pid && (*link)->owner == owner)
      {
        struct watcher *watcher = *link;

        *link = watcher->next;
        free (watcher);
        return;
      }
}

static void
reap (struct watch *watch, uint32_t events)
{
  struct signalfd_siginfo pending;
  int status;
  pid_t pid;

  (void) events;
  while (read (watch->fd, &pending, sizeof pending) > 0)
    ;
  while ((pid = waitpid (-1, &status, WNOHANG)) > 0)
    {
      struct watcher **link = &watchers[pid % BUCKETS];
      struct watcher *watcher;

      while (*link != NULL && (*link)->pid != pid)
        link = &(*link)->next;
      watcher = *link;
      if (watcher == NULL)
        {
          strangers[next_stranger].pid = pid;
          strangers[next_stranger].status = status;
          next_stranger = (next_stranger + 1) % STRANGERS;
          continue;
        }
      *link = watcher->next;
      watcher->ended (pid, status, watcher->owner);
      free (watcher);
    }
}

/* What the child of vfork works with; nothing is allocated after the clone. */
struct child
{
  const struct process_start *start;
  char candidates[CANDIDATES][PATH_MAX];
  size_t candidate_count;
  char cgroup_procs[PATH_MAX];
  int status;
  const char *step;
};

static const char *
env_value (const char *const *env, const char *name)
{
  size_t length = strlen (name);

  for (; *env != NULL; env++)
    if (strncmp (*env, name, length) == 0 && (*env)[length] == '=')
      return *env + length + 1;
  return NULL;
}

static int
find_candidates (struct child *child, struct error *err)
{
  const char *name = child->start->program != NULL ? child->start->program : child->start->argv[0];
  const char *path = env_value (child->start->env, "PATH");

  if (name == NULL || name[0] == 0)
    return error_set (err, EINVAL, "no command");
  if (strchr (name, '/') != NULL)
    path = "";
  else if (path == NULL)
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  for (const char *from = path; child->candidate_count < CANDIDATES;)
    {
      size_t length = strcspn (from, ":");
      char *candidate = child->candidates[child->candidate_count];
      int count = snprintf (candidate, sizeof child->candidates[0], "%.*s%s%s", (int) length, from,
                            path[0] == 0 ? "" : "/", name);

      if (count < 0 || (size_t) count >= sizeof child->candidates[0])
        return error_set (err, ENAMETOOLONG, "%s", name);
      child->candidate_count++;
      if (from[length] == 0)
        break;
      from += length + 1;
    }
  return 0;
}

static int
child_failed (struct child *child, const char *step)
{
  child->status = errno;
  child->step = step;
  _exit (127);
}

static void
signals_default (void)
{
  struct sigaction action = { .sa_handler = SIG_DFL };
  sigset_t none;

  for (int signal = 1; signal < NSIG; signal++)
    sigaction (signal, &action, NULL);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
}

static void
oom_score_default (void)
{
  int fd = open ("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

  if (fd < 0)
    return;
  if (write (fd, "0", 1) < 0)
    errno = 0; /* only a hint to the kernel */
  close (fd);
}

static int
child_main (void *argument)
{
  struct child *child = argument;
  const struct process_start *start = child->start;
  int fds[3];
  int fd, status = ENOENT;

  signals_default ();
  oom_score_default ();
  umask (022); /* the agent's own is 0, for exact modes */
  if (child->cgroup_procs[0] != 0)
    {
      fd = open (child->cgroup_procs, O_WRONLY | O_CLOEXEC);
      if (fd < 0 || write (fd, "0", 1) < 0)
        return child_failed (child, "join the cgroup");
    }
  /* Above 2 first, so that none is overwritten before it is used. */
  for (int i = 0; i < 3; i++)
    {
      fd = start->stdio[i] >= 0 ? start->stdio[i] : open ("/dev/null", O_RDWR | O_CLOEXEC);
      fds[i] = fd < 0 ? -1 : fcntl (fd, F_DUPFD_CLOEXEC, 3);
      if (fds[i] < 0)
        return child_failed (child, "open the standard streams");
    }
  for (int i = 0; i < 3; i++)
    if (dup2 (fds[i], i) < 0)
      return child_failed (child, "open the standard streams");
  if (setsid () < 0 || (start->controlling_tty && ioctl (0, TIOCSCTTY, 0) < 0))
    return child_failed (child, "take the terminal");
  if (start->gid >= 0 && (setgroups (0, NULL) < 0 || setgid ((gid_t) start->gid) < 0))
    return child_failed (child, "set the group");
  if (start->uid >= 0 && setuid ((uid_t) start->uid) < 0)
    return child_failed (child, "set the user");
  if (chdir (start->cwd == NULL ? "/" : start->cwd) < 0)
    return child_failed (child, "change to the working directory");
  for (size_t i = 0; i < child->candidate_count; i++)
    {
      execve (child->candidates[i], (char *const *) start->argv, (char *const *) start->env);
      /* As execvp(3): go on looking, but remember that something was there. */
      if (errno == EACCES)
        status = EACCES;
      else if (errno != ENOENT && errno != ENOTDIR)
        return child_failed (child, "execute");
    }
  errno = status;
  return child_failed (child, "execute");
}

int
process_start (const struct process_start *start, pid_t *pid, struct error *err)
{
  static struct child child;
  static char stack[STACK] __attribute__ ((aligned (16)));

  child.start = start;
  child.candidate_count = 0;
  child.cgroup_procs[0] = 0;
  child.status = 0;
  if (find_candidates (&child, err) < 0)
    return -1;
  if (start->cgroup != NULL
      && (size_t) snprintf (child.cgroup_procs, sizeof child.cgroup_procs, "/sys/fs/cgroup/%s/cgroup.procs",
                            start->cgroup)
             >= sizeof child.cgroup_procs)
    return error_set (err, ENAMETOOLONG, "%s", start->cgroup);
  *pid = clone (child_main, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &child);
  if (*pid < 0)
    return error_errno (err, "clone");
  if (child.status == 0)
    return 0;
  waitpid (*pid, NULL, 0);
  return error_set (err, child.status, "%s %s: %s", child.step, start->argv[0], strerror (child.status));
}

void
process_child_reset (unsigned first_closed)
{
  signals_default ();
  oom_score_default ();
  syscall (SYS_close_range, first_closed, ~0U, 0U);
}

int
process_init (struct error *err)
{
  sigset_t all;

  /* Every signal is blocked: as PID 1 there is none to die of, and children unblock them. */
  sigfillset (&all);
  if (sigprocmask (SIG_SETMASK, &all, NULL) < 0)
    return error_errno (err, "sigprocmask");
  sigemptyset (&all);
  sigaddset (&all, SIGCHLD);
  signals.fd = signalfd (-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals.fd < 0)
    return error_errno (err, "signalfd");
  signals.ready = reap;
  return loop_add (&signals, EPOLLIN, err);
}
