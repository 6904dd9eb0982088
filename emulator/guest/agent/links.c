#include "links.h"
#include "netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

int
parse_address (const char *text, struct address *address, struct error *err)
{
  char ip[INET_ADDRSTRLEN];
  const char *slash = strchr (text, '/');
  char *end;
  unsigned long prefix;

  if (slash == NULL || (size_t) (slash - text) >= sizeof ip)
    return error_set (err, EINVAL, "address %s", text);
  memcpy (ip, text, (size_t) (slash - text));
  ip[slash - text] = 0;
  prefix = strtoul (slash + 1, &end, 10);
  if (slash[1] == 0 || *end != 0 || prefix > 32 || inet_pton (AF_INET, ip, &address->ip) != 1)
    return error_set (err, EINVAL, "address %s", text);
  address->prefix = (uint8_t) prefix;
  return 0;
}

int
parse_mac (const char *text, uint8_t mac[6], struct error *err)
{
  unsigned bytes[6];
  int length = 0;

  if (sscanf (text, "%2x:%2x:%2x:%2x:%2x:%2x%n", &bytes[0], &bytes[1], &bytes[2], &bytes[3], &bytes[4], &bytes[5],
              &length)
          != 6
      || text[length] != 0)
    return error_set (err, EINVAL, "hardware address %s", text);
  for (int i = 0; i < 6; i++)
    mac[i] = (uint8_t) bytes[i];
  return 0;
}

static void
put_index_up (struct netlink_batch *batch, int index)
{
  struct ifinfomsg link = { .ifi_index = index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP };

  netlink_begin (batch, RTM_NEWLINK, 0, &link, sizeof link);
}

int
link_up (int route, int index, struct error *err)
{
  struct netlink_batch batch = { 0 };

  put_index_up (&batch, index);
  return netlink_send (route, &batch, err);
}

static int
check_name (const char *name, struct error *err)
{
  if (name[0] == 0 || strlen (name) >= IFNAMSIZ)
    return error_set (err, EINVAL, "link name %s", name);
  return 0;
}

static void
take_index (uint16_t type, const uint8_t *body, size_t length, void *owner)
{
  const struct ifinfomsg *link = (const struct ifinfomsg *) (const void *) body;

  if (type == RTM_NEWLINK && length >= sizeof *link)
    *(int *) owner = link->ifi_index;
}

int
link_index (int route, const char *name, int *index, struct error *err)
{
  struct netlink_batch batch = { 0 };
  struct ifinfomsg any = { 0 };

  *index = 0;
  if (check_name (name, err) < 0)
    return -1;
  netlink_begin (&batch, RTM_GETLINK, 0, &any, sizeof any);
  netlink_put_text (&batch, IFLA_IFNAME, name);
  netlink_put_u32 (&batch, IFLA_EXT_MASK, 1 << 3); /* RTEXT_FILTER_SKIP_STATS */
  if (netlink_get (route, &batch, take_index, index, err) < 0 && err->status != ENODEV)
    return -1;
  return 0;
}

int
link_delete (int route, const char *name, struct error *err)
{
  struct netlink_batch batch = { 0 };
  struct ifinfomsg any = { 0 };

  if (check_name (name, err) < 0)
    return -1;
  netlink_begin (&batch, RTM_DELLINK, 0, &any, sizeof any);
  netlink_put_text (&batch, IFLA_IFNAME, name);
  if (netlink_send (route, &batch, err) < 0 && err->status != ENODEV)
    return -1;
  return 0;
}

enum
{
  VETHS_MAX = 64 /* more are deleted with their namespace */
};

struct indices
{
  int all[VETHS_MAX];
  size_t count;
};

static void
take_veth (uint16_t type, const uint8_t *body, size_t length, void *owner)
{
  struct indices *veths = owner;
  size_t info_length, kind_length;
  const uint8_t *info, *kind;
  int index = 0;

  take_index (type, body, length, &index);
  info = netlink_attribute (body, length, sizeof (struct ifinfomsg), IFLA_LINKINFO, &info_length);
  kind = info == NULL ? NULL : netlink_attribute (info, info_length, 0, IFLA_INFO_KIND, &kind_length);
  if (index != 0 && kind != NULL && strncmp ((const char *) kind, "veth", kind_length) == 0
      && veths->count < VETHS_MAX)
    veths->all[veths->count++] = index;
}

int
veths_delete (int route, struct error *err)
{
  struct netlink_batch batch = { 0 };
  struct ifinfomsg link = { 0 };
  struct indices veths = { .count = 0 };

  netlink_begin (&batch, RTM_GETLINK, NLM_F_DUMP, &link, sizeof link);
  netlink_put_u32 (&batch, IFLA_EXT_MASK, 1 << 3);
  if (netlink_get (route, &batch, take_veth, &veths, err) < 0)
    return -1;
  if (veths.count == 0)
    return 0;
  batch = (struct netlink_batch){ 0 };
  for (size_t i = 0; i < veths.count; i++)
    {
      link.ifi_index = veths.all[i];
      netlink_begin (&batch, RTM_DELLINK, 0, &link, sizeof link);
    }
  /* Both ends of a pair may have been here. */
  if (netlink_send (route, &batch, err) < 0 && err->status != ENODEV)
    return -1;
  return 0;
}

static void
put_address (struct netlink_batch *batch, int index, const struct address *address)
{
  struct ifaddrmsg message = { .ifa_family = AF_INET, .ifa_prefixlen = address->prefix, .ifa_index = (uint32_t) index };
  uint32_t host = address->prefix == 32 ? 0 : 0xffffffffU >> address->prefix;
  struct in_addr broadcast = { .s_addr = address->ip.s_addr | htonl (host) };

  netlink_begin (batch, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &message, sizeof message);
  netlink_put (batch, IFA_LOCAL, &address->ip, sizeof address->ip);
  netlink_put (batch, IFA_ADDRESS, &address->ip, sizeof address->ip);
  if (host > 1)
    netlink_put (batch, IFA_BROADCAST, &broadcast, sizeof broadcast);
}

static bool
has_ipv6 (void)
{
  static int known = -1;

  if (known < 0)
    {
      cleanup_close int fd = socket (AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

      known = fd >= 0;
    }
  return known;
}

/* Ends a batch that made `name`: no link-local IPv6 address, as the link carries IPv4 and duplicate address detection
 * takes the guest's time; then up. The kernel takes the first only of a link that is there, and before it is up. */
static void
put_up (struct netlink_batch *batch, const char *name)
{
  static const uint8_t none = IN6_ADDR_GEN_MODE_NONE;
  struct ifinfomsg link = { 0 };

  if (has_ipv6 ())
    {
      size_t families, ipv6;

      netlink_begin (batch, RTM_NEWLINK, 0, &link, sizeof link);
      netlink_put_text (batch, IFLA_IFNAME, name);
      families = netlink_nest (batch, IFLA_AF_SPEC);
      ipv6 = netlink_nest (batch, AF_INET6);
      netlink_put (batch, IFLA_INET6_ADDR_GEN_MODE, &none, sizeof none);
      netlink_unnest (batch, ipv6);
      netlink_unnest (batch, families);
    }
  link.ifi_flags = link.ifi_change = IFF_UP;
  netlink_begin (batch, RTM_NEWLINK, 0, &link, sizeof link);
  netlink_put_text (batch, IFLA_IFNAME, name);
}

int
bridge_create (int route, const struct bridge *bridge, struct error *err)
{
  struct netlink_batch batch = { 0 };
  struct ifinfomsg link = { 0 };
  struct error undo;
  size_t info;
  int index;

  if (check_name (bridge->name, err) < 0)
    return -1;
  netlink_begin (&batch, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &link, sizeof link);
  netlink_put_text (&batch, IFLA_IFNAME, bridge->name);
  netlink_put (&batch, IFLA_ADDRESS, bridge->mac, sizeof bridge->mac);
  netlink_put_u32 (&batch, IFLA_MTU, bridge->mtu);
  info = netlink_nest (&batch, IFLA_LINKINFO);
  netlink_put_text (&batch, IFLA_INFO_KIND, "bridge");
  netlink_unnest (&batch, info);
  if (netlink_send (route, &batch, err) < 0)
    return -1;
  batch = (struct netlink_batch){ 0 };
  if (link_index (route, bridge->name, &index, err) == 0)
    {
      put_up (&batch, bridge->name);
      put_address (&batch, index, &bridge->address);
      if (netlink_send (route, &batch, err) == 0)
        return 0;
    }
  link_delete (route, bridge->name, &undo);
  return -1;
}

/* Both indices are given, as Docker's pairs show them (eth0@if8 is link 7), which also saves asking for them. */
static int
veth_pair_create (int route, const struct veth *veth, int bridge, int index, struct error *err)
{
  struct netlink_batch batch = { 0 };
  struct ifinfomsg host = { .ifi_index = index + 1 };
  struct ifinfomsg peer = { .ifi_index = index };
  static const uint8_t on = 1;
  struct error undo;
  size_t info, kind, inner;

  netlink_begin (&batch, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &host, sizeof host);
  netlink_put_text (&batch, IFLA_IFNAME, veth->host_name);
  netlink_put_u32 (&batch, IFLA_MTU, veth->mtu);
  netlink_put_u32 (&batch, IFLA_MASTER, (uint32_t) bridge);
  info = netlink_nest (&batch, IFLA_LINKINFO);
  netlink_put_text (&batch, IFLA_INFO_KIND, "veth");
  kind = netlink_nest (&batch, IFLA_INFO_DATA);
  inner = batch.length;
  netlink_put (&batch, VETH_INFO_PEER, &peer, sizeof peer);
  netlink_put_text (&batch, IFLA_IFNAME, veth->name);
  netlink_put (&batch, IFLA_ADDRESS, veth->mac, sizeof veth->mac);
  netlink_put_u32 (&batch, IFLA_MTU, veth->mtu);
  netlink_put_u32 (&batch, IFLA_NET_NS_FD, (uint32_t) veth->netns);
  netlink_unnest (&batch, inner);
  netlink_unnest (&batch, kind);
  netlink_unnest (&batch, info);
  if (netlink_send (route, &batch, err) < 0)
    return -1;
  batch = (struct netlink_batch){ 0 };
  put_up (&batch, veth->host_name);
  /* A container reaches its own published port through the bridge's address only with hairpin. */
  info = netlink_nest (&batch, IFLA_LINKINFO);
  netlink_put_text (&batch, IFLA_INFO_SLAVE_KIND, "bridge");
  kind = netlink_nest (&batch, IFLA_INFO_SLAVE_DATA);
  netlink_put (&batch, IFLA_BRPORT_MODE, &on, sizeof on);
  netlink_unnest (&batch, kind);
  netlink_unnest (&batch, info);
  if (netlink_send (route, &batch, err) == 0)
    return 0;
  link_delete (route, veth->host_name, &undo);
  return -1;
}

static void
take_highest (uint16_t type, const uint8_t *body, size_t length, void *owner)
{
  int index = 0;

  take_index (type, body, length, &index);
  if (index > *(int *) owner)
    *(int *) owner = index;
}

static int
highest_index (int route, int *highest, struct error *err)
{
  struct netlink_batch batch = { 0 };
  struct ifinfomsg any = { 0 };

  netlink_begin (&batch, RTM_GETLINK, NLM_F_DUMP, &any, sizeof any);
  netlink_put_u32 (&batch, IFLA_EXT_MASK, 1 << 3);
  return netlink_get (route, &batch, take_highest, highest, err);
}

int
veth_create (int route, int inside, const struct veth *veth, struct error *err)
{
  static int next = 0;
  struct netlink_batch batch = { 0 };
  struct error undo;
  int bridge, index;

  if (check_name (veth->host_name, err) < 0 || check_name (veth->name, err) < 0
      || link_index (route, veth->bridge, &bridge, err) < 0)
    return -1;
  if (bridge == 0)
    return error_set (err, ENODEV, "bridge %s", veth->bridge);
  for (int attempt = 0;; attempt++)
    {
      int highest = 0;

      if (next == 0)
        {
          if (highest_index (route, &highest, err) < 0)
            return -1;
          next = highest + 1;
        }
      index = next;
      next += 2;
      if (veth_pair_create (route, veth, bridge, index, err) == 0)
        break;
      if (err->status != EBUSY || attempt == 2)
        return -1;
      next = 0; /* somebody else's link has the number */
    }
  put_address (&batch, index, &veth->address);
  put_index_up (&batch, index);
  if (netlink_send (inside, &batch, err) == 0)
    return 0;
  link_delete (route, veth->host_name, &undo);
  return -1;
}

int
default_route_set (int route, const struct in_addr *gateway, struct error *err)
{
  struct netlink_batch batch = { 0 };
  struct rtmsg message = { .rtm_family = AF_INET,
                           .rtm_table = RT_TABLE_MAIN,
                           .rtm_protocol = gateway == NULL ? RTPROT_UNSPEC : RTPROT_BOOT,
                           .rtm_scope = gateway == NULL ? RT_SCOPE_NOWHERE : RT_SCOPE_UNIVERSE,
                           .rtm_type = gateway == NULL ? RTN_UNSPEC : RTN_UNICAST };

  if (gateway == NULL)
    netlink_begin (&batch, RTM_DELROUTE, 0, &message, sizeof message);
  else
    {
      netlink_begin (&batch, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, &message, sizeof message);
      netlink_put (&batch, RTA_GATEWAY, gateway, sizeof *gateway);
    }
  if (netlink_send (route, &batch, err) < 0 && !(gateway == NULL && err->status == ESRCH))
    return -1;
  return 0;
}
