#include "verbs.h"
int
verb_observe (struct call *call, struct error *err)
{
  (void) call;
  return error_set (err, 38, "observe");
}
