/* What the `docker` stub sends over /run/drydock/cli.sock: this head with its three descriptors (SCM_RIGHTS), then the
 * texts, each with its NUL, then one byte for each signal it gets. It is answered with one byte, its exit status. */
#ifndef DRYDOCK_STUB_H
#define DRYDOCK_STUB_H

#include <stdint.h>

#define STUB_SOCKET "/run/drydock/cli.sock"

enum
{
  STUB_MAGIC = 0x64636b31,
  STUB_TEXTS_MAX = 1 << 20
};

struct stub_head
{
  uint32_t magic;
  uint32_t argc, args_length; /* without "docker" itself */
  uint32_t envc, env_length;
  uint32_t cwd_length;
};

#endif
