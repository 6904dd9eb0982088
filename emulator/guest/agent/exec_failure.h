/* The kernel refuses a command (a wrong architecture, an interpreter that is missing) only when the container runs
 * already. crun then writes a line of its log to the container's stderr, where users of Docker expect runc's words. */
#ifndef DRYDOCK_EXEC_FAILURE_H
#define DRYDOCK_EXEC_FAILURE_H

#include <stddef.h>
#include <stdint.h>

/* Writes `exec PATH: reason` when `bytes`, the first that a process wrote, are such a line, and returns its length; 0 for
 * anything else. */
size_t exec_failure_text (const uint8_t *bytes, size_t length, char *out, size_t size);

#endif
