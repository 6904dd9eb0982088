#include "timer.h"

#include <stddef.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

void
timer_stop (struct timer *timer)
{
  if (!timer->running)
    return;
  timer->running = false;
  loop_remove (&timer->watch);
  close (timer->watch.fd);
  timer->watch.fd = -1;
}

static void
expired (struct watch *watch, uint32_t events)
{
  struct timer *timer = (struct timer *) ((char *) watch - offsetof (struct timer, watch));

  (void) events;
  timer_stop (timer);
  timer->fired (timer);
}

int
timer_start (struct timer *timer, unsigned milliseconds, void (*fired) (struct timer *timer), struct error *err)
{
  struct itimerspec when = { .it_value = { .tv_sec = milliseconds / 1000,
                                           .tv_nsec = (long) (milliseconds % 1000) * 1000000 } };
  cleanup_close int fd = -1;

  timer_stop (timer);
  fd = timerfd_create (CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (fd < 0 || timerfd_settime (fd, 0, &when, NULL) < 0)
    return error_errno (err, "timer");
  timer->watch = (struct watch){ .fd = fd, .ready = expired };
  timer->fired = fired;
  if (loop_add (&timer->watch, EPOLLIN, err) < 0)
    return -1;
  timer->running = true;
  take_fd (&fd);
  return 0;
}
