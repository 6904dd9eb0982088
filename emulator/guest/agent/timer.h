/* A one-shot timer on the loop. */
#ifndef DRYDOCK_TIMER_H
#define DRYDOCK_TIMER_H

#include "loop.h"

struct timer
{
  struct watch watch;
  void (*fired) (struct timer *timer);
  bool running;
};

/* A timer that runs already starts anew. `timer` must stay where it is until it has fired or is stopped. */
int timer_start (struct timer *timer, unsigned milliseconds, void (*fired) (struct timer *timer), struct error *err);
/* Nothing happens when it does not run. */
void timer_stop (struct timer *timer);

#endif
