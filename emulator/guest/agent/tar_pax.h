/* Extended records of pax: "LENGTH KEY=VALUE\n", into what is known of the next entry. */
#ifndef DRYDOCK_TAR_PAX_H
#define DRYDOCK_TAR_PAX_H

#include "tar_read.h"

enum
{
  TAR_PAX_MAX = 1 << 20
};

/* `bytes` is written to, and has room for a NUL behind it. */
int tar_pax_read (struct tar_reader *reader, char *bytes, size_t length, struct error *err);
/* A copy of a name without NUL in it, in the place of an earlier one; none when it is empty. */
int tar_pax_name (char **name, const char *value, size_t length, struct error *err);

#endif
