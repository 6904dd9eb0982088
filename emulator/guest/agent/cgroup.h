/* cgroup v2 files. `group` is a path below /sys/fs/cgroup, as config.json has it: `/docker/ID`. */
#ifndef DRYDOCK_CGROUP_H
#define DRYDOCK_CGROUP_H

#include "error.h"
#include "fields.h"

#include <stdbool.h>

/* EINVAL unless it is a path that stays below /sys/fs/cgroup. */
int cgroup_check (const char *group, struct error *err);
int cgroup_write (const char *group, const char *file, const char *value, struct error *err);
/* The file as text; false when it is not there, or longer than `size`. */
bool cgroup_read (const char *group, const char *file, char *text, size_t size);
/* The number behind `key` in a file of `key number` lines; 0 when it is not there. */
unsigned long long cgroup_number (const char *group, const char *file, const char *key);
/* Ends every process in it and below. */
void cgroup_kill (const char *group);
/* Removes it and the groups below it. EBUSY while there are processes. ENOENT is no failure. */
int cgroup_remove (const char *group, struct error *err);
/* Appends the PIDs in it and below as u32, and returns how many. */
uint32_t cgroup_processes (const char *group, struct writer *out);

#endif
