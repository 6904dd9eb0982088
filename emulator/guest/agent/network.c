/* Verbs of network namespaces, bridges, veth pairs and held ports. */
#include "dns.h"
#include "links.h"
#include "netlink.h"
#include "netns.h"
#include "verbs.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

int
verb_netns_create (struct call *call, struct error *err)
{
  const char *name = read_text (&call->in);

  if (reader_finish (&call->in, err) < 0 || netns_create (name, err) < 0)
    return -1;
  return VERB_DONE;
}

int
verb_netns_remove (struct call *call, struct error *err)
{
  const char *name = read_text (&call->in);

  if (reader_finish (&call->in, err) < 0)
    return -1;
  dns_stop (name);
  return netns_remove (name, err) < 0 ? -1 : VERB_DONE;
}

static int
setting (const char *path, const char *value, struct error *err)
{
  cleanup_close int fd = open (path, O_WRONLY | O_CLOEXEC);

  if (fd < 0 || write (fd, value, strlen (value)) < 0)
    return error_errno (err, "set %s", path);
  return 0;
}

int
verb_bridge_create (struct call *call, struct error *err)
{
  struct bridge bridge = { .name = read_text (&call->in) };
  const char *address = read_text (&call->in);
  const char *mac = read_text (&call->in);
  cleanup_close int route = -1;
  struct error undo;
  char path[128];

  bridge.mtu = read_u32 (&call->in);
  if (reader_finish (&call->in, err) < 0 || parse_address (address, &bridge.address, err) < 0
      || parse_mac (mac, bridge.mac, err) < 0 || (route = netlink_open (err)) < 0
      || bridge_create (route, &bridge, err) < 0)
    return -1;
  snprintf (path, sizeof path, "/proc/sys/net/ipv4/conf/%s/route_localnet", bridge.name);
  /* Published ports work at 127.0.0.1 too: packets with that source may go out here. */
  if (setting ("/proc/sys/net/ipv4/ip_forward", "1", err) < 0 || setting (path, "1", err) < 0)
    {
      link_delete (route, bridge.name, &undo);
      return -1;
    }
  return VERB_DONE;
}

static int
delete_named (struct call *call, struct error *err)
{
  const char *name = read_text (&call->in);
  cleanup_close int route = -1;

  if (reader_finish (&call->in, err) < 0 || (route = netlink_open (err)) < 0 || link_delete (route, name, err) < 0)
    return -1;
  return VERB_DONE;
}

int
verb_bridge_remove (struct call *call, struct error *err)
{
  return delete_named (call, err);
}

int
verb_veth_remove (struct call *call, struct error *err)
{
  return delete_named (call, err);
}

static int
parse_gateway (const char *text, struct in_addr *gateway, struct error *err)
{
  return inet_pton (AF_INET, text, gateway) == 1 ? 0 : error_set (err, EINVAL, "gateway %s", text);
}

int
verb_veth_create (struct call *call, struct error *err)
{
  const char *netns = read_text (&call->in);
  struct veth veth = { .bridge = read_text (&call->in), .netns = -1 };
  const char *address, *mac, *gateway;
  struct in_addr exit;
  cleanup_close int route = -1;
  cleanup_close int inside = -1;
  cleanup_close int fd = -1;
  struct error undo;

  veth.host_name = read_text (&call->in);
  veth.name = read_text (&call->in);
  address = read_text (&call->in);
  mac = read_text (&call->in);
  veth.mtu = read_u32 (&call->in);
  gateway = read_text (&call->in);
  if (reader_finish (&call->in, err) < 0 || parse_address (address, &veth.address, err) < 0
      || parse_mac (mac, veth.mac, err) < 0 || (gateway[0] != 0 && parse_gateway (gateway, &exit, err) < 0)
      || (fd = netns_open (netns, err)) < 0 || (route = netlink_open (err)) < 0
      || (inside = netns_socket (fd, AF_NETLINK, SOCK_RAW, 0, err)) < 0)
    return -1;
  veth.netns = fd;
  if (veth_create (route, inside, &veth, err) < 0)
    return -1;
  if (gateway[0] != 0 && default_route_set (inside, &exit, err) < 0)
    {
      link_delete (route, veth.host_name, &undo);
      return -1;
    }
  return VERB_DONE;
}

int
verb_route_set (struct call *call, struct error *err)
{
  const char *netns = read_text (&call->in);
  const char *gateway = read_text (&call->in);
  struct in_addr exit;
  cleanup_close int fd = -1;
  cleanup_close int inside = -1;

  if (reader_finish (&call->in, err) < 0 || (gateway[0] != 0 && parse_gateway (gateway, &exit, err) < 0)
      || (fd = netns_open (netns, err)) < 0 || (inside = netns_socket (fd, AF_NETLINK, SOCK_RAW, 0, err)) < 0
      || default_route_set (inside, gateway[0] == 0 ? NULL : &exit, err) < 0)
    return -1;
  return VERB_DONE;
}

/* Published ports: a socket of the agent has each, so that nobody else in the guest can bind it. */
struct held_port
{
  struct held_port *next;
  struct sockaddr_in address;
  bool tcp;
  int fd;
};

static struct held_port *held_ports;

static int
read_port (struct call *call, struct held_port *port, struct error *err)
{
  const char *address;
  uint32_t number;

  port->tcp = read_bool (&call->in);
  address = read_text (&call->in);
  number = read_u32 (&call->in);
  if (reader_finish (&call->in, err) < 0)
    return -1;
  port->address.sin_family = AF_INET;
  port->address.sin_port = htons ((uint16_t) number);
  if (number == 0 || number > 65535 || inet_pton (AF_INET, address, &port->address.sin_addr) != 1)
    return error_set (err, EINVAL, "port %s:%u", address, number);
  return 0;
}

int
verb_port_hold (struct call *call, struct error *err)
{
  struct held_port port = { .fd = -1 };
  cleanup_close int fd = -1;
  struct held_port *held;
  int on = 1;

  if (read_port (call, &port, err) < 0)
    return -1;
  fd = socket (AF_INET, (port.tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return error_errno (err, "socket");
  /* Connections that are just over do not count. Only one that listens keeps others with this option away. */
  if (port.tcp && setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0)
    return error_errno (err, "setsockopt");
  if (bind (fd, (struct sockaddr *) &port.address, sizeof port.address) < 0 || (port.tcp && listen (fd, 0) < 0))
    return error_errno (err, "bind");
  held = malloc (sizeof *held);
  if (held == NULL)
    return error_errno (err, "port");
  port.fd = take_fd (&fd);
  port.next = held_ports;
  *held = port;
  held_ports = held;
  return VERB_DONE;
}

int
verb_port_release (struct call *call, struct error *err)
{
  struct held_port port = { .fd = -1 };

  if (read_port (call, &port, err) < 0)
    return -1;
  for (struct held_port **link = &held_ports; *link != NULL; link = &(*link)->next)
    if ((*link)->tcp == port.tcp && (*link)->address.sin_port == port.address.sin_port
        && (*link)->address.sin_addr.s_addr == port.address.sin_addr.s_addr)
      {
        struct held_port *held = *link;

        *link = held->next;
        close (held->fd);
        free (held);
        break;
      }
  return VERB_DONE;
}
