/* The error convention (see README.md): fallible functions take `struct error *err` last, return 0 or a negative
 * number, and have filled err when negative. */
#ifndef DRYDOCK_ERROR_H
#define DRYDOCK_ERROR_H

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

struct error
{
  int status; /* an errno value, never 0 */
  char message[480];
};

#define PRINTF_LIKE(position, first) __attribute__ ((format (printf, position, first)))

/* Both return -1. error_errno appends strerror (errno). */
int error_set (struct error *err, int status, const char *format, ...) PRINTF_LIKE (3, 4);
int error_errno (struct error *err, const char *format, ...) PRINTF_LIKE (2, 3);

static inline void
cleanup_freep (void *p)
{
  free (*(void **) p);
}

static inline void
cleanup_closep (int *fd)
{
  if (*fd >= 0)
    close (*fd);
}

static inline void
cleanup_closedirp (DIR **dir)
{
  if (*dir != NULL)
    closedir (*dir);
}

#define cleanup_free __attribute__ ((cleanup (cleanup_freep)))
#define cleanup_close __attribute__ ((cleanup (cleanup_closep)))
#define cleanup_dir __attribute__ ((cleanup (cleanup_closedirp)))

/* Gives a resource to the caller past its cleanup attribute. */
static inline int
take_fd (int *fd)
{
  int taken = *fd;
  *fd = -1;
  return taken;
}

static inline void *
take_pointer (void *pointer_to_pointer)
{
  void **p = pointer_to_pointer;
  void *taken = *p;
  *p = NULL;
  return taken;
}

#endif
