/* The golden frames of emulator/protocol/testdata, the decoder wherever the stream is cut, and what it makes of noise. */
#include "check.h"
#include "fields.h"
#include "frame.h"

#include <ctype.h>
#include <errno.h>

static uint8_t golden[4096];
static size_t golden_length;

static void
load (const char *name)
{
  char path[256];
  FILE *file;
  int c, digits = 0;
  unsigned value = 0;

  snprintf (path, sizeof path, "../../protocol/testdata/%s.hex", name);
  file = fopen (path, "r");
  CHECK (file != NULL);
  golden_length = 0;
  while ((c = fgetc (file)) != EOF)
    {
      if (c == '#')
        while (c != '\n')
          c = fgetc (file);
      if (!isxdigit (c))
        continue;
      value = value << 4 | (unsigned) (isdigit (c) ? c - '0' : c - 'a' + 10);
      if (++digits % 2 == 0)
        golden[golden_length++] = (uint8_t) value;
    }
  fclose (file);
}

static struct decoder decoder;

static void
feed (const uint8_t *bytes, size_t length)
{
  size_t room;
  uint8_t *space = decoder_space (&decoder, &room);

  CHECK (room >= length);
  memcpy (space, bytes, length);
  decoder_filled (&decoder, length);
}

/* The golden frame, decoded; its payload is a reader. */
static struct reader
expect (const char *name, uint16_t type, uint32_t id)
{
  struct frame frame;

  load (name);
  decoder = (struct decoder){ 0 };
  feed (golden, golden_length);
  CHECK (decoder_next (&decoder, &frame));
  CHECK (frame.type == type && frame.epoch == 0x01020304 && frame.id == id);
  CHECK (frame.length == golden_length - HEADER_LENGTH);
  return reader_of (frame.payload, frame.length);
}

/* What the agent writes is the golden frame, byte for byte. */
static void
writes (const char *name, uint16_t type, uint32_t id, struct writer *out)
{
  uint8_t header[HEADER_LENGTH];

  load (name);
  frame_header (header, type, 0x01020304, id, (uint32_t) out->length);
  CHECK (!out->bad && golden_length == HEADER_LENGTH + out->length);
  CHECK (memcmp (golden, header, HEADER_LENGTH) == 0);
  CHECK (out->length == 0 || memcmp (golden + HEADER_LENGTH, out->bytes, out->length) == 0);
  writer_free (out);
}

#define DONE(reader) CHECK (reader_finish (&(reader), &err) == 0)

static void
test_requests (void)
{
  struct reader in = expect ("hello-request", VERB_HELLO, 1);
  size_t count, length;
  const char **texts;
  const uint8_t *bytes;

  CHECK (read_u32 (&in) == PROTOCOL_VERSION && read_bool (&in));
  DONE (in);
  in = expect ("barrier-request", VERB_BARRIER, 2);
  CHECK (!read_bool (&in));
  DONE (in);

  in = expect ("spawn-request", VERB_SPAWN, 7);
  texts = read_texts (&in, &count);
  CHECK (count == 3 && strcmp (texts[0], "sh") == 0 && strcmp (texts[2], "echo gr\xc3\xb6\xc3\x9f" "er") == 0
         && texts[3] == NULL);
  free (texts);
  texts = read_texts (&in, &count);
  CHECK (count == 2 && strcmp (texts[0], "PATH=/bin") == 0 && texts[1][0] == 0);
  free (texts);
  CHECK (strcmp (read_text (&in), "/") == 0 && strcmp (read_text (&in), "lab") == 0 && read_text (&in)[0] == 0);
  CHECK (read_i32 (&in) == -1 && read_i32 (&in) == 1000);
  CHECK (read_u32 (&in) == 1 && read_u32 (&in) == 0 && read_u32 (&in) == 0);
  CHECK (read_u32 (&in) == 0 && read_u32 (&in) == 9 && read_u32 (&in) == 11);
  DONE (in);

  in = expect ("create-request", VERB_CREATE, 8);
  CHECK (strcmp (read_text (&in), "/var/lib/docker/overlay2") == 0 && read_u32 (&in) == 3);
  CHECK (read_u32 (&in) == 0 && strcmp (read_text (&in), "a") == 0 && read_u32 (&in) == 0755);
  CHECK (read_i32 (&in) == -1 && read_i32 (&in) == -1 && read_bytes (&in, &length) != NULL && length == 0);
  CHECK (read_text (&in)[0] == 0);
  CHECK (read_u32 (&in) == 1 && strcmp (read_text (&in), "a/link") == 0 && read_u32 (&in) == 0644);
  CHECK (read_i32 (&in) == 0 && read_i32 (&in) == 0);
  bytes = read_bytes (&in, &length);
  CHECK (length == 3 && memcmp (bytes, "\0\xff\n", 3) == 0 && read_text (&in)[0] == 0);
  CHECK (read_u32 (&in) == 2 && strcmp (read_text (&in), "l/X") == 0 && read_u32 (&in) == 0);
  CHECK (read_i32 (&in) == -1 && read_i32 (&in) == -1 && read_bytes (&in, &length) != NULL && length == 0);
  CHECK (strcmp (read_text (&in), "../a/diff") == 0);
  DONE (in);

  in = expect ("credit", FRAME_CREDIT, 9);
  CHECK (read_u32 (&in) == 65536);
  DONE (in);
  in = expect ("stop", FRAME_STOP, 9);
  CHECK (read_i32 (&in) == EPIPE);
  DONE (in);
  in = expect ("end", FRAME_END, 9);
  DONE (in);
  in = expect ("data", FRAME_DATA, 9);
  CHECK (in.end - in.at == 6 && memcmp (in.at, "\xd7\x01\0\n\r\xff", 6) == 0);
}

static void
test_replies (void)
{
  struct writer out = { 0 };
  static const char *const args[] = { "run", "--rm", "busybox" };

  write_u32 (&out, PROTOCOL_VERSION);
  write_text (&out, "6.1.140");
  write_text (&out, "4b1cfd1c-8d8e-4d37-9d2a-7d1e1f7a3c55");
  write_u64 (&out, 130023424);
  writes ("hello-reply", FRAME_REPLY, 1, &out);
  writes ("barrier-reply", FRAME_REPLY, 2, &out);
  write_bool (&out, true);
  write_u32 (&out, 0120777);
  write_u32 (&out, 0);
  write_u32 (&out, UINT32_MAX);
  write_u64 (&out, ((uint64_t) 1 << 53) - 1);
  write_u64 (&out, 1700000000123);
  write_u64 (&out, 0x0103);
  write_text (&out, "../busybox");
  writes ("stat-reply", FRAME_REPLY, 0xfffffffe, &out);
  write_i32 (&out, ENOENT);
  write_text (&out, "open /x: No such file or directory");
  writes ("failure", FRAME_FAILURE, 7, &out);
  write_u32 (&out, 42);
  write_u32 (&out, 137);
  write_u32 (&out, 9);
  writes ("exit-event", EVENT_EXIT, 0, &out);
  write_u32 (&out, 3);
  write_u32 (&out, 3);
  for (int i = 0; i < 3; i++)
    write_text (&out, args[i]);
  write_u32 (&out, 0);
  write_text (&out, "/root");
  for (uint32_t i = 0; i < 9; i++)
    write_u32 (&out, (const uint32_t[]){ 77, 0, 7, 80, 24, 0, 2, 4, 6 }[i]);
  writes ("stub-event", EVENT_STUB, 0, &out);
  write_i32 (&out, ECONNRESET);
  writes ("reset", FRAME_RESET, 9, &out);
}

static void
test_cuts (void)
{
  struct frame frame;
  unsigned frames = 0;

  /* A byte at a time, three frames in a row. */
  decoder = (struct decoder){ 0 };
  load ("spawn-request");
  for (int round = 0; round < 3; round++)
    for (size_t i = 0; i < golden_length; i++)
      {
        feed (golden + i, 1);
        while (decoder_next (&decoder, &frame))
          {
            CHECK (i == golden_length - 1 && frame.id == 7 && frame.length == golden_length - HEADER_LENGTH);
            CHECK (memcmp (frame.payload, golden + HEADER_LENGTH, frame.length) == 0);
            frames++;
          }
      }
  CHECK (frames == 3);
}

static void
test_longest (void)
{
  static uint8_t frame_bytes[HEADER_LENGTH + PAYLOAD_LIMIT];
  struct frame frame;
  size_t room;

  decoder = (struct decoder){ 0 };
  frame_header (frame_bytes, FRAME_DATA, 1, 3, PAYLOAD_LIMIT);
  for (int round = 0; round < 2; round++)
    {
      feed (frame_bytes, sizeof frame_bytes);
      CHECK (decoder_next (&decoder, &frame) && frame.length == PAYLOAD_LIMIT);
      CHECK (!decoder_next (&decoder, &frame));
      decoder_space (&decoder, &room);
      CHECK (room == sizeof frame_bytes);
    }
}

/* After something that is no frame, all is skipped up to the next HELLO. */
static void
test_lost (void)
{
  struct frame frame;
  uint8_t bad[HEADER_LENGTH];

  decoder = (struct decoder){ 0 };
  frame_header (bad, VERB_SPAWN, 1, 1, PAYLOAD_LIMIT + 1);
  feed (bad, sizeof bad);
  CHECK (!decoder_next (&decoder, &frame) && decoder.lost);
  load ("spawn-request");
  feed (golden, golden_length);
  CHECK (!decoder_next (&decoder, &frame));
  load ("hello-request");
  feed (golden, golden_length);
  CHECK (decoder_next (&decoder, &frame) && frame.type == VERB_HELLO && frame.id == 1 && !decoder.lost);
  load ("spawn-request");
  feed (golden, golden_length);
  CHECK (decoder_next (&decoder, &frame) && frame.type == VERB_SPAWN);
}

/* Golden frames with damage in them, in pieces: every frame that comes out is within the buffer, there is always room for
 * more, and a HELLO in the end is always heard once the damage before it has been passed. */
static void
test_noise (void)
{
  static const char *const names[] = { "spawn-request", "create-request", "data", "credit", "hello-request", "end" };
  static uint8_t zeros[PAYLOAD_LIMIT];
  uint64_t state = 1;

  for (int round = 0; round < 3000; round++)
    {
      struct frame frame;
      bool heard = false;

      decoder = (struct decoder){ 0 };
      for (int i = 0; i < 4; i++)
        {
          load (names[random_next (&state) % 6]);
          for (uint32_t damage = random_next (&state) % 3; damage > 0; damage--)
            golden[random_next (&state) % golden_length] = (uint8_t) random_next (&state);
          for (size_t at = 0; at < golden_length;)
            {
              size_t part = 1 + random_next (&state) % (golden_length - at);
              size_t room;

              feed (golden + at, part);
              at += part;
              while (decoder_next (&decoder, &frame))
                {
                  CHECK (frame.length <= PAYLOAD_LIMIT && frame.payload >= decoder.bytes);
                  CHECK (frame.payload + frame.length <= decoder.bytes + decoder.end);
                }
              decoder_space (&decoder, &room);
              CHECK (room > 0);
            }
        }
      /* The longest payload that a damaged header can have announced. */
      feed (zeros, decoder.end - decoder.start < HEADER_LENGTH ? HEADER_LENGTH : 0);
      while (decoder_next (&decoder, &frame))
        ;
      for (size_t room; decoder.end > decoder.start && !decoder.lost;)
        {
          decoder_space (&decoder, &room);
          feed (zeros, room);
          while (decoder_next (&decoder, &frame))
            ;
        }
      load ("hello-request");
      feed (golden, golden_length);
      while (decoder_next (&decoder, &frame))
        heard = frame.type == VERB_HELLO && frame.epoch == 0x01020304;
      CHECK (heard);
    }
}

int
main (void)
{
  test_requests ();
  test_replies ();
  test_cuts ();
  test_longest ();
  test_lost ();
  test_noise ();
  puts ("test_frame: ok");
  return 0;
}
