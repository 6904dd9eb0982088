/* Links, addresses and routes of the kinds that Docker's bridge driver makes. `route` is a netlink socket in the
 * namespace that is worked on. */
#ifndef DRYDOCK_LINKS_H
#define DRYDOCK_LINKS_H

#include "error.h"

#include <netinet/in.h>
#include <stdint.h>

struct address
{
  struct in_addr ip;
  uint8_t prefix;
};

/* `172.17.0.1/16`. */
int parse_address (const char *text, struct address *address, struct error *err);
/* `02:42:ac:11:00:02`. */
int parse_mac (const char *text, uint8_t mac[6], struct error *err);

int link_up (int route, int index, struct error *err);
/* 0 when there is none of that name. */
int link_index (int route, const char *name, int *index, struct error *err);
/* ENODEV is no failure. */
int link_delete (int route, const char *name, struct error *err);

/* Deletes the veth pairs that have an end here. */
int veths_delete (int route, struct error *err);

struct bridge
{
  const char *name;
  uint8_t mac[6];
  struct address address;
  uint32_t mtu;
};

/* Up, with its address. On failure no bridge is left. */
int bridge_create (int route, const struct bridge *bridge, struct error *err);

struct veth
{
  const char *host_name, *bridge; /* the end in the namespace of `route`, up, in hairpin mode */
  const char *name;               /* the other end, up */
  int netns;
  uint8_t mac[6];
  struct address address;
  uint32_t mtu;
};

/* `inside` is a netlink socket in veth->netns. On failure no link is left. */
int veth_create (int route, int inside, const struct veth *veth, struct error *err);

/* Replaces the default route; NULL takes it away. */
int default_route_set (int route, const struct in_addr *gateway, struct error *err);

#endif
