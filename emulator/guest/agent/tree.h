/* Whole trees below a path, however deep. They never follow a symlink and never cross into another mount. */
#ifndef DRYDOCK_TREE_H
#define DRYDOCK_TREE_H

#include "error.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

enum
{
  TREE_WHOLE = UINT_MAX
};

/* Removes `name` in the directory, and with `recursive` what is below it. 1: as many entries as `budget` were removed and
 * there are more. */
int tree_remove_at (int dirfd, const char *name, bool recursive, unsigned budget, struct error *err);
int tree_remove (const char *path, bool recursive, struct error *err);
/* Allocated bytes, a hard-linked file once. */
int tree_usage (const char *path, uint64_t *bytes, struct error *err);
/* Names of a directory but . and .., sorted bytewise; a NULL-terminated vector, freed with names_free. */
char **tree_names (int dirfd, const char *name, struct error *err);
void names_free (char **names);

#define cleanup_names __attribute__ ((cleanup (cleanup_namesp)))
static inline void
cleanup_namesp (char ***names)
{
  names_free (*names);
}

#endif
