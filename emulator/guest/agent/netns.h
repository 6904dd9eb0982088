/* Network namespaces under /run/docker/netns (also /var/run/docker/netns, as Docker has them). The agent has one thread,
 * so it may step into a namespace for a moment and back out: nothing else runs meanwhile. */
#ifndef DRYDOCK_NETNS_H
#define DRYDOCK_NETNS_H

#include "error.h"

#include <stddef.h>

/* A new namespace with lo up, kept by a bind mount. EEXIST when the name is taken. */
int netns_create (const char *name, struct error *err);
/* The veth pairs in it are deleted. Processes that are still in it keep the namespace, without a network. ENOENT is no
 * failure. */
int netns_remove (const char *name, struct error *err);
/* The namespace called `name`, as a descriptor. */
int netns_open (const char *name, struct error *err);
/* socket(2) in the namespace of descriptor `netns`, or of the agent when it is -1. SOCK_CLOEXEC is always set. */
int netns_socket (int netns, int domain, int type, int protocol, struct error *err);
/* The same for a namespace given by its path; "" is the agent's. */
int netns_socket_at (const char *path, int domain, int type, int protocol, struct error *err);

#endif
