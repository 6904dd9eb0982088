/* Paths bounded by a root: every component, and every symlink on the way, is resolved as if `root` were /. "" and "/" are
 * the guest's own root. */
#ifndef DRYDOCK_PATH_H
#define DRYDOCK_PATH_H

#include "error.h"

#include <sys/types.h>

/* As openat(2), O_CLOEXEC added. */
int path_open (const char *root, const char *path, int flags, mode_t mode, struct error *err);
/* The folder that holds `path`, and its last name (pointing into path); EINVAL when that is none: "/", "." and "..". */
int path_parent (const char *root, const char *path, const char **name, size_t *length, struct error *err);

#endif
