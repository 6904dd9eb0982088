#include "log_reader.h"
#include "loop.h"
#include "outlet.h"
#include "task.h"
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum
{
  FILES_MAX = 64,
  CHUNK = 32768
};

struct log_reader
{
  struct log_reader *next;
  struct outlet *outlet;
  int files[FILES_MAX]; /* oldest first; -1: done */
  size_t count, current;
  off_t offset;
  off_t end;                 /* of the last file, for one that does not follow */
  const struct jsonlog *log; /* followed; NULL: not, or it has ended */
  uint64_t rotations;        /* of the log when the last file was its current one */
  bool blocked, ended;
};

static struct log_reader *readers;

static void
reader_free (struct log_reader *reader)
{
  for (struct log_reader **link = &readers; *link != NULL; link = &(*link)->next)
    if (*link == reader)
      {
        *link = reader->next;
        break;
      }
  for (size_t i = 0; i < reader->count; i++)
    cleanup_closep (&reader->files[i]);
  loop_free_later (reader);
}

static void
log_name (char *name, size_t size, const char *path, uint64_t number)
{
  if (number == 0)
    snprintf (name, size, "%s", path);
  else
    snprintf (name, size, "%s.%llu", path, (unsigned long long) number);
}

/* Takes up the files that the log has gone on to. One that is rotated away already is left out. */
static void
later_files (struct log_reader *reader)
{
  while (reader->log != NULL && reader->rotations < jsonlog_rotations (reader->log))
    {
      char name[PATH_MAX + 24];
      int fd;

      if (reader->current == reader->count)
        reader->current = reader->count = 0;
      if (reader->count == FILES_MAX)
        return;
      reader->rotations++;
      log_name (name, sizeof name, jsonlog_path (reader->log), jsonlog_rotations (reader->log) - reader->rotations);
      fd = open (name, O_RDONLY | O_CLOEXEC);
      if (fd >= 0)
        reader->files[reader->count++] = fd;
    }
}

/* False when nothing more is there now. */
static bool
copy_chunk (struct log_reader *reader)
{
  static uint8_t bytes[CHUNK];
  size_t wanted = sizeof bytes;
  ssize_t count = 0;
  bool last;

  if (reader->current == reader->count)
    later_files (reader);
  if (reader->current == reader->count)
    return false;
  last = reader->current + 1 == reader->count;
  if (last && reader->end >= 0 && reader->end - reader->offset < (off_t) wanted)
    wanted = reader->end > reader->offset ? (size_t) (reader->end - reader->offset) : 0;
  if (wanted > 0)
    count = pread (reader->files[reader->current], bytes, wanted, reader->offset);
  if (count > 0)
    {
      reader->offset += count;
      reader->blocked = !outlet_write (reader->outlet, bytes, (size_t) count);
      return true;
    }
  /* The current file of a log that goes on may grow. */
  if (last && reader->log != NULL && reader->rotations == jsonlog_rotations (reader->log))
    return false;
  close (reader->files[reader->current]);
  reader->files[reader->current++] = -1;
  reader->offset = 0;
  return true;
}

static void
copy (struct log_reader *reader)
{
  for (;;)
    {
      if (reader->blocked || reader->ended)
        return;
      if (copy_chunk (reader))
        continue;
      if (reader->log == NULL)
        {
          reader->ended = true;
          outlet_end (reader->outlet);
        }
      return;
    }
}

static void
outlet_ready (struct outlet *outlet, void *owner)
{
  struct log_reader *reader = owner;

  (void) outlet;
  reader->blocked = false;
  copy (reader);
}

static void
outlet_gone (struct outlet *outlet, void *owner, bool stale)
{
  struct log_reader *reader = owner;

  (void) stale;
  reader->ended = true;
  outlet_free (outlet);
  reader_free (reader);
}

void
log_grown (const struct jsonlog *log)
{
  struct log_reader *reader, *next;

  for (reader = readers; reader != NULL; reader = next)
    {
      next = reader->next;
      if (reader->log == log)
        copy (reader);
    }
}

void
log_ended (const struct jsonlog *log)
{
  struct log_reader *reader, *next;

  for (reader = readers; reader != NULL; reader = next)
    {
      next = reader->next;
      if (reader->log != log)
        continue;
      /* After this nobody knows how far the files have moved. */
      later_files (reader);
      reader->log = NULL;
      copy (reader);
    }
}

/* Where the last `wanted` lines of the file begin; `wanted` becomes how many of them are still missing before it. */
static off_t
tail_offset (int fd, off_t size, uint32_t *wanted)
{
  char bytes[8192];
  off_t at = size;

  while (at > 0)
    {
      size_t length = at < (off_t) sizeof bytes ? (size_t) at : sizeof bytes;

      if (pread (fd, bytes, length, at - (off_t) length) != (ssize_t) length)
        return at;
      for (size_t i = length; i > 0; i--)
        {
          /* The newline at the very end belongs to the last line. */
          if (bytes[i - 1] != '\n' || at - (off_t) (length - i) == size)
            continue;
          if (*wanted == 1)
            {
              *wanted = 0;
              return at - (off_t) (length - i);
            }
          (*wanted)--;
        }
      at -= (off_t) length;
    }
  if (size > 0)
    (*wanted)--; /* the first line has no newline before it */
  return 0;
}

static off_t
file_size (int fd)
{
  struct stat stat;

  return fstat (fd, &stat) < 0 ? 0 : stat.st_size;
}

/* Leaves out all but the last lines. */
static void
skip_to_tail (struct log_reader *reader, uint32_t wanted)
{
  reader->current = reader->count;
  while (reader->current > 0)
    {
      int fd = reader->files[reader->current - 1];
      off_t size = file_size (fd);

      if (wanted == 0)
        {
          /* Only what comes is wanted: from the end of the newest. */
          if (reader->current == reader->count)
            {
              reader->current--;
              reader->offset = size;
            }
          return;
        }
      reader->current--;
      reader->offset = tail_offset (fd, size, &wanted);
      if (wanted == 0)
        return;
    }
}

static int
files_open (struct log_reader *reader, const char *path, struct error *err)
{
  int newest_first[FILES_MAX];
  size_t count = 0;

  while (count < FILES_MAX)
    {
      char name[PATH_MAX + 24];

      log_name (name, sizeof name, path, count);
      newest_first[count] = open (name, O_RDONLY | O_CLOEXEC);
      if (newest_first[count] < 0)
        break;
      count++;
    }
  if (count == 0 && errno != ENOENT)
    return error_errno (err, "open %s", path);
  while (count > 0)
    reader->files[reader->count++] = newest_first[--count];
  return 0;
}

int
verb_log_read (struct call *call, struct error *err)
{
  const char *path = read_text (&call->in);
  int32_t tail = read_i32 (&call->in);
  const char *follow = read_text (&call->in);
  uint32_t stream = read_u32 (&call->in);
  struct outlet_options options = { .ready = outlet_ready, .gone = outlet_gone };
  const struct task *task;
  struct log_reader *reader;

  if (reader_finish (&call->in, err) < 0)
    return -1;
  if (strlen (path) >= PATH_MAX)
    return error_set (err, ENAMETOOLONG, "%s", path);
  reader = calloc (1, sizeof *reader);
  if (reader == NULL)
    return error_errno (err, "log");
  options.owner = reader;
  if (files_open (reader, path, err) < 0 || (reader->outlet = outlet_open (stream, &options, err)) == NULL)
    {
      reader_free (reader);
      return -1;
    }
  task = follow[0] == 0 ? NULL : task_find (follow);
  reader->log = task == NULL ? NULL : task->log;
  reader->rotations = reader->log == NULL ? 0 : jsonlog_rotations (reader->log);
  reader->end = reader->log == NULL && reader->count > 0 ? file_size (reader->files[reader->count - 1]) : -1;
  if (tail >= 0)
    skip_to_tail (reader, (uint32_t) tail);
  reader->next = readers;
  readers = reader;
  copy (reader);
  return VERB_DONE;
}
