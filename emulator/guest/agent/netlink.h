/* rtnetlink in-process: several messages in one send, one answer for each. */
#ifndef DRYDOCK_NETLINK_H
#define DRYDOCK_NETLINK_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct netlink_batch
{
  uint8_t bytes[4096];
  size_t length;
  size_t message; /* where the open message begins */
  unsigned count;
  bool overflow;
};

/* `header` is what follows nlmsghdr: ifinfomsg, ifaddrmsg, rtmsg. NLM_F_REQUEST and NLM_F_ACK are always set. */
void netlink_begin (struct netlink_batch *batch, uint16_t type, uint16_t flags, const void *header, size_t length);
void netlink_put (struct netlink_batch *batch, uint16_t attribute, const void *value, size_t length);
void netlink_put_u32 (struct netlink_batch *batch, uint16_t attribute, uint32_t value);
void netlink_put_text (struct netlink_batch *batch, uint16_t attribute, const char *text);
/* Returns what netlink_unnest wants. */
size_t netlink_nest (struct netlink_batch *batch, uint16_t attribute);
void netlink_unnest (struct netlink_batch *batch, size_t nest);

/* A socket in the network namespace that the caller is in. */
int netlink_open (struct error *err);
/* The kernel works on every message, also after one that failed; the first failure is the result (err->status). */
int netlink_send (int fd, struct netlink_batch *batch, struct error *err);
/* Sends one message with NLM_F_DUMP or a plain GET, and calls `each` for every answer: type, and what follows nlmsghdr. */
int netlink_get (int fd, struct netlink_batch *batch,
                 void (*each) (uint16_t type, const uint8_t *body, size_t length, void *owner), void *owner,
                 struct error *err);

/* Finds an attribute after a fixed header of `skip` bytes; NULL when it is not there or malformed. */
const uint8_t *netlink_attribute (const uint8_t *body, size_t length, size_t skip, uint16_t attribute,
                                  size_t *value_length);

#endif
