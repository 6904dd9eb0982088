/* One thread, one epoll. A watch is one descriptor with one callback; it is owned by whoever embeds it. */
#ifndef DRYDOCK_LOOP_H
#define DRYDOCK_LOOP_H

#include "error.h"

#include <stdbool.h>
#include <stdint.h>

struct watch
{
  int fd;          /* -1 while unused; the loop never closes it */
  uint32_t events; /* EPOLLIN, EPOLLOUT; 0 is quiet */
  bool always;     /* a regular file: epoll does not take it, it is always ready */
  bool polled;     /* known to epoll; a quiet watch is not, since a hang-up is reported to those that are */
  void (*ready) (struct watch *watch, uint32_t events);
  struct watch *next_always;
};

int loop_init (struct error *err);
/* watch->fd and watch->ready are set by the caller. */
int loop_add (struct watch *watch, uint32_t events, struct error *err);
void loop_change (struct watch *watch, uint32_t events);
/* Before the descriptor is closed. The callback is not called any more. */
void loop_remove (struct watch *watch);
/* Frees memory that the events under way may still point to, after them. */
void loop_free_later (void *memory);
/* Runs `before_wait` and one round of events. `only`, when not NULL, is the one watch that is served. */
void loop_run (struct watch *only, void (*before_wait) (void));

#endif
