/* READ_FILE, WRITE_FILE, STAT, MKDIR, REMOVE, SYMLINK, LIST, CREATE, USAGE. */
#include "job.h"
#include "path.h"
#include "stream.h"
#include "tree.h"
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum
{
  /* More than this goes over a stream. */
  READ_AT_ONCE = 32768,
  /* Entries that are removed before the loop goes on; more is work for a child. */
  REMOVE_AT_ONCE = 256
};

/* What the protocol can say: numbers that the host's language holds exactly. */
static const uint64_t number_max = ((uint64_t) 1 << 53) - 1;

int
verb_read_file (struct call *call, struct error *err)
{
  const char *root = read_text (&call->in);
  const char *path = read_text (&call->in);
  uint32_t id = read_u32 (&call->in);
  cleanup_free uint8_t *bytes = NULL;
  cleanup_close int fd = -1;
  struct stat stat;
  size_t length = 0;

  if (reader_finish (&call->in, err) < 0)
    return -1;
  fd = path_open (root, path, O_RDONLY | O_NONBLOCK, 0, err);
  if (fd < 0)
    return -1;
  if (fstat (fd, &stat) < 0)
    return error_errno (err, "stat %s", path);
  if (S_ISDIR (stat.st_mode))
    return error_set (err, EISDIR, "read %s: is a directory", path);
  if (!S_ISREG (stat.st_mode))
    return error_set (err, EINVAL, "read %s: not a regular file", path);
  bytes = malloc (READ_AT_ONCE);
  if (bytes == NULL)
    return error_errno (err, "read %s", path);
  /* /proc and cgroup files have no size: read until they end. */
  while (length < READ_AT_ONCE)
    {
      ssize_t count = read (fd, bytes + length, READ_AT_ONCE - length);

      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0)
        return error_errno (err, "read %s", path);
      if (count == 0)
        break;
      length += (size_t) count;
    }
  write_bytes (&call->out, bytes, length);
  write_bool (&call->out, length == READ_AT_ONCE);
  if (length == READ_AT_ONCE)
    {
      struct stream_options options = { .id = id, .kind = STREAM_PLAIN, .source = take_fd (&fd), .sink = -1 };

      if (stream_open (&options, err) == NULL)
        return -1;
    }
  return VERB_DONE;
}

struct write_request
{
  const char *path;
  int mode, uid, gid;
  const uint8_t *bytes;
  size_t length;
  bool more;
};

static int
write_all (int fd, const uint8_t *bytes, size_t length, const char *path, struct error *err)
{
  while (length > 0)
    {
      ssize_t count = write (fd, bytes, length);

      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0)
        return error_errno (err, "write %s", path);
      bytes += count;
      length -= (size_t) count;
    }
  return 0;
}

static int
write_open (const char *root, const struct write_request *request, struct error *err)
{
  int fd = path_open (root, request->path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK,
                      request->mode < 0 ? 0644 : (mode_t) request->mode, err);

  if (fd < 0)
    return -1;
  if ((request->uid >= 0 || request->gid >= 0) && fchown (fd, (uid_t) request->uid, (gid_t) request->gid) < 0)
    error_errno (err, "chown %s", request->path);
  else if (request->mode >= 0 && fchmod (fd, (mode_t) request->mode) < 0)
    error_errno (err, "chmod %s", request->path);
  else if (write_all (fd, request->bytes, request->length, request->path, err) == 0)
    return fd;
  close (fd);
  return -1;
}

static int
write_job (const void *argument, struct writer *out, struct error *err)
{
  const struct write_request *request = argument;
  cleanup_close int fd = write_open ("", request, err);
  static uint8_t bytes[65536];
  ssize_t count;

  (void) out;
  if (fd < 0)
    return -1;
  while ((count = read (0, bytes, sizeof bytes)) > 0)
    if (write_all (fd, bytes, (size_t) count, request->path, err) < 0)
      return -1;
  return count < 0 ? error_errno (err, "read") : 0;
}

int
verb_write_file (struct call *call, struct error *err)
{
  const char *root = read_text (&call->in);
  struct write_request request = { .path = read_text (&call->in) };
  uint32_t id;
  cleanup_close int fd = -1;

  request.mode = read_i32 (&call->in);
  request.uid = read_i32 (&call->in);
  request.gid = read_i32 (&call->in);
  request.bytes = read_bytes (&call->in, &request.length);
  id = read_u32 (&call->in);
  if (reader_finish (&call->in, err) < 0)
    return -1;
  if (id != 0)
    return job_start (call, &(struct job){ .run = write_job, .argument = &request, .root = root, .input = id }, err);
  fd = write_open (root, &request, err);
  return fd < 0 ? -1 : VERB_DONE;
}

static uint64_t
milliseconds (const struct timespec *time)
{
  if (time->tv_sec < 0)
    return 0;
  if ((uint64_t) time->tv_sec >= number_max / 1000)
    return number_max;
  return (uint64_t) time->tv_sec * 1000 + (uint64_t) time->tv_nsec / 1000000;
}

int
verb_stat (struct call *call, struct error *err)
{
  const char *root = read_text (&call->in);
  const char *path = read_text (&call->in);
  bool follow = read_bool (&call->in);
  char target[PATH_MAX] = "";
  cleanup_close int fd = -1;
  struct stat stat = { 0 };

  if (reader_finish (&call->in, err) < 0)
    return -1;
  fd = path_open (root, path, O_PATH | (follow ? 0 : O_NOFOLLOW), 0, err);
  if (fd < 0 && err->status != ENOENT && err->status != ENOTDIR)
    return -1;
  if (fd >= 0 && fstat (fd, &stat) < 0)
    return error_errno (err, "stat %s", path);
  if (fd >= 0 && S_ISLNK (stat.st_mode) && readlinkat (fd, "", target, sizeof target - 1) < 0)
    return error_errno (err, "readlink %s", path);
  write_bool (&call->out, fd >= 0);
  write_u32 (&call->out, stat.st_mode);
  write_u32 (&call->out, stat.st_uid);
  write_u32 (&call->out, stat.st_gid);
  write_u64 (&call->out, (uint64_t) stat.st_size < number_max ? (uint64_t) stat.st_size : number_max);
  write_u64 (&call->out, milliseconds (&stat.st_mtim));
  write_u64 (&call->out, stat.st_rdev);
  write_text (&call->out, target);
  return VERB_DONE;
}

/* Names end at `length`: the rest of the path follows. */
static int
copy_name (char into[NAME_MAX + 1], const char *name, size_t length)
{
  memcpy (into, name, length);
  into[length] = 0;
  return 0;
}

static int
make_one (const char *root, const char *path, mode_t mode, int uid, int gid, struct error *err)
{
  char name[NAME_MAX + 1];
  const char *last;
  size_t length;
  cleanup_close int parent = path_parent (root, path, &last, &length, err);

  if (parent < 0)
    return -1;
  copy_name (name, last, length);
  if (mkdirat (parent, name, mode) < 0)
    return error_errno (err, "mkdir %s", path);
  /* The umask is the agent's, not the caller's. */
  if (fchmodat (parent, name, mode, 0) < 0)
    return error_errno (err, "chmod %s", path);
  if ((uid >= 0 || gid >= 0) && fchownat (parent, name, (uid_t) uid, (gid_t) gid, AT_SYMLINK_NOFOLLOW) < 0)
    return error_errno (err, "chown %s", path);
  return 0;
}

int
verb_mkdir (struct call *call, struct error *err)
{
  const char *root = read_text (&call->in);
  const char *path = read_text (&call->in);
  mode_t mode = read_u32 (&call->in);
  int uid = read_i32 (&call->in), gid = read_i32 (&call->in);
  bool parents = read_bool (&call->in);
  char prefix[PATH_MAX];

  if (reader_finish (&call->in, err) < 0)
    return -1;
  if (!parents)
    return make_one (root, path, mode, uid, gid, err) < 0 ? -1 : VERB_DONE;
  if (strlen (path) >= sizeof prefix)
    return error_set (err, ENAMETOOLONG, "%s", path);
  for (const char *at = path; *at != 0;)
    {
      cleanup_close int there = -1;

      at += strspn (at, "/");
      at += strcspn (at, "/");
      memcpy (prefix, path, (size_t) (at - path));
      prefix[at - path] = 0;
      if (prefix[strspn (prefix, "/")] == 0)
        break;
      there = path_open (root, prefix, O_PATH | O_DIRECTORY, 0, err);
      if (there >= 0)
        continue;
      if (err->status != ENOENT || make_one (root, prefix, mode, uid, gid, err) < 0)
        return -1;
    }
  return VERB_DONE;
}

struct remove_request
{
  const char *path;
  bool recursive;
};

static int
remove_job (const void *argument, struct writer *out, struct error *err)
{
  const struct remove_request *request = argument;

  (void) out;
  return tree_remove (request->path, request->recursive, err);
}

int
verb_remove (struct call *call, struct error *err)
{
  const char *root = read_text (&call->in);
  struct remove_request request = { .path = read_text (&call->in) };
  char name[NAME_MAX + 1];
  const char *last;
  size_t length;
  cleanup_close int parent = -1;
  int left;

  request.recursive = read_bool (&call->in);
  if (reader_finish (&call->in, err) < 0)
    return -1;
  parent = path_parent (root, request.path, &last, &length, err);
  if (parent < 0)
    return -1;
  copy_name (name, last, length);
  left = tree_remove_at (parent, name, request.recursive, REMOVE_AT_ONCE, err);
  if (left <= 0)
    return left;
  return job_start (call, &(struct job){ .run = remove_job, .argument = &request, .root = root }, err);
}

int
verb_symlink (struct call *call, struct error *err)
{
  const char *root = read_text (&call->in);
  const char *path = read_text (&call->in);
  const char *target = read_text (&call->in);
  char name[NAME_MAX + 1];
  const char *last;
  size_t length;
  cleanup_close int parent = -1;

  if (reader_finish (&call->in, err) < 0)
    return -1;
  parent = path_parent (root, path, &last, &length, err);
  if (parent < 0)
    return -1;
  copy_name (name, last, length);
  if (symlinkat (target, parent, name) < 0)
    return error_errno (err, "symlink %s", path);
  return VERB_DONE;
}

int
verb_list (struct call *call, struct error *err)
{
  const char *root = read_text (&call->in);
  const char *path = read_text (&call->in);
  cleanup_dir DIR *dir = NULL;
  struct dirent *entry;
  uint32_t count = 0;
  size_t offset = call->out.length;
  int fd;

  if (reader_finish (&call->in, err) < 0)
    return -1;
  fd = path_open (root, path, O_RDONLY | O_DIRECTORY, 0, err);
  if (fd < 0)
    return -1;
  dir = fdopendir (fd);
  if (dir == NULL)
    {
      close (fd);
      return error_errno (err, "list %s", path);
    }
  write_u32 (&call->out, 0);
  for (errno = 0; (entry = readdir (dir)) != NULL; errno = 0)
    {
      if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0)
        continue;
      write_text (&call->out, entry->d_name);
      count++;
    }
  if (errno != 0)
    return error_errno (err, "list %s", path);
  writer_patch_u32 (&call->out, offset, count);
  return VERB_DONE;
}

/* Kinds of CREATE's entries. */
enum
{
  CREATE_DIRECTORY,
  CREATE_FILE,
  CREATE_SYMLINK
};

static int
create_entry (const char *directory, struct reader *in, struct error *err)
{
  uint32_t kind = read_u32 (in);
  const char *name = read_text (in);
  mode_t mode = read_u32 (in);
  int uid = read_i32 (in), gid = read_i32 (in);
  size_t length;
  const uint8_t *bytes = read_bytes (in, &length);
  const char *target = read_text (in);
  char path[PATH_MAX];
  cleanup_close int fd = -1;

  if (in->bad)
    return error_set (err, EBADMSG, "malformed request");
  if ((size_t) snprintf (path, sizeof path, "%s/%s", directory, name) >= sizeof path)
    return error_set (err, ENAMETOOLONG, "%s/%s", directory, name);
  switch (kind)
    {
    case CREATE_DIRECTORY:
      if (make_one ("", path, mode, uid, gid, err) < 0 && err->status != EEXIST)
        return -1;
      return 0;
    case CREATE_FILE:
      fd = write_open (
          "", &(struct write_request){ .path = path, .mode = (int) mode, .uid = uid, .gid = gid, .bytes = bytes, .length = length },
          err);
      return fd < 0 ? -1 : 0;
    case CREATE_SYMLINK:
      if (symlink (target, path) < 0 && errno != EEXIST)
        return error_errno (err, "symlink %s", path);
      return 0;
    default:
      return error_set (err, EINVAL, "no such kind of entry: %u", kind);
    }
}

int
verb_create (struct call *call, struct error *err)
{
  const char *directory = read_text (&call->in);
  uint32_t count = read_u32 (&call->in);

  for (uint32_t i = 0; i < count && !call->in.bad; i++)
    if (create_entry (directory, &call->in, err) < 0)
      return -1;
  return reader_finish (&call->in, err) < 0 ? -1 : VERB_DONE;
}

static int
usage_job (const void *argument, struct writer *out, struct error *err)
{
  uint64_t bytes = 0;

  if (tree_usage (argument, &bytes, err) < 0)
    return -1;
  write_u64 (out, bytes);
  return 0;
}

int
verb_usage (struct call *call, struct error *err)
{
  const char *root = read_text (&call->in);
  const char *path = read_text (&call->in);

  if (reader_finish (&call->in, err) < 0)
    return -1;
  return job_start (call, &(struct job){ .run = usage_job, .argument = path, .root = root }, err);
}
