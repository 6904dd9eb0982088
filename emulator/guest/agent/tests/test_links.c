/* Namespaces and links as root, in a network and a mount namespace of the test's own. */
#include "links.h"
#include "netlink.h"
#include "netns.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>

static struct error err;

#define OK(call)                                                                                                      \
  do                                                                                                                  \
    {                                                                                                                 \
      if ((call) < 0)                                                                                                 \
        {                                                                                                             \
          fprintf (stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #call, err.message);                                \
          abort ();                                                                                                   \
        }                                                                                                             \
    }                                                                                                                 \
  while (0)

static void
test_parsing (void)
{
  struct address address;
  uint8_t mac[6];

  OK (parse_address ("172.17.0.1/16", &address, &err));
  assert (address.ip.s_addr == htonl (0xac110001) && address.prefix == 16);
  assert (parse_address ("172.17.0.1", &address, &err) < 0 && err.status == EINVAL);
  assert (parse_address ("172.17.0.1/", &address, &err) < 0);
  assert (parse_address ("172.17.0.1/33", &address, &err) < 0);
  assert (parse_address ("172.17.0.256/8", &address, &err) < 0);
  assert (parse_address ("1172.172.172.172.17.0.1/8", &address, &err) < 0);
  OK (parse_mac ("02:42:ac:11:00:02", mac, &err));
  assert (memcmp (mac, "\x02\x42\xac\x11\x00\x02", 6) == 0);
  assert (parse_mac ("02:42:ac:11:00", mac, &err) < 0);
  assert (parse_mac ("02:42:ac:11:00:02:03", mac, &err) < 0);
}

static int
open_inside (const char *name)
{
  cleanup_close int netns = netns_open (name, &err);
  int fd;

  OK (netns);
  OK (fd = netns_socket (netns, AF_NETLINK, SOCK_RAW, 0, &err));
  return fd;
}

static void
send_between (const char *from, const char *to_name, const char *to)
{
  cleanup_close int out = netns_open (from, &err);
  cleanup_close int in = netns_open (to_name, &err);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (9) };
  char byte = 'x', got = 0;
  struct timeval wait = { .tv_sec = 5 };
  cleanup_close int sender = -1;
  cleanup_close int receiver = -1;

  OK (sender = netns_socket (out, AF_INET, SOCK_DGRAM, 0, &err));
  OK (receiver = netns_socket (in, AF_INET, SOCK_DGRAM, 0, &err));
  inet_pton (AF_INET, to, &address.sin_addr);
  setsockopt (receiver, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  assert (bind (receiver, (struct sockaddr *) &address, sizeof address) == 0);
  assert (sendto (sender, &byte, 1, 0, (struct sockaddr *) &address, sizeof address) == 1);
  assert (recv (receiver, &got, 1, 0) == 1 && got == 'x');
}

static void
join (int route, const char *netns, const char *host_name, const char *ip, uint8_t last)
{
  cleanup_close int inside = open_inside (netns);
  cleanup_close int fd = netns_open (netns, &err);
  struct veth veth = { .host_name = host_name, .bridge = "br0", .name = "eth0", .netns = fd, .mtu = 1500,
                       .mac = { 2, 0x42, 0xac, 0x17, 0, last } };

  OK (parse_address (ip, &veth.address, &err));
  OK (veth_create (route, inside, &veth, &err));
}

static void
test_bridge (void)
{
  struct bridge bridge = { .name = "br0", .mac = { 2, 0x42, 1, 2, 3, 4 }, .mtu = 1500 };
  cleanup_close int route = netlink_open (&err);
  struct in_addr gateway = { .s_addr = htonl (0xac170001) };
  int index;

  OK (route);
  OK (parse_address ("172.23.0.1/16", &bridge.address, &err));
  OK (bridge_create (route, &bridge, &err));
  assert (bridge_create (route, &bridge, &err) < 0 && err.status == EEXIST);
  OK (netns_create ("one", &err));
  assert (netns_create ("one", &err) < 0 && err.status == EEXIST);
  OK (netns_create ("two", &err));
  join (route, "one", "veth0000001", "172.23.0.2/16", 2);
  join (route, "two", "veth0000002", "172.23.0.3/16", 3);
  send_between ("one", "two", "172.23.0.3");
  {
    cleanup_close int inside = open_inside ("one");

    OK (default_route_set (inside, &gateway, &err));
    OK (default_route_set (inside, &gateway, &err));
    OK (default_route_set (inside, NULL, &err));
    OK (default_route_set (inside, NULL, &err));
    gateway.s_addr = htonl (0x01020304);
    assert (default_route_set (inside, &gateway, &err) < 0 && err.status == ENETUNREACH);
  }
  OK (link_delete (route, "veth0000001", &err));
  OK (link_delete (route, "veth0000001", &err));
  OK (link_index (route, "veth0000001", &index, &err));
  assert (index == 0);
  OK (netns_remove ("one", &err));
  OK (netns_remove ("one", &err));
  {
    /* Somebody is still in it, but not on the network. */
    cleanup_close int inside = open_inside ("two");

    OK (link_index (inside, "eth0", &index, &err));
    assert (index != 0);
    OK (netns_remove ("two", &err));
    OK (link_index (inside, "eth0", &index, &err));
    assert (index == 0);
    OK (link_index (route, "veth0000002", &index, &err));
    assert (index == 0);
  }
  assert (access ("/run/docker/netns/two", F_OK) < 0);
  assert (netns_create ("../x", &err) < 0 && err.status == EINVAL);
  OK (link_delete (route, "br0", &err));
  OK (link_index (route, "br0", &index, &err));
  assert (index == 0);
}

/* A failure leaves nothing behind. */
static void
test_no_bridge (void)
{
  cleanup_close int route = netlink_open (&err);
  cleanup_close int fd = -1;
  struct veth veth = { .host_name = "veth0000003", .bridge = "none", .name = "eth0", .mtu = 1500 };
  int index;

  OK (netns_create ("three", &err));
  OK (fd = netns_open ("three", &err));
  veth.netns = fd;
  assert (veth_create (route, route, &veth, &err) < 0 && err.status == ENODEV);
  OK (link_index (route, "veth0000003", &index, &err));
  assert (index == 0);
  OK (netns_remove ("three", &err));
}

int
main (void)
{
  if (geteuid () != 0)
    {
      puts ("test_links: skipped, it needs root");
      return 0;
    }
  assert (unshare (CLONE_NEWNET | CLONE_NEWNS) == 0);
  assert (mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
  assert (mount ("tmpfs", "/run", "tmpfs", 0, NULL) == 0);
  test_parsing ();
  test_bridge ();
  test_no_bridge ();
  puts ("test_links: ok");
  return 0;
}
