/* What an overlay's upperdir changes of its lowerdirs (topmost first, a NULL behind the last), as `docker diff` sees it. */
#ifndef DRYDOCK_CHANGES_H
#define DRYDOCK_CHANGES_H

#include "error.h"
#include "fields.h"

/* Writes a list of { text path, u32 kind }, in no order; kind 0 modified, 1 added, 2 deleted. */
int changes_list (const char *upper, const char *const *lowers, struct writer *out, struct error *err);

#endif
