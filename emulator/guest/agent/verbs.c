#include "verbs.h"

const struct verb verb_table[] = {
  { VERB_REFRESH, verb_refresh },
  { 0, NULL },
};
