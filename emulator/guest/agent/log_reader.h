/* LOG_READ: logs as streams, over rotated files, also while they grow. */
#ifndef DRYDOCK_LOG_READER_H
#define DRYDOCK_LOG_READER_H

#include "jsonlog.h"

/* For those that follow: there is more in it, or (before jsonlog_close) nothing more will come. */
void log_grown (const struct jsonlog *log);
void log_ended (const struct jsonlog *log);

#endif
