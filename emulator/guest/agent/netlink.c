#include "netlink.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

enum
{
  RECEIVE_SIZE = 32768
};

static void *
batch_room (struct netlink_batch *batch, size_t length)
{
  size_t aligned = NLMSG_ALIGN (length);
  uint8_t *at = batch->bytes + batch->length;

  if (batch->overflow || aligned > sizeof batch->bytes - batch->length)
    {
      batch->overflow = true;
      return NULL;
    }
  memset (at, 0, aligned);
  batch->length += aligned;
  return at;
}

static struct nlmsghdr *
open_message (struct netlink_batch *batch)
{
  return (struct nlmsghdr *) (void *) (batch->bytes + batch->message);
}

static void
message_grown (struct netlink_batch *batch)
{
  open_message (batch)->nlmsg_len = (uint32_t) (batch->length - batch->message);
}

void
netlink_begin (struct netlink_batch *batch, uint16_t type, uint16_t flags, const void *header, size_t length)
{
  size_t message = batch->length;
  struct nlmsghdr *head = batch_room (batch, sizeof *head);
  void *body = batch_room (batch, length);

  if (head == NULL || body == NULL)
    return;
  memcpy (body, header, length);
  batch->message = message;
  head->nlmsg_type = type;
  head->nlmsg_flags = (uint16_t) (NLM_F_REQUEST | NLM_F_ACK | flags);
  head->nlmsg_seq = ++batch->count;
  message_grown (batch);
}

void
netlink_put (struct netlink_batch *batch, uint16_t attribute, const void *value, size_t length)
{
  struct rtattr *at = batch_room (batch, RTA_LENGTH (length));

  if (at == NULL)
    return;
  at->rta_type = attribute;
  at->rta_len = (uint16_t) RTA_LENGTH (length);
  if (length > 0)
    memcpy (RTA_DATA (at), value, length);
  message_grown (batch);
}

void
netlink_put_u32 (struct netlink_batch *batch, uint16_t attribute, uint32_t value)
{
  netlink_put (batch, attribute, &value, sizeof value);
}

void
netlink_put_text (struct netlink_batch *batch, uint16_t attribute, const char *text)
{
  netlink_put (batch, attribute, text, strlen (text) + 1);
}

size_t
netlink_nest (struct netlink_batch *batch, uint16_t attribute)
{
  size_t nest = batch->length;

  netlink_put (batch, attribute, NULL, 0);
  return nest;
}

void
netlink_unnest (struct netlink_batch *batch, size_t nest)
{
  if (batch->overflow)
    return;
  ((struct rtattr *) (void *) (batch->bytes + nest))->rta_len = (uint16_t) (batch->length - nest);
  message_grown (batch);
}

int
netlink_open (struct error *err)
{
  int fd = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

  return fd < 0 ? error_errno (err, "netlink socket") : fd;
}

static int
batch_send (int fd, const struct netlink_batch *batch, struct error *err)
{
  struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

  if (batch->overflow || batch->count == 0)
    return error_set (err, EMSGSIZE, "netlink message too long");
  if (sendto (fd, batch->bytes, batch->length, 0, (struct sockaddr *) &kernel, sizeof kernel) < 0)
    return error_errno (err, "netlink send");
  return 0;
}

/* The kernel answers before sendto returns, so nothing here ever waits. */
static ssize_t
receive (int fd, uint8_t *bytes, size_t size, struct error *err)
{
  ssize_t count;

  do
    count = recv (fd, bytes, size, 0);
  while (count < 0 && errno == EINTR);
  if (count < 0)
    return error_errno (err, "netlink receive");
  if (count == 0)
    return error_set (err, EIO, "netlink receive: nothing");
  return count;
}

static int
error_code (const struct nlmsghdr *head)
{
  const struct nlmsgerr *answer = NLMSG_DATA (head);

  return head->nlmsg_len < NLMSG_LENGTH (sizeof (int)) ? EPROTO : -answer->error;
}

int
netlink_send (int fd, struct netlink_batch *batch, struct error *err)
{
  unsigned answered = 0;
  int failure = 0;
  unsigned failed = 0;

  if (batch_send (fd, batch, err) < 0)
    return -1;
  while (answered < batch->count)
    {
      uint8_t bytes[8192] __attribute__ ((aligned (8)));
      ssize_t count = receive (fd, bytes, sizeof bytes, err);
      struct nlmsghdr *head = (struct nlmsghdr *) (void *) bytes;

      if (count < 0)
        return -1;
      for (size_t left = (size_t) count; NLMSG_OK (head, left); head = NLMSG_NEXT (head, left))
        {
          int code;

          if (head->nlmsg_type != NLMSG_ERROR)
            continue;
          answered++;
          code = error_code (head);
          if (code != 0 && failure == 0)
            {
              failure = code;
              failed = head->nlmsg_seq;
            }
        }
    }
  if (failure != 0)
    return error_set (err, failure, "netlink message %u: %s", failed, strerror (failure));
  return 0;
}

int
netlink_get (int fd, struct netlink_batch *batch,
             void (*each) (uint16_t type, const uint8_t *body, size_t length, void *owner), void *owner,
             struct error *err)
{
  static uint8_t bytes[RECEIVE_SIZE] __attribute__ ((aligned (8)));

  if (batch_send (fd, batch, err) < 0)
    return -1;
  for (;;)
    {
      ssize_t count = receive (fd, bytes, sizeof bytes, err);
      struct nlmsghdr *head = (struct nlmsghdr *) (void *) bytes;

      if (count < 0)
        return -1;
      for (size_t left = (size_t) count; NLMSG_OK (head, left); head = NLMSG_NEXT (head, left))
        {
          int code;

          if (head->nlmsg_type == NLMSG_DONE)
            return 0;
          if (head->nlmsg_type != NLMSG_ERROR)
            {
              each (head->nlmsg_type, NLMSG_DATA (head), head->nlmsg_len - NLMSG_HDRLEN, owner);
              continue;
            }
          code = error_code (head);
          return code == 0 ? 0 : error_set (err, code, "netlink: %s", strerror (code));
        }
    }
}

const uint8_t *
netlink_attribute (const uint8_t *body, size_t length, size_t skip, uint16_t attribute, size_t *value_length)
{
  const struct rtattr *at;
  size_t left;

  if (length < NLMSG_ALIGN (skip))
    return NULL;
  at = (const struct rtattr *) (const void *) (body + NLMSG_ALIGN (skip));
  left = length - NLMSG_ALIGN (skip);
  while (RTA_OK (at, left))
    {
      if ((at->rta_type & NLA_TYPE_MASK) == attribute)
        {
          *value_length = RTA_PAYLOAD (at);
          return RTA_DATA (at);
        }
      at = RTA_NEXT (at, left);
    }
  return NULL;
}
