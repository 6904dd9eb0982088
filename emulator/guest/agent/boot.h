/* What PID 1 does before it serves: mounts, cgroups, limits. */
#ifndef DRYDOCK_BOOT_H
#define DRYDOCK_BOOT_H

/* Returns the open control port. Does not return when the machine cannot be used; says so on the serial console. */
int boot (void);
/* The one line on the serial console. */
void boot_ready (void);

#endif
