#include "loop.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>

enum
{
  BATCH = 32
};

/* Put in front of memory that waits to be freed. */
struct grave
{
  void *memory;
  struct grave *next;
};

static int epoll_fd = -1;
static struct watch *always_ready;
static struct grave *graves;
/* Watches of the batch under way; loop_remove clears its own. */
static struct epoll_event batch[BATCH];
static int batch_length;
static struct watch *next_served;

int
loop_init (struct error *err)
{
  epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  return epoll_fd < 0 ? error_errno (err, "epoll_create1") : 0;
}

int
loop_add (struct watch *watch, uint32_t events, struct error *err)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = watch };

  watch->events = 0;
  watch->always = watch->polled = false;
  if (epoll_ctl (epoll_fd, EPOLL_CTL_ADD, watch->fd, &event) == 0)
    {
      watch->polled = true;
      watch->events = EPOLLIN;
      loop_change (watch, events);
      return 0;
    }
  if (errno != EPERM)
    return error_errno (err, "epoll_ctl");
  watch->always = true;
  watch->events = events;
  watch->next_always = always_ready;
  always_ready = watch;
  return 0;
}

void
loop_change (struct watch *watch, uint32_t events)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };

  if (watch->fd < 0 || watch->events == events)
    return;
  watch->events = events;
  if (watch->always)
    return;
  if (events == 0)
    epoll_ctl (epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
  else
    epoll_ctl (epoll_fd, watch->polled ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, watch->fd, &event);
  watch->polled = events != 0;
}

void
loop_remove (struct watch *watch)
{
  if (watch->fd < 0)
    return;
  for (int i = 0; i < batch_length; i++)
    if (batch[i].data.ptr == watch)
      batch[i].data.ptr = NULL;
  if (watch->polled)
    epoll_ctl (epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
  if (watch->always)
    for (struct watch **link = &always_ready; *link != NULL; link = &(*link)->next_always)
      if (*link == watch)
        {
          if (next_served == watch)
            next_served = watch->next_always;
          *link = watch->next_always;
          break;
        }
  watch->events = 0;
  watch->polled = watch->always = false;
}

void
loop_free_later (void *memory)
{
  struct grave *grave;

  if (memory == NULL)
    return;
  grave = malloc (sizeof *grave);
  /* Without memory for the note the block leaks rather than being freed under somebody's feet. */
  if (grave == NULL)
    return;
  *grave = (struct grave){ .memory = memory, .next = graves };
  graves = grave;
}

static bool
serve_always (void)
{
  bool served = false;

  for (struct watch *watch = always_ready; watch != NULL; watch = next_served)
    {
      next_served = watch->next_always;
      if (watch->events == 0)
        continue;
      served = true;
      watch->ready (watch, watch->events);
    }
  next_served = NULL;
  return served;
}

void
loop_run (struct watch *only, void (*before_wait) (void))
{
  bool busy = false;

  if (only != NULL)
    {
      struct pollfd control = { .fd = only->fd, .events = POLLIN };

      before_wait ();
      if (poll (&control, 1, -1) > 0)
        only->ready (only, (uint32_t) control.revents);
    }
  else
    {
      for (struct watch *watch = always_ready; watch != NULL && !busy; watch = watch->next_always)
        busy = watch->events != 0;
      before_wait ();
      batch_length = epoll_wait (epoll_fd, batch, BATCH, busy ? 0 : -1);
      for (int i = 0; i < batch_length; i++)
        {
          struct watch *watch = batch[i].data.ptr;

          /* Quieted by a callback of this batch, perhaps. */
          if (watch != NULL && watch->events != 0)
            watch->ready (watch, batch[i].events);
        }
      batch_length = 0;
      if (busy)
        serve_always ();
    }
  while (graves != NULL)
    {
      struct grave *grave = graves;

      graves = grave->next;
      free (grave->memory);
      free (grave);
    }
}
