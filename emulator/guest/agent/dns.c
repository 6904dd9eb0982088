#include "dns.h"
#include "loop.h"
#include "netns.h"
#include "verbs.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum
{
  QUERIES = 256,         /* under way in the whole machine; the oldest gives way */
  CONNECTIONS = 16,      /* of one server; the oldest gives way */
  MESSAGE_LIMIT = 65535, /* what a length prefix can say */
  UDP_BURST = 32
};

struct server;

struct connection
{
  struct watch watch;
  struct server *server; /* NULL: unused */
  uint32_t serial;
  size_t length;          /* of the message and the prefix that came so far */
  uint8_t *message;       /* 2 + MESSAGE_LIMIT bytes, while one comes */
  bool asked;             /* no further message before the answer */
};

struct server
{
  struct server *next;
  char *netns;
  struct watch udp, tcp;
  struct connection connections[CONNECTIONS];
};

/* Whom to answer. The id that the host knows is `number`; its slot is number % QUERIES. */
static struct query
{
  uint32_t number; /* 0: free */
  struct server *server;
  struct sockaddr_in peer;
  struct connection *connection; /* NULL: udp */
  uint32_t serial;
} queries[QUERIES];

static struct server *servers;
static uint32_t last_query, last_serial;

static struct server *
server_find (const char *netns)
{
  struct server *server = servers;

  while (server != NULL && strcmp (server->netns, netns) != 0)
    server = server->next;
  return server;
}

static struct query *
query_new (struct server *server)
{
  struct query *query;

  if (++last_query == 0)
    last_query = 1;
  query = &queries[last_query % QUERIES];
  *query = (struct query){ .number = last_query, .server = server };
  return query;
}

static void
ask (struct server *server, const struct query *query, const uint8_t *message, size_t length)
{
  cleanup_writer struct writer out = { 0 };

  write_text (&out, server->netns);
  write_u32 (&out, query->number);
  write_bool (&out, query->connection != NULL);
  write_bytes (&out, message, length);
  event_send (EVENT_DNS_QUERY, 0, &out);
}

static void
udp_ready (struct watch *watch, uint32_t events)
{
  struct server *server = (struct server *) ((char *) watch - offsetof (struct server, udp));

  (void) events;
  for (int i = 0; i < UDP_BURST; i++)
    {
      static uint8_t message[MESSAGE_LIMIT];
      struct sockaddr_in peer;
      socklen_t peer_length = sizeof peer;
      ssize_t count = recvfrom (watch->fd, message, sizeof message, MSG_DONTWAIT, (struct sockaddr *) &peer,
                                &peer_length);
      struct query *query;

      if (count < 0)
        return;
      /* Without a host nobody answers, and the client asks again. */
      if (!epoch_open ())
        continue;
      query = query_new (server);
      query->peer = peer;
      ask (server, query, message, (size_t) count);
    }
}

static void
connection_end (struct connection *connection)
{
  if (connection->server == NULL)
    return;
  loop_remove (&connection->watch);
  close (connection->watch.fd);
  free (connection->message);
  *connection = (struct connection){ .watch.fd = -1 };
}

static void
connection_ready (struct watch *watch, uint32_t events)
{
  struct connection *connection = (struct connection *) ((char *) watch - offsetof (struct connection, watch));
  struct query *query;
  size_t wanted;
  ssize_t count;

  (void) events;
  if (connection->message == NULL)
    connection->message = malloc (2 + MESSAGE_LIMIT);
  if (connection->message == NULL)
    {
      connection_end (connection);
      return;
    }
  wanted = connection->length < 2
               ? 2
               : 2 + (size_t) (connection->message[0] << 8 | connection->message[1]);
  count = recv (watch->fd, connection->message + connection->length, wanted - connection->length, MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (count <= 0)
    {
      connection_end (connection);
      return;
    }
  connection->length += (size_t) count;
  if (connection->length < wanted || connection->length == 2)
    return;
  query = query_new (connection->server);
  query->connection = connection;
  query->serial = connection->serial;
  ask (connection->server, query, connection->message + 2, connection->length - 2);
  connection->asked = true;
  connection->length = 0;
  free (take_pointer (&connection->message));
  loop_change (watch, 0);
}

static void
tcp_ready (struct watch *watch, uint32_t events)
{
  struct server *server = (struct server *) ((char *) watch - offsetof (struct server, tcp));
  struct connection *connection = &server->connections[0];
  cleanup_close int fd = accept4 (watch->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  struct error err;

  (void) events;
  if (fd < 0)
    return;
  for (int i = 0; i < CONNECTIONS; i++)
    {
      struct connection *candidate = &server->connections[i];

      if (candidate->server == NULL)
        {
          connection = candidate;
          break;
        }
      if (candidate->serial < connection->serial)
        connection = candidate;
    }
  connection_end (connection);
  connection->watch = (struct watch){ .fd = fd, .ready = connection_ready };
  if (loop_add (&connection->watch, EPOLLIN, &err) < 0)
    {
      connection->watch.fd = -1;
      return;
    }
  connection->server = server;
  connection->serial = ++last_serial;
  take_fd (&fd);
}

static int
listen_at (struct watch *watch, int netns, int type, struct error *err)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (53) };

  address.sin_addr.s_addr = htonl (0x7f00000b);
  watch->fd = netns_socket (netns, AF_INET, type | SOCK_NONBLOCK, 0, err);
  if (watch->fd < 0)
    return -1;
  if (bind (watch->fd, (struct sockaddr *) &address, sizeof address) < 0
      || (type == SOCK_STREAM && listen (watch->fd, CONNECTIONS) < 0))
    return error_errno (err, "listen at 127.0.0.11:53");
  return loop_add (watch, EPOLLIN, err);
}

static void
server_free (struct server *server)
{
  struct watch *watches[] = { &server->udp, &server->tcp };

  for (size_t i = 0; i < 2; i++)
    if (watches[i]->fd >= 0)
      {
        loop_remove (watches[i]);
        close (watches[i]->fd);
      }
  for (int i = 0; i < CONNECTIONS; i++)
    connection_end (&server->connections[i]);
  for (int i = 0; i < QUERIES; i++)
    if (queries[i].server == server)
      queries[i].number = 0;
  free (server->netns);
  loop_free_later (server);
}

void
dns_stop (const char *netns)
{
  for (struct server **link = &servers; *link != NULL; link = &(*link)->next)
    if (strcmp ((*link)->netns, netns) == 0)
      {
        struct server *server = *link;

        *link = server->next;
        server_free (server);
        return;
      }
}

int
verb_dns_serve (struct call *call, struct error *err)
{
  const char *name = read_text (&call->in);
  cleanup_close int netns = -1;
  struct server *server;

  if (reader_finish (&call->in, err) < 0)
    return -1;
  if (server_find (name) != NULL)
    return VERB_DONE;
  netns = netns_open (name, err);
  if (netns < 0)
    return -1;
  server = calloc (1, sizeof *server);
  if (server == NULL || (server->netns = strdup (name)) == NULL)
    {
      free (server);
      return error_set (err, ENOMEM, "out of memory");
    }
  server->udp = (struct watch){ .fd = -1, .ready = udp_ready };
  server->tcp = (struct watch){ .fd = -1, .ready = tcp_ready };
  if (listen_at (&server->udp, netns, SOCK_DGRAM, err) < 0 || listen_at (&server->tcp, netns, SOCK_STREAM, err) < 0)
    {
      server_free (server);
      return -1;
    }
  server->next = servers;
  servers = server;
  return VERB_DONE;
}

static void
answer_tcp (struct connection *connection, const uint8_t *message, size_t length)
{
  uint8_t prefix[2] = { (uint8_t) (length >> 8), (uint8_t) length };
  struct iovec parts[2] = { { prefix, 2 }, { (void *) (uintptr_t) message, length } };
  struct msghdr whole = { .msg_iov = parts, .msg_iovlen = 2 };
  ssize_t count = length == 0 ? -1 : sendmsg (connection->watch.fd, &whole, MSG_DONTWAIT | MSG_NOSIGNAL);

  /* One answer fits an empty send buffer. A client that does not take them loses its connection. */
  if (count != (ssize_t) (2 + length))
    {
      connection_end (connection);
      return;
    }
  connection->asked = false;
  loop_change (&connection->watch, EPOLLIN);
}

int
verb_dns_answer (struct call *call, struct error *err)
{
  uint32_t number = read_u32 (&call->in);
  size_t length;
  const uint8_t *message = read_bytes (&call->in, &length);
  struct query *query = &queries[number % QUERIES];

  if (reader_finish (&call->in, err) < 0)
    return -1;
  if (length > MESSAGE_LIMIT)
    return error_set (err, EMSGSIZE, "DNS message of %zu bytes", length);
  if (number == 0 || query->number != number)
    return VERB_DONE;
  query->number = 0;
  if (query->connection == NULL)
    {
      /* An answer that cannot be sent is like one that got lost on the way. */
      if (length > 0
          && sendto (query->server->udp.fd, message, length, MSG_DONTWAIT, (struct sockaddr *) &query->peer,
                     sizeof query->peer)
                 < 0)
        return VERB_DONE;
    }
  else if (query->connection->server != NULL && query->connection->serial == query->serial
           && query->connection->asked)
    answer_tcp (query->connection, message, length);
  return VERB_DONE;
}
