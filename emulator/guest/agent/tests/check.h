/* What every test needs: checks that say where they failed, and a directory of its own. */
#ifndef DRYDOCK_TESTS_CHECK_H
#define DRYDOCK_TESTS_CHECK_H

#include "error.h"
#include "tree.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct error err;

#define CHECK(condition)                                                                                              \
  do                                                                                                                  \
    if (!(condition))                                                                                                 \
      {                                                                                                               \
        fprintf (stderr, "%s:%d: %s (%s)\n", __FILE__, __LINE__, #condition, err.message);                            \
        abort ();                                                                                                     \
      }                                                                                                               \
  while (0)

/* A call that must fail with this errno. */
#define FAILS(call, expected)                                                                                         \
  do                                                                                                                  \
    {                                                                                                                 \
      err = (struct error){ 0 };                                                                                      \
      CHECK ((call) < 0);                                                                                             \
      if (err.status != (expected))                                                                                   \
        fprintf (stderr, "status %d, not %d\n", err.status, (expected));                                              \
      CHECK (err.status == (expected));                                                                               \
    }                                                                                                                 \
  while (0)

/* The same numbers in every run. */
static inline uint32_t
random_next (uint64_t *state)
{
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t) (*state >> 33);
}

/* Enters a new directory; left and removed by scratch_leave. */
static char scratch[] = "/tmp/agent-test-XXXXXX";

static inline void
scratch_enter (void)
{
  CHECK (mkdtemp (scratch) != NULL && chdir (scratch) == 0);
}

static inline void
scratch_leave (void)
{
  CHECK (chdir ("/") == 0 && tree_remove (scratch, true, &err) == 0);
}

#endif
