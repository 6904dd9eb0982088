#include "netlink.h"
#include "netns.h"
#include "observe.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define NETNS_DIRECTORY "/run/docker/netns"

enum
{
  ADDRESSES_MAX = 256,
  LINKS_MAX = 256
};

/* One namespace's reading. Addresses are asked for first, and written with their link. */
struct network
{
  struct writer *out;
  uint32_t count;
  bool *cut;
  struct
  {
    int link;
    struct in_addr ip;
    uint8_t prefix;
  } addresses[ADDRESSES_MAX];
  size_t address_count;
};

static void
take_address (uint16_t type, const uint8_t *body, size_t length, void *owner)
{
  struct network *network = owner;
  const struct ifaddrmsg *message = (const struct ifaddrmsg *) (const void *) body;
  const uint8_t *ip;
  size_t ip_length;

  if (type != RTM_NEWADDR || length < sizeof *message)
    return;
  ip = netlink_attribute (body, length, sizeof *message, IFA_LOCAL, &ip_length);
  if (ip == NULL || ip_length != sizeof (struct in_addr))
    return;
  if (network->address_count == ADDRESSES_MAX)
    {
      *network->cut = true;
      return;
    }
  network->addresses[network->address_count].link = (int) message->ifa_index;
  network->addresses[network->address_count].prefix = message->ifa_prefixlen;
  memcpy (&network->addresses[network->address_count++].ip, ip, sizeof (struct in_addr));
}

static uint32_t
attribute_u32 (const uint8_t *body, size_t length, uint16_t attribute)
{
  size_t value_length;
  const uint8_t *value = netlink_attribute (body, length, sizeof (struct ifinfomsg), attribute, &value_length);
  uint32_t number = 0;

  if (value != NULL && value_length == sizeof number)
    memcpy (&number, value, sizeof number);
  return number;
}

/* A text attribute, NUL-terminated by the kernel; "" when it is not there. */
static const char *
attribute_text (const uint8_t *body, size_t length, size_t skip, uint16_t attribute)
{
  size_t value_length;
  const uint8_t *value = netlink_attribute (body, length, skip, attribute, &value_length);

  return value == NULL || value_length == 0 || value[value_length - 1] != 0 ? "" : (const char *) value;
}

static void
write_counters (struct writer *out, const uint8_t *body, size_t length)
{
  size_t value_length;
  const uint8_t *value = netlink_attribute (body, length, sizeof (struct ifinfomsg), IFLA_STATS64, &value_length);
  struct rtnl_link_stats64 stats = { 0 };

  if (value != NULL)
    memcpy (&stats, value, value_length < sizeof stats ? value_length : sizeof stats);
  write_u64 (out, stats.rx_bytes);
  write_u64 (out, stats.rx_packets);
  write_u64 (out, stats.tx_bytes);
  write_u64 (out, stats.tx_packets);
}

static void
write_mac (struct writer *out, const uint8_t *body, size_t length)
{
  size_t value_length;
  const uint8_t *mac = netlink_attribute (body, length, sizeof (struct ifinfomsg), IFLA_ADDRESS, &value_length);
  char text[18] = "";

  if (mac != NULL && value_length == 6)
    snprintf (text, sizeof text, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
  write_text (out, text);
}

static void
write_addresses (const struct network *network, int link)
{
  size_t count_at = network->out->length;
  uint32_t count = 0;

  write_u32 (network->out, 0);
  for (size_t i = 0; i < network->address_count; i++)
    if (network->addresses[i].link == link)
      {
        char text[INET_ADDRSTRLEN];

        inet_ntop (AF_INET, &network->addresses[i].ip, text, sizeof text);
        write_text (network->out, text);
        write_u32 (network->out, network->addresses[i].prefix);
        count++;
      }
  writer_patch_u32 (network->out, count_at, count);
}

static void
take_link (uint16_t type, const uint8_t *body, size_t length, void *owner)
{
  struct network *network = owner;
  struct writer *out = network->out;
  const struct ifinfomsg *message = (const struct ifinfomsg *) (const void *) body;
  const uint8_t *info;
  size_t info_length = 0;

  if (type != RTM_NEWLINK || length < sizeof *message)
    return;
  if (network->count == LINKS_MAX)
    {
      *network->cut = true;
      return;
    }
  info = netlink_attribute (body, length, sizeof *message, IFLA_LINKINFO, &info_length);
  write_u32 (out, (uint32_t) message->ifi_index);
  write_text (out, attribute_text (body, length, sizeof *message, IFLA_IFNAME));
  write_text (out, message->ifi_flags & IFF_LOOPBACK ? "loopback"
                   : info == NULL                    ? ""
                                                     : attribute_text (info, info_length, 0, IFLA_INFO_KIND));
  write_bool (out, (message->ifi_flags & IFF_UP) != 0);
  write_mac (out, body, length);
  write_u32 (out, attribute_u32 (body, length, IFLA_MTU));
  write_u32 (out, attribute_u32 (body, length, IFLA_MASTER));
  write_u32 (out, attribute_u32 (body, length, IFLA_LINK));
  write_counters (out, body, length);
  write_addresses (network, message->ifi_index);
  network->count++;
}

static void
take_route (uint16_t type, const uint8_t *body, size_t length, void *owner)
{
  struct network *network = owner;
  const struct rtmsg *message = (const struct rtmsg *) (const void *) body;
  char text[INET_ADDRSTRLEN];
  const uint8_t *value;
  size_t value_length;
  uint32_t link = 0;

  if (type != RTM_NEWROUTE || length < sizeof *message || message->rtm_table != RT_TABLE_MAIN
      || message->rtm_family != AF_INET)
    return;
  if (network->count == LINKS_MAX)
    {
      *network->cut = true;
      return;
    }
  value = netlink_attribute (body, length, sizeof *message, RTA_DST, &value_length);
  write_text (network->out, value == NULL ? "0.0.0.0" : inet_ntop (AF_INET, value, text, sizeof text));
  write_u32 (network->out, message->rtm_dst_len);
  value = netlink_attribute (body, length, sizeof *message, RTA_GATEWAY, &value_length);
  write_text (network->out, value == NULL ? "" : inet_ntop (AF_INET, value, text, sizeof text));
  value = netlink_attribute (body, length, sizeof *message, RTA_OIF, &value_length);
  if (value != NULL && value_length == sizeof link)
    memcpy (&link, value, sizeof link);
  write_u32 (network->out, link);
  network->count++;
}

static void
dump (struct network *network, int route, uint16_t type, const void *header, size_t header_length,
      void (*take) (uint16_t, const uint8_t *, size_t, void *))
{
  struct netlink_batch batch = { 0 };
  struct error err;

  netlink_begin (&batch, type, 0x300 /* NLM_F_DUMP */, header, header_length);
  if (netlink_get (route, &batch, take, network, &err) < 0)
    *network->cut = true;
}

static void
write_network (struct writer *out, int netns, bool *cut)
{
  static struct network network;
  struct ifaddrmsg addresses = { .ifa_family = AF_INET };
  struct ifinfomsg links = { 0 };
  struct rtmsg routes = { .rtm_family = AF_INET };
  struct error err;
  cleanup_close int route = netns_socket (netns, AF_NETLINK, SOCK_RAW, 0, &err);
  size_t count_at;

  network.out = out;
  network.cut = cut;
  network.address_count = 0;
  network.count = 0;
  if (route >= 0)
    dump (&network, route, RTM_GETADDR, &addresses, sizeof addresses, take_address);
  count_at = out->length;
  write_u32 (out, 0);
  if (route >= 0)
    dump (&network, route, RTM_GETLINK, &links, sizeof links, take_link);
  writer_patch_u32 (out, count_at, network.count);
  network.count = 0;
  count_at = out->length;
  write_u32 (out, 0);
  if (route >= 0)
    dump (&network, route, RTM_GETROUTE, &routes, sizeof routes, take_route);
  writer_patch_u32 (out, count_at, network.count);
}

void
observe_networks (struct writer *out, const struct distinct *net, bool *cut)
{
  static struct distinct all;
  static char names[OBSERVE_DISTINCT][80];
  cleanup_dir DIR *dir = opendir (NETNS_DIRECTORY);
  const struct dirent *entry;
  size_t count_at = out->length;
  uint32_t count = 0;

  all = *net;
  memset (names, 0, sizeof names);
  while (dir != NULL && (entry = readdir (dir)) != NULL)
    {
      struct stat stat;

      if (entry->d_name[0] == '.' || strlen (entry->d_name) >= sizeof names[0]
          || fstatat (dirfd (dir), entry->d_name, &stat, 0) < 0)
        continue;
      if (!distinct_add (&all, (uint32_t) stat.st_ino, 0))
        *cut = true;
      for (size_t i = 0; i < all.count; i++)
        if (all.inode[i] == (uint32_t) stat.st_ino)
          strcpy (names[i], entry->d_name);
    }
  write_u32 (out, 0);
  for (size_t i = 0; i < all.count; i++)
    {
      char path[128];
      cleanup_close int netns = -1;

      if (all.pid[i] != 0)
        snprintf (path, sizeof path, "/proc/%u/ns/net", all.pid[i]);
      else
        snprintf (path, sizeof path, NETNS_DIRECTORY "/%s", names[i]);
      netns = open (path, O_RDONLY | O_CLOEXEC);
      if (netns < 0)
        continue; /* it has ended meanwhile */
      write_u32 (out, all.inode[i]);
      write_u32 (out, all.pid[i]);
      write_text (out, names[i]);
      write_network (out, netns, cut);
      count++;
    }
  writer_patch_u32 (out, count_at, count);
}
