#include "jsonlog.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum
{
  /* The longest line: every byte escaped, and the rest of the object. */
  RECORD_LIMIT = 6 * (JSONLOG_LINE + 1) + 128,
  BATCH = 4 * RECORD_LIMIT
};

/* What one source has written since its last newline. */
struct partial
{
  uint8_t bytes[JSONLOG_LINE];
  size_t length;
  bool continued;         /* an earlier part of the line is logged */
  struct timespec began;  /* its time is that of all parts */
};

struct jsonlog
{
  char path[PATH_MAX];
  int fd; /* -1: could not be opened again; tried at each write */
  uint64_t size, max_bytes, rotations;
  unsigned max_files;
  uint64_t lost; /* lines */
  struct partial partials[2];
};

/* Records of one call, written at once. One for all logs: a call uses it from beginning to end. */
static char batch[BATCH];
static size_t batch_length;
static uint64_t batch_records;

const char *
jsonlog_path (const struct jsonlog *log)
{
  return log->path;
}

uint64_t
jsonlog_rotations (const struct jsonlog *log)
{
  return log->rotations;
}

unsigned
jsonlog_max_files (const struct jsonlog *log)
{
  return log->max_files;
}

static int
file_open (struct jsonlog *log, int flags)
{
  struct stat stat;

  log->fd = open (log->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | flags, 0640);
  if (log->fd < 0)
    return -1;
  log->size = fstat (log->fd, &stat) == 0 ? (uint64_t) stat.st_size : 0;
  return 0;
}

struct jsonlog *
jsonlog_open (const char *path, uint64_t max_bytes, unsigned max_files, struct error *err)
{
  struct jsonlog *log;

  if (strlen (path) >= sizeof log->path - 12)
    {
      error_set (err, ENAMETOOLONG, "%s", path);
      return NULL;
    }
  log = calloc (1, sizeof *log);
  if (log == NULL)
    {
      error_errno (err, "log");
      return NULL;
    }
  strcpy (log->path, path);
  log->max_bytes = max_bytes;
  log->max_files = max_files < 1 ? 1 : max_files;
  if (file_open (log, 0) < 0)
    {
      error_errno (err, "open %s", path);
      free (log);
      return NULL;
    }
  return log;
}

static void
rotated_name (char *name, size_t size, const struct jsonlog *log, unsigned number)
{
  if (number == 0)
    snprintf (name, size, "%s", log->path);
  else
    snprintf (name, size, "%s.%u", log->path, number);
}

static void
rotate (struct jsonlog *log)
{
  char from[PATH_MAX + 12], to[PATH_MAX + 12];

  close (log->fd);
  for (unsigned number = log->max_files - 1; number > 0; number--)
    {
      rotated_name (from, sizeof from, log, number - 1);
      rotated_name (to, sizeof to, log, number);
      if (rename (from, to) < 0 && errno != ENOENT)
        break; /* the current file is begun anew below: the limit holds all the same */
    }
  if (log->max_files == 1)
    unlink (log->path); /* who still reads the old one goes on with it */
  log->rotations++;
  file_open (log, O_TRUNC);
}

/* False: nothing of it is in the file. */
static bool
append (struct jsonlog *log, const char *bytes, size_t length)
{
  ssize_t count;

  if (log->fd < 0 && file_open (log, 0) < 0)
    return false;
  do
    count = write (log->fd, bytes, length);
  while (count < 0 && errno == EINTR);
  if (count == (ssize_t) length)
    {
      log->size += length;
      return true;
    }
  /* Half a record would spoil the next one. */
  if (count > 0 && ftruncate (log->fd, (off_t) log->size) < 0)
    log->size += (uint64_t) count;
  return false;
}

/* RFC 3339 as Go prints it: no zeros at the end of the fraction. All lines of one read have the same time. */
static const char *
time_text (const struct timespec *time)
{
  static char text[64];
  static struct timespec known = { .tv_nsec = -1 };
  struct tm parts;
  size_t length;

  if (known.tv_sec == time->tv_sec && known.tv_nsec == time->tv_nsec)
    return text;
  known = *time;
  gmtime_r (&time->tv_sec, &parts);
  length = strftime (text, 32, "%Y-%m-%dT%H:%M:%S", &parts);
  if (time->tv_nsec != 0)
    {
      length += (size_t) sprintf (text + length, ".%09ld", (long) time->tv_nsec);
      while (text[length - 1] == '0')
        length--;
    }
  strcpy (text + length, "Z");
  return text;
}

static size_t
put_record (char *out, enum jsonlog_source source, const uint8_t *text, size_t length, const struct timespec *time)
{
  char *at = out;

  at = stpcpy (at, "{\"log\":");
  at += json_quote (at, text, length);
  at = stpcpy (at, source == JSONLOG_STDOUT ? ",\"stream\":\"stdout\",\"time\":\"" : ",\"stream\":\"stderr\",\"time\":\"");
  at = stpcpy (at, time_text (time));
  at = stpcpy (at, "\"}\n");
  return (size_t) (at - out);
}

static void
tell_lost (struct jsonlog *log)
{
  char text[96], record[512];
  struct timespec now;
  size_t length = (size_t) snprintf (text, sizeof text, "[%llu lines were not logged: no space left on device]\n",
                                     (unsigned long long) log->lost);

  clock_gettime (CLOCK_REALTIME, &now);
  if (append (log, record, put_record (record, JSONLOG_STDERR, (const uint8_t *) text, length, &now)))
    log->lost = 0;
}

static void
batch_flush (struct jsonlog *log)
{
  if (batch_length == 0)
    return;
  if (log->max_bytes != 0 && log->size >= log->max_bytes && log->fd >= 0)
    rotate (log);
  if (log->lost > 0)
    tell_lost (log);
  if (log->lost > 0 || !append (log, batch, batch_length))
    log->lost += batch_records;
  batch_length = 0;
  batch_records = 0;
}

static void
batch_add (struct jsonlog *log, enum jsonlog_source source, const uint8_t *text, size_t length,
           const struct timespec *time)
{
  size_t before = batch_length;

  batch_length += put_record (batch + batch_length, source, text, length, time);
  batch_records++;
  /* Rotation looks at the size between records, so a batch ends where a file is full. */
  if (batch_length > sizeof batch - RECORD_LIMIT
      || (log->max_bytes != 0 && log->size + batch_length >= log->max_bytes && batch_length > before))
    batch_flush (log);
}

void
jsonlog_write (struct jsonlog *log, enum jsonlog_source source, const uint8_t *bytes, size_t length)
{
  struct partial *partial = &log->partials[source];
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  while (length > 0)
    {
      size_t room = JSONLOG_LINE - partial->length;
      const uint8_t *newline = memchr (bytes, '\n', length < room ? length : room);
      size_t taken = newline != NULL ? (size_t) (newline - bytes) + 1 : length < room ? length : room;
      const uint8_t *text = bytes;
      size_t text_length = taken;

      bytes += taken;
      length -= taken;
      /* A whole line that needs no buffer, or the end of one. */
      if (partial->length > 0 || newline == NULL)
        {
          memcpy (partial->bytes + partial->length, text, taken);
          partial->length += taken;
          text = partial->bytes;
          text_length = partial->length;
        }
      if (newline == NULL && text_length < JSONLOG_LINE)
        break;
      if (!partial->continued)
        partial->began = now;
      batch_add (log, source, text, text_length, &partial->began);
      partial->continued = newline == NULL;
      partial->length = 0;
    }
  batch_flush (log);
}

void
jsonlog_finish (struct jsonlog *log)
{
  for (int source = 0; source < 2; source++)
    {
      struct partial *partial = &log->partials[source];

      if (partial->length == 0)
        continue;
      if (!partial->continued)
        clock_gettime (CLOCK_REALTIME, &partial->began);
      batch_add (log, (enum jsonlog_source) source, partial->bytes, partial->length, &partial->began);
      partial->length = 0;
    }
  batch_flush (log);
}

void
jsonlog_close (struct jsonlog *log)
{
  jsonlog_finish (log);
  if (log->fd >= 0)
    close (log->fd);
  free (log);
}
