#include "jsonlog.h"

#include <string.h>

/* Length of the valid UTF-8 sequence at `text`, or 0. */
static size_t
sequence_length (const uint8_t *text, size_t left)
{
  uint8_t first = text[0];
  uint8_t low = 0x80, high = 0xbf;
  size_t length;

  if (first >= 0xc2 && first <= 0xdf)
    length = 2;
  else if (first >= 0xe0 && first <= 0xef)
    {
      length = 3;
      if (first == 0xe0)
        low = 0xa0; /* overlong */
      if (first == 0xed)
        high = 0x9f; /* surrogates */
    }
  else if (first >= 0xf0 && first <= 0xf4)
    {
      length = 4;
      if (first == 0xf0)
        low = 0x90;
      if (first == 0xf4)
        high = 0x8f; /* beyond U+10FFFF */
    }
  else
    return 0;
  if (left < length || text[1] < low || text[1] > high)
    return 0;
  for (size_t i = 2; i < length; i++)
    if ((text[i] & 0xc0) != 0x80)
      return 0;
  return length;
}

static bool
is_line_separator (const uint8_t *text)
{
  return text[0] == 0xe2 && text[1] == 0x80 && (text[2] & 0xfe) == 0xa8;
}

static char *
put (char *out, const char *text)
{
  size_t length = strlen (text);

  memcpy (out, text, length);
  return out + length;
}

static char *
quote_ascii (char *out, uint8_t byte)
{
  static const char digits[] = "0123456789abcdef";

  switch (byte)
    {
    case '"':
      return put (out, "\\\"");
    case '\\':
      return put (out, "\\\\");
    case '\n':
      return put (out, "\\n");
    case '\r':
      return put (out, "\\r");
    default:
      out = put (out, "\\u00");
      *out++ = digits[byte >> 4];
      *out++ = digits[byte & 15];
      return out;
    }
}

/* Bytes that stand for themselves: nearly all there are, so looking them up is what counts. */
static const bool *
plain_bytes (void)
{
  static bool plain[256];

  if (!plain[' '])
    for (int byte = 0x20; byte < 0x80; byte++)
      plain[byte] = strchr ("\"\\<>&", byte) == NULL;
  return plain;
}

size_t
json_quote (char *out, const uint8_t *text, size_t length)
{
  const bool *plain = plain_bytes ();
  char *at = out;
  size_t i = 0;

  *at++ = '"';
  while (i < length)
    {
      size_t start = i;
      size_t sequence;

      while (i < length && plain[text[i]])
        i++;
      memcpy (at, text + start, i - start);
      at += i - start;
      if (i == length)
        break;
      if (text[i] < 0x80)
        {
          at = quote_ascii (at, text[i++]);
          continue;
        }
      sequence = sequence_length (text + i, length - i);
      if (sequence == 0)
        {
          at = put (at, "\\ufffd");
          i++;
        }
      else if (sequence == 3 && is_line_separator (text + i))
        {
          at = put (at, text[i + 2] == 0xa8 ? "\\u2028" : "\\u2029");
          i += 3;
        }
      else
        {
          memcpy (at, text + i, sequence);
          at += sequence;
          i += sequence;
        }
    }
  *at++ = '"';
  return (size_t) (at - out);
}
