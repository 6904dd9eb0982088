#include "netns.h"
#include "links.h"
#include "netlink.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define NETNS_DIRECTORY "/run/docker/netns"

/* The agent's own namespace, to come back to. */
static int home = -1;

static int
home_open (struct error *err)
{
  if (home < 0)
    home = open ("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  return home < 0 ? error_errno (err, "open /proc/self/ns/net") : 0;
}

/* An agent that stayed behind in a container's namespace would answer for the wrong machine. */
static void
go_home (void)
{
  if (setns (home, CLONE_NEWNET) < 0)
    abort ();
}

static int
netns_path (char *path, size_t size, const char *name, struct error *err)
{
  if (name[0] == 0 || name[0] == '.' || strchr (name, '/') != NULL)
    return error_set (err, EINVAL, "network namespace %s", name);
  if ((size_t) snprintf (path, size, NETNS_DIRECTORY "/%s", name) >= size)
    return error_set (err, ENAMETOOLONG, "network namespace %s", name);
  return 0;
}

static void
write_setting (const char *path, const char *value)
{
  cleanup_close int fd = open (path, O_WRONLY | O_CLOEXEC);

  /* A kernel without IPv6 has no such file, and needs none. */
  if (fd >= 0 && write (fd, value, strlen (value)) < 0)
    return;
}

/* In the new namespace. Docker's networks have no IPv6 unless asked for, and without it no neighbour discovery runs. */
static int
set_up (struct error *err)
{
  cleanup_close int route = -1;

  write_setting ("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
  write_setting ("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
  route = netlink_open (err);
  return route < 0 ? -1 : link_up (route, 1, err);
}

int
netns_create (const char *name, struct error *err)
{
  char path[PATH_MAX];
  cleanup_close int file = -1;
  int result;

  if (netns_path (path, sizeof path, name, err) < 0 || home_open (err) < 0)
    return -1;
  file = open (path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
  if (file < 0 && errno == ENOENT)
    {
      mkdir ("/run/docker", 0711);
      mkdir (NETNS_DIRECTORY, 0755);
      file = open (path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
    }
  if (file < 0)
    return error_errno (err, "create %s", path);
  if (unshare (CLONE_NEWNET) < 0)
    {
      error_errno (err, "unshare");
      unlink (path);
      return -1;
    }
  result = set_up (err);
  if (result == 0 && mount ("/proc/self/ns/net", path, NULL, MS_BIND, NULL) < 0)
    result = error_errno (err, "bind mount at %s", path);
  go_home ();
  if (result < 0)
    unlink (path);
  return result;
}

int
netns_remove (const char *name, struct error *err)
{
  char path[PATH_MAX];
  cleanup_close int netns = -1;

  if (netns_path (path, sizeof path, name, err) < 0)
    return -1;
  netns = open (path, O_RDONLY | O_CLOEXEC);
  if (netns >= 0)
    {
      cleanup_close int route = netns_socket (netns, AF_NETLINK, SOCK_RAW, 0, err);

      /* Another container may live on in here, and the address is given to somebody else. */
      if (route < 0 || veths_delete (route, err) < 0)
        return -1;
    }
  if (umount2 (path, MNT_DETACH | UMOUNT_NOFOLLOW) < 0 && errno != EINVAL && errno != ENOENT)
    return error_errno (err, "unmount %s", path);
  if (unlink (path) < 0 && errno != ENOENT)
    return error_errno (err, "remove %s", path);
  return 0;
}

int
netns_open (const char *name, struct error *err)
{
  char path[PATH_MAX];
  int fd;

  if (netns_path (path, sizeof path, name, err) < 0)
    return -1;
  fd = open (path, O_RDONLY | O_CLOEXEC);
  return fd < 0 ? error_errno (err, "open %s", path) : fd;
}

int
netns_socket (int netns, int domain, int type, int protocol, struct error *err)
{
  int fd, status;

  if (netns < 0)
    fd = socket (domain, type | SOCK_CLOEXEC, protocol);
  else
    {
      if (home_open (err) < 0)
        return -1;
      if (setns (netns, CLONE_NEWNET) < 0)
        return error_errno (err, "enter the network namespace");
      fd = socket (domain, type | SOCK_CLOEXEC, protocol);
      status = errno;
      go_home ();
      errno = status;
    }
  return fd < 0 ? error_errno (err, "socket") : fd;
}

int
netns_socket_at (const char *path, int domain, int type, int protocol, struct error *err)
{
  cleanup_close int netns = -1;

  if (path[0] != 0)
    {
      netns = open (path, O_RDONLY | O_CLOEXEC);
      if (netns < 0)
        return error_errno (err, "open %s", path);
    }
  return netns_socket (netns, domain, type, protocol, err);
}
