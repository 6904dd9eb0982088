/* The guest agent: PID 1 of the machine. `agent --control FD` serves an open descriptor instead, for tests. */
#include "boot.h"
#include "link.h"
#include "loop.h"
#include "process.h"
#include "stream.h"
#include "verbs.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

static int
start (int control, struct error *err)
{
  if (loop_init (err) < 0 || process_init (err) < 0)
    return -1;
  stream_init ();
  spawn_init ();
  sockets_init ();
  return stub_init (err) < 0 ? -1 : link_open (control, err);
}

int
main (int argc, char **argv)
{
  struct error err = { 0 };
  bool booted = false;
  int control;

  if (argc == 3 && strcmp (argv[1], "--control") == 0)
    {
      control = atoi (argv[2]);
      /* Orphans come here, as they come to PID 1. */
      prctl (PR_SET_CHILD_SUBREAPER, 1);
    }
  else if (getpid () != 1)
    {
      fprintf (stderr, "usage: agent --control FD (without arguments it is PID 1 of the machine)\n");
      return 2;
    }
  else
    {
      control = boot ();
      booted = true;
    }
  if (start (control, &err) < 0)
    {
      fprintf (stderr, "agent: %s\n", err.message);
      return 1;
    }
  if (booted)
    boot_ready ();
  link_serve ();
  return 0;
}
