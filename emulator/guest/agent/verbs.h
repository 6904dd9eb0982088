/* Every verb's handler. One C file per verb or topic. */
#ifndef DRYDOCK_VERBS_H
#define DRYDOCK_VERBS_H

#include "link.h"

int verb_refresh (struct call *call, struct error *err);

#endif
