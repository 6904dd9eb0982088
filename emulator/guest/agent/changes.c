/* CHANGES: what an overlay's upperdir changes of its lowerdirs, as `docker diff` sees it. */
#include "changes.h"
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
  char path[PATH_MAX]; /* of the entry under way: "" or "/a/b" */
  size_t length;
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

static int
path_push (struct changes *changes, const char *name, struct error *err)
{
  size_t length = strlen (name);

  if (changes->length + 1 + length >= sizeof changes->path)
    return error_set (err, ENAMETOOLONG, "%s/%s", changes->path, name);
  changes->path[changes->length] = '/';
  memcpy (changes->path + changes->length + 1, name, length + 1);
  changes->length += 1 + length;
  return 0;
}

static void
path_pop (struct changes *changes, size_t length)
{
  changes->path[length] = 0;
  changes->length = length;
}

/* Names that a lowerdir shows in an opaque directory and the upperdir has not. */
static int
deleted_from (struct changes *changes, const char *lower, struct error *err)
{
  char full[PATH_MAX];
  cleanup_names char **names = NULL;
  size_t length = changes->length;
  struct stat stat;

  if (join (full, lower, changes->path, err) < 0)
    return -1;
  if (lstat (full, &stat) < 0 || !S_ISDIR (stat.st_mode))
    return 0;
  names = tree_names (AT_FDCWD, full, err);
  if (names == NULL)
    return -1;
  for (size_t i = 0; names[i] != NULL; i++)
    {
      if (path_push (changes, names[i], err) < 0 || join (full, changes->upper, changes->path, err) < 0)
        return -1;
      /* Once for each name: by the lowerdir that shows it. */
      if (lstat (full, &stat) < 0 && find_lower (changes, changes->path, &stat, full) == lower)
        add (changes, changes->path, DELETED);
      path_pop (changes, length);
    }
  return 0;
}

/* What the upperdir's entry at `changes->path` is, seen against the lowerdirs. */
struct verdict
{
  bool whiteout, directory;
  bool known; /* a lowerdir shows the name */
  bool differs;
};

/* 1: there is one; 0: it went while we looked. */
static int
judge (struct changes *changes, struct verdict *verdict, struct error *err)
{
  char upper[PATH_MAX], lower[PATH_MAX];
  struct stat stat, below;

  if (join (upper, changes->upper, changes->path, err) < 0)
    return -1;
  if (lstat (upper, &stat) < 0)
    return errno == ENOENT ? 0 : error_errno (err, "stat %s", upper);
  verdict->whiteout = is_whiteout (&stat);
  verdict->directory = S_ISDIR (stat.st_mode);
  verdict->known = find_lower (changes, changes->path, &below, lower) != NULL;
  verdict->differs = verdict->known && differs (&stat, &below, upper, lower);
  return 1;
}

/* The names in the upperdir's directory at `changes->path`. `hidden`, set here as well: it shows nothing of lowerdirs. */
static char **
enter (struct changes *changes, bool fresh, bool *hidden, struct error *err)
{
  char directory[PATH_MAX];

  if (join (directory, changes->upper, changes->path, err) < 0)
    return NULL;
  *hidden = *hidden || is_opaque (directory);
  if (*hidden && !fresh)
    for (const char *const *lower = changes->lowers; *lower != NULL; lower++)
      if (deleted_from (changes, *lower, err) < 0)
        return NULL;
  return tree_names (AT_FDCWD, directory, err);
}

/* Returns 1 when anything below changed. `fresh`: no lowerdir shows the directory. */
static int
changes_below (struct changes *changes, bool fresh, bool hidden, struct error *err)
{
  uint32_t before = changes->count;
  size_t length = changes->length;
  cleanup_names char **names = enter (changes, fresh, &hidden, err);

  if (names == NULL)
    return -1;
  for (size_t i = 0; names[i] != NULL; i++)
    {
      struct verdict verdict;
      int there, changed = 0;

      if (path_push (changes, names[i], err) < 0 || (there = judge (changes, &verdict, err)) < 0)
        return -1;
      if (there && verdict.directory && (changed = changes_below (changes, !verdict.known, hidden, err)) < 0)
        return -1;
      if (there && verdict.whiteout && verdict.known)
        add (changes, changes->path, DELETED);
      else if (there && !verdict.whiteout && !verdict.known)
        add (changes, changes->path, ADDED);
      else if (there && !verdict.whiteout && (changed || verdict.differs))
        add (changes, changes->path, MODIFIED);
      path_pop (changes, length);
    }
  return changes->count != before;
}

int
changes_list (const char *upper, const char *const *lowers, struct writer *out, struct error *err)
{
  struct changes changes = { .upper = upper, .lowers = lowers, .out = out };
  size_t offset = out->length;

  write_u32 (out, 0);
  if (changes_below (&changes, false, false, err) < 0)
    return -1;
  writer_patch_u32 (out, offset, changes.count);
  return 0;
}

struct changes_request
{
  const char *upper;
  const char *const *lowers;
};

static int
changes_job (const void *argument, struct writer *out, struct error *err)
{
  const struct changes_request *request = argument;

  return changes_list (request->upper, request->lowers, out, err);
}

int
verb_changes (struct call *call, struct error *err)
{
  struct changes_request request = { .upper = read_text (&call->in) };
  size_t count;
  cleanup_free const char **lowers = read_texts (&call->in, &count);

  if (reader_finish (&call->in, err) < 0)
    return -1;
  request.lowers = lowers;
  return job_start (call, &(struct job){ .run = changes_job, .argument = &request, .root = "" }, err);
}
