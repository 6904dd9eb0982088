/* Fields: what is malformed is refused, and nothing is read beyond the payload. */
#include "check.h"
#include "fields.h"
#include "protocol.h"

#include <errno.h>

static struct reader
reads (const char *bytes, size_t length)
{
  /* A copy of its exact size, so that one byte too far is noticed. */
  static uint8_t *copy;

  free (copy);
  copy = NULL;
  if (bytes == NULL)
    return reader_of (NULL, 0);
  copy = malloc (length + (length == 0));
  CHECK (copy != NULL);
  memcpy (copy, bytes, length);
  return reader_of (copy, length);
}

static void
test_malformed (void)
{
  struct reader in = reads ("\1\0\0\0", 4);
  size_t count;

  CHECK (read_bool (&in) && reader_finish (&in, &err) == 0);
  in = reads ("\2\0\0\0", 4);
  CHECK (!read_bool (&in));
  FAILS (reader_finish (&in, &err), EBADMSG);
  in = reads ("\1\0\0\0\0", 5);
  read_u32 (&in);
  FAILS (reader_finish (&in, &err), EBADMSG);
  in = reads ("\1\0\0", 3);
  CHECK (read_u32 (&in) == 0 && read_u64 (&in) == 0 && read_text (&in)[0] == 0);
  FAILS (reader_finish (&in, &err), EBADMSG);
  in = reads ("\2\0\0\0AB", 6); /* no NUL */
  CHECK (read_text (&in)[0] == 0 && in.bad);
  in = reads ("\2\0\0\0A\0\0", 7); /* a NUL inside */
  CHECK (read_text (&in)[0] == 0 && in.bad);
  in = reads ("\2\0\0\0ABC", 7); /* something else in its place */
  CHECK (read_text (&in)[0] == 0 && in.bad);
  in = reads ("\xff\xff\xff\xff", 4);
  CHECK (read_text (&in)[0] == 0 && in.bad);
  in = reads ("\xff\xff\xff\xff", 4);
  CHECK (read_bytes (&in, &count) == NULL && count == 0 && in.bad);
  in = reads ("\xff\xff\xff\xff\0\0\0\0\0", 9);
  CHECK (read_texts (&in, &count) == NULL && count == 0 && in.bad);
  in = reads ("\2\0\0\0\0\0\0\0\0\1\0\0\0A", 14); /* the second one is cut */
  CHECK (read_texts (&in, &count) == NULL && count == 0 && in.bad);
}

/* Any order of reads on any bytes ends, inside them, and stays bad once it is. */
static void
test_noise (void)
{
  uint64_t state = 2;

  for (int round = 0; round < 20000; round++)
    {
      char bytes[64];
      size_t length = random_next (&state) % sizeof bytes, count;
      struct reader in;

      for (size_t i = 0; i < length; i++)
        bytes[i] = (char) (random_next (&state) % 4 ? random_next (&state) % 8 : random_next (&state));
      in = reads (bytes, length);
      for (int i = 0; i < 12; i++)
        {
          bool was_bad = in.bad;

          switch (random_next (&state) % 6)
            {
            case 0:
              read_u32 (&in);
              break;
            case 1:
              read_u64 (&in);
              break;
            case 2:
              read_bool (&in);
              break;
            case 3:
              CHECK (strlen (read_text (&in)) <= length);
              break;
            case 4:
              read_bytes (&in, &count);
              CHECK (count <= length);
              break;
            case 5:
              free (read_texts (&in, &count));
              break;
            }
          CHECK (in.at <= in.end && (in.bad || !was_bad));
        }
    }
}

static void
test_writer (void)
{
  struct writer out = { 0 };
  static uint8_t block[65536];
  struct reader in;

  write_u32 (&out, 0);
  write_text (&out, "x");
  write_u64 (&out, 0x0102030405060708);
  write_i32 (&out, -2);
  writer_patch_u32 (&out, 0, 7);
  writer_patch_u32 (&out, out.length - 3, 9); /* beyond the end: nothing */
  in = reader_of (out.bytes, out.length);
  CHECK (read_u32 (&in) == 7 && strcmp (read_text (&in), "x") == 0);
  CHECK (read_u64 (&in) == 0x0102030405060708 && read_i32 (&in) == -2 && reader_finish (&in, &err) == 0);
  writer_free (&out);
  for (int i = 0; i < REPLY_LIMIT / 65536; i++)
    write_raw (&out, block, sizeof block);
  CHECK (!out.bad && out.length == REPLY_LIMIT);
  write_raw (&out, block, 1);
  CHECK (out.bad && out.length == REPLY_LIMIT);
  write_text (&out, "");
  writer_patch_u32 (&out, 0, 1);
  CHECK (out.bad);
  writer_free (&out);
  CHECK (!out.bad && out.bytes == NULL);
  write_bytes (&out, block, (size_t) REPLY_LIMIT + 1);
  CHECK (out.bad);
  writer_free (&out);
}

int
main (void)
{
  test_malformed ();
  test_noise ();
  test_writer ();
  reads (NULL, 0);
  puts ("test_fields: ok");
  return 0;
}
