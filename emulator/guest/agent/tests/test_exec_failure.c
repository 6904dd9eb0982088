/* crun's last word in a container, as runc says it. */
#include "exec_failure.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In memory of exactly its length, so that the sanitizer sees a read beyond it. */
static void
expect (const char *line, const char *expected)
{
  size_t length = strlen (line);
  uint8_t *bytes = malloc (length);
  char out[128];
  size_t count;

  memcpy (bytes, line, length);
  count = exec_failure_text (bytes, length, out, sizeof out);
  free (bytes);
  if (count != strlen (expected) || memcmp (out, expected, count) != 0)
    {
      fprintf (stderr, "%s: %.*s\n", line, (int) count, out);
      abort ();
    }
}

int
main (void)
{
  expect ("{\"msg\":\"exec container process `/bin/x`: Exec format error\",\"level\":\"error\",\"time\":\"2026\"}\n",
          "exec /bin/x: exec format error\n");
  expect ("{\"msg\":\"exec container process (missing dynamic library?) `/bin/y z`: No such file or directory\","
          "\"level\":\"error\",\"time\":\"2026\"}\r\n",
          "exec /bin/y z: no such file or directory\r\n");
  expect ("", "");
  expect ("{\"msg\":\"exec container process ", "");
  expect ("{\"msg\":\"exec container process `/bin/x", "");
  expect ("{\"msg\":\"exec container process `/bin/x`: Exec", "");
  expect ("{\"msg\":\"exec container process `/bin/x`: \",\"level\":\"warning\"}", "");
  expect ("{\"msg\":\"something else\",\"level\":\"error\"}\n", "");
  expect ("hello\n", "");
  puts ("test_exec_failure: ok");
  return 0;
}
