#include "cgroup.h"
#include "task.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define BUNDLES "/run/containerd/io.containerd.runtime.v2.task/moby"
#define RUNTIME_STATE "/run/crun"

enum
{
  RETRY_MILLISECONDS = 5,
  RETRIES = 1000
};

void
task_bundle_path (char *path, size_t size, const char *container, const char *file)
{
  snprintf (path, size, BUNDLES "/%s%s%s", container, file[0] == 0 ? "" : "/", file);
}

/* A directory of files: crun's state and a bundle have no deeper ones that matter. */
static void
directory_remove (const char *path)
{
  cleanup_dir DIR *dir = opendir (path);
  const struct dirent *entry;

  while (dir != NULL && (entry = readdir (dir)) != NULL)
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
      unlinkat (dirfd (dir), entry->d_name, entry->d_type == DT_DIR ? AT_REMOVEDIR : 0);
  rmdir (path);
}

struct cleaning
{
  struct timer timer;
  char *cgroup;
  unsigned tries;
  void (*done) (void *owner, const struct error *err);
  void *owner;
};

static void
cleaning_end (struct cleaning *cleaning, const struct error *err)
{
  cleaning->done (cleaning->owner, err);
  free (cleaning->cgroup);
  loop_free_later (cleaning);
}

/* Killed processes leave their cgroup when they have ended, which takes a moment. */
static void
cgroup_try (struct timer *timer)
{
  struct cleaning *cleaning = (struct cleaning *) ((char *) timer - offsetof (struct cleaning, timer));
  struct error err, no_timer;

  cgroup_kill (cleaning->cgroup);
  if (cgroup_remove (cleaning->cgroup, &err) == 0)
    cleaning_end (cleaning, NULL);
  else if (err.status != EBUSY || ++cleaning->tries == RETRIES
           || timer_start (&cleaning->timer, RETRY_MILLISECONDS, cgroup_try, &no_timer) < 0)
    cleaning_end (cleaning, &err);
}

void
task_clean (const char *container, const char *cgroup, void (*done) (void *owner, const struct error *err), void *owner)
{
  struct cleaning *cleaning = calloc (1, sizeof *cleaning);
  char path[PATH_MAX];
  struct error err;

  snprintf (path, sizeof path, RUNTIME_STATE "/%s", container);
  directory_remove (path);
  task_bundle_path (path, sizeof path, container, "");
  directory_remove (path);
  if (cleaning == NULL || (cleaning->cgroup = strdup (cgroup)) == NULL)
    {
      free (cleaning);
      error_set (&err, ENOMEM, "out of memory");
      done (owner, &err);
      return;
    }
  cleaning->done = done;
  cleaning->owner = owner;
  cgroup_try (&cleaning->timer);
}
