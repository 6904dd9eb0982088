/* The resolver's sockets at 127.0.0.11:53 in network namespaces; the host answers. */
#ifndef DRYDOCK_DNS_H
#define DRYDOCK_DNS_H

/* No failure when nothing is served there. Open sockets would keep the namespace alive. */
void dns_stop (const char *netns);

#endif
