#include "exec_failure.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* The part of [from, end) behind the first `text`, or NULL. */
static const char *
behind (const char *from, const char *end, const char *text)
{
  const char *at = from == NULL ? NULL : memmem (from, (size_t) (end - from), text, strlen (text));

  return at == NULL ? NULL : at + strlen (text);
}

size_t
exec_failure_text (const uint8_t *bytes, size_t length, char *out, size_t size)
{
  static const char start[] = "{\"msg\":\"exec container process ";
  const char *line = (const char *) bytes;
  const char *end = line + length;
  const char *path, *reason, *reason_end;
  int count;

  if (length < sizeof start || memcmp (line, start, sizeof start - 1) != 0)
    return 0;
  path = behind (line, end, "`");
  reason = behind (path, end, "`: ");
  reason_end = behind (reason, end, "\",\"level\":\"error\"");
  if (reason_end == NULL)
    return 0;
  reason_end -= strlen ("\",\"level\":\"error\"");
  count = snprintf (out, size, "exec %.*s: %c%.*s%s", (int) (reason - strlen ("`: ") - path), path,
                    tolower ((unsigned char) reason[0]), (int) (reason_end - reason - 1), reason + 1,
                    end[-2] == '\r' ? "\r\n" : "\n");
  return count < 0 || (size_t) count >= size ? 0 : (size_t) count;
}
