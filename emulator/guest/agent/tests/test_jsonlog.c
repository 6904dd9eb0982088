/* The json-file log: escaping, parts of long lines, rotation, a full disk. */
#include "jsonlog.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

static char directory[] = "/tmp/jsonlog-XXXXXX";
static char path[64];
static struct error err;

static void
quotes (const char *text, size_t length, const char *expected)
{
  char out[256];
  size_t count = json_quote (out, (const uint8_t *) text, length);

  out[count] = 0;
  if (strcmp (out, expected) != 0)
    {
      fprintf (stderr, "%s is not %s\n", out, expected);
      abort ();
    }
}

#define QUOTES(text, expected) quotes (text, sizeof (text) - 1, expected)

static void
test_quote (void)
{
  QUOTES ("", "\"\"");
  QUOTES ("hello\n", "\"hello\\n\"");
  QUOTES ("a\"b\\c\r\t\x01\x7f\0", "\"a\\\"b\\\\c\\r\\u0009\\u0001\x7f\\u0000\"");
  QUOTES ("<a&b>", "\"\\u003ca\\u0026b\\u003e\"");
  QUOTES ("\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xb3", "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xb3\"");
  QUOTES ("\xe2\x80\xa8|\xe2\x80\xa9|\xe2\x80\xaa", "\"\\u2028|\\u2029|\xe2\x80\xaa\"");
  /* Overlong, surrogate, beyond the range, lonely, cut off. */
  QUOTES ("\xc0\xaf", "\"\\ufffd\\ufffd\"");
  QUOTES ("\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"");
  QUOTES ("\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");
  QUOTES ("\x80x\xff", "\"\\ufffdx\\ufffd\"");
  QUOTES ("\xe2\x82", "\"\\ufffd\\ufffd\"");
}

static size_t
read_log (const char *name, char *text, size_t size)
{
  FILE *file = fopen (name, "r");
  size_t count;

  assert (file != NULL);
  count = fread (text, 1, size - 1, file);
  fclose (file);
  text[count] = 0;
  return count;
}

static struct jsonlog *
log_open (uint64_t max_bytes, unsigned max_files)
{
  struct jsonlog *log = jsonlog_open (path, max_bytes, max_files, &err);

  assert (log != NULL);
  return log;
}

static void
put (struct jsonlog *log, enum jsonlog_source source, const char *text)
{
  jsonlog_write (log, source, (const uint8_t *) text, strlen (text));
}

static void
test_lines (void)
{
  struct jsonlog *log = log_open (0, 1);
  static char text[200000];
  static char line[40001];

  put (log, JSONLOG_STDOUT, "one\ntw");
  put (log, JSONLOG_STDERR, "error\n");
  put (log, JSONLOG_STDOUT, "o\nlast");
  jsonlog_close (log);
  read_log (path, text, sizeof text);
  assert (strncmp (text, "{\"log\":\"one\\n\",\"stream\":\"stdout\",\"time\":\"20", 43) == 0);
  assert (strstr (text, "{\"log\":\"error\\n\",\"stream\":\"stderr\",") < strstr (text, "{\"log\":\"two\\n\","));
  assert (strstr (text, "{\"log\":\"last\",\"stream\":\"stdout\",") != NULL);
  assert (text[strlen (text) - 2] == '}' && text[strlen (text) - 4] == 'Z');
  unlink (path);

  /* Two whole parts, the rest, and one time for all of them. */
  log = log_open (0, 1);
  memset (line, 'x', 40000);
  put (log, JSONLOG_STDOUT, line);
  put (log, JSONLOG_STDOUT, "y\nz\n");
  jsonlog_close (log);
  read_log (path, text, sizeof text);
  {
    char *first = strstr (text, "xx\",\"stream\":\"stdout\",\"time\":");
    char *second = strstr (first + 1, "xx\",\"stream\":\"stdout\",\"time\":");
    char *third = strstr (text, "xy\\n\",\"stream\":\"stdout\",\"time\":");

    assert (first - text == 7 + 1 + JSONLOG_LINE - 2 && second != NULL && third > second);
    assert (strncmp (strstr (first, "time"), strstr (second, "time"), 36) == 0);
    assert (strncmp (strstr (first, "time"), strstr (third, "time"), 36) == 0);
  }
  unlink (path);

  /* A line that fills a part to its last byte leaves a newline of its own, as Docker does. */
  log = log_open (0, 1);
  line[JSONLOG_LINE] = 0;
  put (log, JSONLOG_STDOUT, line);
  put (log, JSONLOG_STDOUT, "\n");
  jsonlog_close (log);
  read_log (path, text, sizeof text);
  assert (strstr (text, "\n{\"log\":\"\\n\",") != NULL);
  unlink (path);
}

static void
test_rotation (void)
{
  struct jsonlog *log = log_open (1000, 3);
  char text[8192], name[80];
  uint64_t before = jsonlog_rotations (log);
  char line[64];

  for (int i = 0; i < 100; i++)
    {
      snprintf (line, sizeof line, "line %d\n", i);
      put (log, JSONLOG_STDOUT, line);
    }
  assert (jsonlog_rotations (log) > before + 3);
  jsonlog_close (log);
  read_log (path, text, sizeof text);
  assert (strstr (text, "\"line 99\\n\"") != NULL);
  snprintf (name, sizeof name, "%s.1", path);
  assert (read_log (name, text, sizeof text) < 1000 + 100 && strncmp (text, "{\"log\":\"line ", 13) == 0);
  unlink (name);
  snprintf (name, sizeof name, "%s.2", path);
  assert (read_log (name, text, sizeof text) >= 1000);
  unlink (name);
  snprintf (name, sizeof name, "%s.3", path);
  assert (access (name, F_OK) < 0);
  unlink (path);

  log = log_open (1000, 1);
  for (int i = 0; i < 100; i++)
    put (log, JSONLOG_STDOUT, "line\n");
  jsonlog_close (log);
  assert (read_log (path, text, sizeof text) < 1000 + 100);
  snprintf (name, sizeof name, "%s.1", path);
  assert (access (name, F_OK) < 0);
  unlink (path);
}

/* Nothing waits, nothing is cut in half, and what is missing is told. */
static void
test_full_disk (void)
{
  static char text[200000];
  char filler[64];
  struct jsonlog *log;
  int fd;

  if (geteuid () != 0 || unshare (CLONE_NEWNS) < 0)
    {
      puts ("test_jsonlog: the full disk is skipped, it needs root");
      return;
    }
  assert (mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
  assert (mount ("tmpfs", directory, "tmpfs", 0, "size=64k") == 0);
  log = log_open (0, 1);
  put (log, JSONLOG_STDOUT, "before\n");
  snprintf (filler, sizeof filler, "%s/filler", directory);
  fd = open (filler, O_WRONLY | O_CREAT, 0600);
  while (write (fd, text, 4096) > 0)
    ;
  close (fd);
  for (int i = 0; i < 200; i++)
    put (log, JSONLOG_STDOUT, "during during during during during during\n");
  unlink (filler);
  put (log, JSONLOG_STDOUT, "after\n");
  jsonlog_close (log);
  read_log (path, text, sizeof text);
  assert (strstr (text, " lines were not logged: no space left on device]\\n\",\"stream\":\"stderr\",") != NULL);
  assert (strstr (text, "{\"log\":\"after\\n\",") != NULL);
  for (char *line = text, *end; *line != 0; line = end + 1)
    {
      end = strchr (line, '\n');
      assert (end != NULL && strncmp (line, "{\"log\":\"", 8) == 0 && strncmp (end - 3, "Z\"}", 3) == 0);
    }
  assert (umount (directory) == 0);
}

int
main (void)
{
  assert (mkdtemp (directory) != NULL);
  snprintf (path, sizeof path, "%s/c-json.log", directory);
  test_quote ();
  test_lines ();
  test_rotation ();
  assert (jsonlog_open ("/nonexistent/log", 0, 1, &err) == NULL && err.status == ENOENT);
  test_full_disk ();
  rmdir (directory);
  puts ("test_jsonlog: ok");
  return 0;
}
