/* What PID 1 does before it serves: the mounts, cgroups and limits that a Linux system has when somebody logs in. */
#include "boot.h"
#include "error.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>

enum
{
  MEBI = 1024 * 1024,
  /* Kept from containers and from the learner's shells, for the kernel and the agent. */
  RESERVE = 20 * MEBI
};

static const struct
{
  const char *source, *target, *type;
  unsigned long flags;
  const char *options;
} mounts[] = {
  { "proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL },
  { "sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL },
  { "dev", "/dev", "devtmpfs", MS_NOSUID, "mode=755" },
  { "devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "gid=5,mode=620,ptmxmode=666" },
  { "shm", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777,size=16m" },
  { "mqueue", "/dev/mqueue", "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL },
  { "cgroup", "/sys/fs/cgroup", "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC, "nsdelegate" },
  { "run", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=16m" },
  { "tmp", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777,size=40%" },
};

static void
complain (const char *what, const char *which)
{
  printf ("agent: %s %s: %s\n", what, which, strerror (errno));
}

static void
put (const char *path, const char *text, bool must)
{
  cleanup_close int fd = open (path, O_WRONLY | O_CLOEXEC);

  if ((fd < 0 || write (fd, text, strlen (text)) < 0) && must)
    complain ("write", path);
}

static void
put_number (const char *path, unsigned long long number)
{
  char text[24];

  snprintf (text, sizeof text, "%llu", number);
  put (path, text, true);
}

static void
mount_all (void)
{
  for (size_t i = 0; i < sizeof mounts / sizeof mounts[0]; i++)
    {
      mkdir (mounts[i].target, 0755);
      /* EBUSY: the kernel, or an earlier program, mounted it already. */
      if (mount (mounts[i].source, mounts[i].target, mounts[i].type, mounts[i].flags, mounts[i].options) < 0
          && errno != EBUSY)
        complain ("mount", mounts[i].target);
    }
  if (mount (NULL, "/", NULL, MS_REC | MS_SHARED, NULL) < 0)
    complain ("share", "/");
}

/* Upperdirs, volumes and logs live in memory, and nobody can free it by killing: so they have a limit of their own. */
static void
mount_docker (unsigned long long memory)
{
  char options[64];

  mkdir ("/var/lib/docker", 0710);
  snprintf (options, sizeof options, "mode=710,size=%llu,nr_inodes=65536", memory * 6 / 10);
  if (mount ("docker", "/var/lib/docker", "tmpfs", 0, options) < 0)
    complain ("mount", "/var/lib/docker");
  mkdir ("/var/lib/docker/overlay2", 0710);
  mkdir ("/var/lib/docker/overlay2/l", 0710);
  mkdir ("/var/lib/docker/containers", 0710);
  mkdir ("/var/lib/docker/volumes", 0701);
  mkdir ("/run/docker", 0755);
  mkdir ("/run/docker/netns", 0755);
  mkdir ("/run/crun", 0700);
  if (symlink ("/run", "/var/run") < 0 && errno != EEXIST)
    complain ("link", "/var/run");
}

/* The layers, and with them the tools that /usr shows. A machine without them is small, but works. */
static void
mount_layers (void)
{
  mkdir ("/run/layerfs", 0755);
  if (mount ("host9p", "/run/layerfs", "9p", MS_RDONLY | MS_NODEV,
             "trans=virtio,version=9p2000.L,msize=512000,cache=loose,access=any")
      < 0)
    {
      complain ("mount", "/run/layerfs");
      return;
    }
  if (mount ("/run/layerfs/tools/usr", "/usr", NULL, MS_BIND, NULL) < 0 && errno != ENOENT)
    complain ("mount", "/usr");
}

static void
make_cgroups (unsigned long long memory)
{
  static const char *const controllers[] = { "+memory", "+cpu", "+pids", "+io", "+cpuset" };
  static const char *const groups[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/docker" };

  mkdir ("/sys/fs/cgroup/docker", 0755);
  mkdir ("/sys/fs/cgroup/lab", 0755);
  for (size_t i = 0; i < 2; i++)
    for (size_t k = 0; k < sizeof controllers / sizeof controllers[0]; k++)
      {
        char path[80];

        snprintf (path, sizeof path, "%s/cgroup.subtree_control", groups[i]);
        put (path, controllers[k], false); /* not every kernel has each of them */
      }
  put_number ("/sys/fs/cgroup/docker/memory.max", memory - RESERVE);
  put_number ("/sys/fs/cgroup/docker/pids.max", 2048);
  put_number ("/sys/fs/cgroup/lab/memory.max", memory / 2);
  put_number ("/sys/fs/cgroup/lab/pids.max", 256);
}

static void
set_hostname (void)
{
  char name[65];
  cleanup_close int fd = open ("/etc/hostname", O_RDONLY | O_CLOEXEC);
  ssize_t length = fd < 0 ? -1 : read (fd, name, sizeof name - 1);

  if (length <= 0)
    return;
  name[length] = 0;
  if (sethostname (name, strcspn (name, "\n")) < 0)
    complain ("set", "the hostname");
}

static void
set_loopback_up (void)
{
  struct ifreq request = { .ifr_name = "lo" };
  cleanup_close int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  if (ioctl (fd, SIOCGIFFLAGS, &request) == 0)
    {
      request.ifr_flags |= IFF_UP;
      if (ioctl (fd, SIOCSIFFLAGS, &request) == 0)
        return;
    }
  complain ("bring up", "lo");
}

int
boot (void)
{
  struct sysinfo system;
  unsigned long long memory;

  umask (0);
  mount_all ();
  sysinfo (&system);
  memory = (unsigned long long) system.totalram * system.mem_unit;
  mount_docker (memory);
  mount_layers ();
  make_cgroups (memory);
  set_hostname ();
  set_loopback_up ();
  /* What Docker's service gives to containers. */
  if (setrlimit (RLIMIT_NOFILE, &(struct rlimit){ 1048576, 1048576 }) < 0
      || setrlimit (RLIMIT_NPROC, &(struct rlimit){ RLIM_INFINITY, RLIM_INFINITY }) < 0)
    complain ("raise", "the limits");
  put ("/proc/self/oom_score_adj", "-1000", true);
  put ("/proc/sys/net/ipv4/ip_forward", "1", true);
  /* Published ports answer on 127.0.0.1 too: its packets may leave through a bridge. */
  put ("/proc/sys/net/ipv4/conf/all/route_localnet", "1", true);
  put ("/proc/sys/net/ipv4/ping_group_range", "0 2147483647", false);
  put ("/proc/sys/kernel/printk", "3 4 1 3", false);
  return open ("/dev/hvc1", O_RDWR | O_NOCTTY | O_CLOEXEC);
}

void
boot_ready (void)
{
  printf ("agent ready\n");
  fflush (stdout);
}
