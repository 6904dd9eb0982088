/* CHANGES: what an overlay's upperdir changes of its lowerdirs, as `docker diff` sees it. */
#include "job.h"
#include "tree.h"
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

enum
{
  MODIFIED,
  ADDED,
  DELETED
};

struct changes
{
  const char *upper;
  const char *const *lowers; /* topmost first */
  struct writer *out;
  uint32_t count;
};

static void
add (struct changes *changes, const char *path, uint32_t kind)
{
  write_text (changes->out, path);
  write_u32 (changes->out, kind);
  changes->count++;
}

static int
is_whiteout (const struct stat *stat)
{
  return S_ISCHR (stat->st_mode) && stat->st_rdev == 0;
}

static int
is_opaque (const char *path)
{
  char value[2];

  return lgetxattr (path, "trusted.overlay.opaque", value, sizeof value) == 1 && value[0] == 'y';
}

static int
join (char into[PATH_MAX], const char *directory, const char *path, struct error *err)
{
  if (snprintf (into, PATH_MAX, "%s%s", directory, path) >= PATH_MAX)
    return error_set (err, ENAMETOOLONG, "%s%s", directory, path);
  return 0;
}

/* Whether any ancestor of `path` (not itself) is opaque in this lowerdir, or is no directory: then those below are hidden. */
static int
hides_below (const char *lower, const char *path, struct error *err)
{
  char prefix[PATH_MAX];
  struct stat stat;
  size_t start = strlen (lower);

  if (join (prefix, lower, path, err) < 0)
    return -1;
  for (char *slash = strrchr (prefix, '/'); slash != NULL && slash > prefix + start; slash = strrchr (prefix, '/'))
    {
      *slash = 0;
      if (lstat (prefix, &stat) < 0)
        continue;
      if (!S_ISDIR (stat.st_mode) || is_opaque (prefix))
        return 1;
    }
  return 0;
}

/* The lowerdir that shows `path`, or NULL. `stat` and `full` are filled when there is one. */
static const char *
find_lower (struct changes *changes, const char *path, struct stat *stat, char full[PATH_MAX])
{
  struct error ignored;

  for (const char *const *lower = changes->lowers; *lower != NULL; lower++)
    {
      if (join (full, *lower, path, &ignored) < 0)
        return NULL;
      if (lstat (full, stat) == 0)
        return is_whiteout (stat) ? NULL : *lower;
      if (hides_below (*lower, path, &ignored) != 0)
        return NULL;
    }
  return NULL;
}

static int
same_capability (const char *a, const char *b)
{
  char left[128], right[128];
  ssize_t left_size = lgetxattr (a, "security.capability", left, sizeof left);
  ssize_t right_size = lgetxattr (b, "security.capability", right, sizeof right);

  return (left_size < 0 ? 0 : left_size) == (right_size < 0 ? 0 : right_size)
         && (left_size <= 0 || memcmp (left, right, (size_t) left_size) == 0);
}

static int
same_time (const struct timespec *a, const struct timespec *b)
{
  return a->tv_sec == b->tv_sec && (a->tv_nsec == b->tv_nsec || a->tv_nsec == 0 || b->tv_nsec == 0);
}

static int
differs (const struct stat *a, const struct stat *b, const char *path_a, const char *path_b)
{
  if (a->st_mode != b->st_mode || a->st_uid != b->st_uid || a->st_gid != b->st_gid || a->st_rdev != b->st_rdev)
    return 1;
  if (!S_ISDIR (a->st_mode) && (a->st_size != b->st_size || !same_time (&a->st_mtim, &b->st_mtim)))
    return 1;
  return !same_capability (path_a, path_b);
}

/* Names that lowerdirs show in an opaque directory and the upperdir has not. */
static int
deleted_below (struct changes *changes, const char *path, struct error *err)
{
  for (const char *const *lower = changes->lowers; *lower != NULL; lower++)
    {
      char directory[PATH_MAX], child[PATH_MAX], full[PATH_MAX];
      cleanup_names char **names = NULL;
      struct stat stat;

      if (join (directory, *lower, path, err) < 0)
        return -1;
      if (lstat (directory, &stat) < 0 || !S_ISDIR (stat.st_mode))
        continue;
      names = tree_names (AT_FDCWD, directory, err);
      if (names == NULL)
        return -1;
      for (size_t i = 0; names[i] != NULL; i++)
        {
          if ((size_t) snprintf (child, sizeof child, "%s/%s", path, names[i]) >= sizeof child)
            return error_set (err, ENAMETOOLONG, "%s/%s", path, names[i]);
          if (join (full, changes->upper, child, err) < 0)
            return -1;
          /* Once for each name: by the lowerdir that shows it. */
          if (lstat (full, &stat) < 0 && find_lower (changes, child, &stat, full) == *lower)
            add (changes, child, DELETED);
        }
    }
  return 0;
}

/* Returns 1 when anything below changed. */
static int
changes_below (struct changes *changes, const char *path, bool fresh, unsigned depth, struct error *err)
{
  char directory[PATH_MAX];
  cleanup_names char **names = NULL;
  uint32_t before = changes->count;

  if (depth > 256)
    return error_set (err, ELOOP, "%s: too deep", path);
  if (join (directory, changes->upper, path, err) < 0)
    return -1;
  names = tree_names (AT_FDCWD, directory, err);
  if (names == NULL)
    return -1;
  if (!fresh && is_opaque (directory) && deleted_below (changes, path, err) < 0)
    return -1;
  for (size_t i = 0; names[i] != NULL; i++)
    {
      char child[PATH_MAX], upper[PATH_MAX], lower[PATH_MAX];
      struct stat stat, below;
      bool known;
      int changed;

      if ((size_t) snprintf (child, sizeof child, "%s/%s", path, names[i]) >= sizeof child)
        return error_set (err, ENAMETOOLONG, "%s/%s", path, names[i]);
      if (join (upper, changes->upper, child, err) < 0)
        return -1;
      if (lstat (upper, &stat) < 0)
        continue;
      known = find_lower (changes, child, &below, lower) != NULL;
      if (is_whiteout (&stat))
        {
          if (known)
            add (changes, child, DELETED);
          continue;
        }
      changed = 0;
      if (S_ISDIR (stat.st_mode))
        {
          changed = changes_below (changes, child, !known, depth + 1, err);
          if (changed < 0)
            return -1;
        }
      if (!known)
        add (changes, child, ADDED);
      else if (changed || differs (&stat, &below, upper, lower))
        add (changes, child, MODIFIED);
    }
  return changes->count != before;
}

static int
changes_job (const void *argument, struct writer *out, struct error *err)
{
  struct changes changes = *(const struct changes *) argument;
  size_t offset = out->length;

  changes.out = out;
  write_u32 (out, 0);
  if (changes_below (&changes, "", false, 0, err) < 0)
    return -1;
  writer_patch_u32 (out, offset, changes.count);
  return 0;
}

int
verb_changes (struct call *call, struct error *err)
{
  struct changes changes = { .upper = read_text (&call->in) };
  size_t count;
  cleanup_free const char **lowers = read_texts (&call->in, &count);

  if (reader_finish (&call->in, err) < 0)
    return -1;
  changes.lowers = lowers;
  return job_start (call, &(struct job){ .run = changes_job, .argument = &changes, .root = "" }, err);
}
