/* REFRESH: what a machine that slept must be told before it goes on. */
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

enum
{
  ENTROPY_MAX = 512
};

static int
add_entropy (const uint8_t *bytes, size_t length, struct error *err)
{
  cleanup_close int fd = open ("/dev/urandom", O_RDWR | O_CLOEXEC);
  union
  {
    struct rand_pool_info info;
    uint8_t space[sizeof (struct rand_pool_info) + ENTROPY_MAX];
  } pool;

  if (length > ENTROPY_MAX)
    return error_set (err, EINVAL, "%zu bytes of entropy", length);
  if (fd < 0)
    return error_errno (err, "open /dev/urandom");
  pool.info.entropy_count = (int) length * 8;
  pool.info.buf_size = (int) length;
  memcpy (pool.info.buf, bytes, length);
  if (ioctl (fd, RNDADDENTROPY, &pool.info) < 0)
    return error_errno (err, "RNDADDENTROPY");
  return ioctl (fd, RNDRESEEDCRNG) < 0 ? error_errno (err, "RNDRESEEDCRNG") : 0;
}

int
verb_refresh (struct call *call, struct error *err)
{
  uint64_t now = read_u64 (&call->in);
  size_t length;
  const uint8_t *entropy = read_bytes (&call->in, &length);
  struct timespec time = { .tv_sec = (time_t) (now / 1000000), .tv_nsec = (long) (now % 1000000) * 1000 };

  if (reader_finish (&call->in, err) < 0)
    return -1;
  if (now != 0 && clock_settime (CLOCK_REALTIME, &time) < 0)
    return error_errno (err, "clock_settime");
  return length == 0 ? 0 : add_entropy (entropy, length, err);
}
