/* Removing and measuring trees: deep ones, symlinks, mounts, hard links. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

static void
make_file (const char *path, size_t size)
{
  static const char bytes[65536] = { 1 };
  cleanup_close int fd = open (path, O_WRONLY | O_CREAT | O_EXCL, 0644);

  CHECK (fd >= 0);
  for (; size > 0; size -= size < sizeof bytes ? size : sizeof bytes)
    CHECK (write (fd, bytes, size < sizeof bytes ? size : sizeof bytes) > 0);
}

static bool
exists (const char *path)
{
  struct stat stat;

  return lstat (path, &stat) == 0;
}

static void
test_names (void)
{
  char **names;

  CHECK (mkdir ("names", 0755) == 0);
  names = tree_names (AT_FDCWD, "names", &err);
  CHECK (names != NULL && names[0] == NULL);
  names_free (names);
  make_file ("names/b", 0);
  make_file ("names/B", 0);
  make_file ("names/.c", 0);
  make_file ("names/\xff", 0);
  names = tree_names (AT_FDCWD, "names", &err);
  CHECK (strcmp (names[0], ".c") == 0 && strcmp (names[1], "B") == 0 && strcmp (names[2], "b") == 0);
  CHECK (strcmp (names[3], "\xff") == 0 && names[4] == NULL);
  names_free (names);
  CHECK (tree_names (AT_FDCWD, "names/b", &err) == NULL && err.status == ENOTDIR);
  CHECK (symlink ("names", "names-link") == 0);
  CHECK (tree_names (AT_FDCWD, "names-link", &err) == NULL && err.status == ENOTDIR);
}

static void
test_remove (void)
{
  make_file ("file", 1);
  CHECK (tree_remove ("file", false, &err) == 0 && !exists ("file"));
  FAILS (tree_remove ("file", true, &err), ENOENT);
  CHECK (mkdir ("empty", 0755) == 0 && tree_remove ("empty", false, &err) == 0 && !exists ("empty"));
  CHECK (mkdir ("full", 0755) == 0 && mkdir ("full/a", 0) == 0);
  make_file ("full/b", 1);
  FAILS (tree_remove ("full", false, &err), ENOTEMPTY);
  CHECK (tree_remove ("full/", true, &err) == 0 && !exists ("full"));
  FAILS (tree_remove ("..", true, &err), EINVAL);
  FAILS (tree_remove (".", true, &err), EINVAL);
  FAILS (tree_remove ("/", true, &err), EINVAL);

  /* Symlinks go, what they lead to stays. */
  CHECK (mkdir ("kept", 0755) == 0 && mkdir ("tree", 0755) == 0 && symlink ("../kept", "tree/link") == 0);
  make_file ("kept/file", 1);
  CHECK (symlink ("kept", "to-kept") == 0 && tree_remove ("to-kept", true, &err) == 0);
  CHECK (tree_remove ("tree", true, &err) == 0 && exists ("kept/file"));
}

static void
test_many (void)
{
  char path[64];

  CHECK (mkdir ("many", 0755) == 0);
  for (int i = 0; i < 40; i++)
    {
      snprintf (path, sizeof path, "many/%d", i);
      CHECK (mkdir (path, 0755) == 0);
      for (int k = 0; k < 40; k++)
        {
          snprintf (path, sizeof path, "many/%d/%d", i, k);
          make_file (path, 0);
        }
    }
  /* In portions: each takes something away, and the last says that it is all. */
  for (int round = 0;; round++)
    {
      int left = tree_remove_at (AT_FDCWD, "many", true, 100, &err);

      CHECK (left >= 0 && (left == 0) == !exists ("many") && round <= 16);
      if (left == 0)
        break;
    }
}

/* Deeper than descriptors last, and than a path can be long. */
static void
test_deep (void)
{
  struct rlimit few = { 64, 64 };
  uint64_t bytes = 0;
  struct stat stat;
  int fd = open (".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  int top = fd;

  CHECK (fd >= 0);
  for (int i = 0; i < 4000; i++)
    {
      int below;

      CHECK (mkdirat (fd, "d", 0755) == 0);
      below = openat (fd, "d", O_PATH | O_DIRECTORY | O_CLOEXEC);
      CHECK (below >= 0);
      if (fd != top)
        close (fd);
      fd = below;
    }
  CHECK (mknodat (fd, "file", S_IFREG | 0644, 0) == 0);
  close (fd);
  CHECK (setrlimit (RLIMIT_NOFILE, &few) == 0);
  CHECK (tree_usage ("d", &bytes, &err) == 0 && lstat ("d", &stat) == 0);
  CHECK (bytes == 4000 * (uint64_t) stat.st_blocks * 512);
  CHECK (tree_remove ("d", true, &err) == 0 && !exists ("d"));
  close (top);
}

static uint64_t
usage (const char *path)
{
  uint64_t bytes = 0;

  CHECK (tree_usage (path, &bytes, &err) == 0);
  return bytes;
}

static void
test_usage (void)
{
  char path[64];
  uint64_t empty, linked;

  FAILS (tree_usage ("nowhere", &(uint64_t){ 0 }, &err), ENOENT);
  CHECK (mkdir ("usage", 0755) == 0 && mkdir ("usage/below", 0755) == 0);
  empty = usage ("usage");
  make_file ("usage/below/file", 100000);
  linked = usage ("usage");
  CHECK (linked >= empty + 98304 && linked <= empty + 131072 && usage ("usage/below/file") == linked - empty);
  for (int i = 0; i < 1000; i++)
    {
      snprintf (path, sizeof path, "usage/%d", i);
      CHECK (link ("usage/below/file", path) == 0);
    }
  /* Directories may have grown, the file is counted once. */
  CHECK (usage ("usage") < linked + 100000);
  CHECK (symlink ("/", "usage/link") == 0 && usage ("usage") < linked + 110000);
}

/* A mount of the same file system, which device numbers do not tell. */
static void
test_mounts (void)
{
  uint64_t before;

  if (unshare (CLONE_NEWNS) < 0)
    {
      puts ("test_tree: mounts are not tested without root");
      return;
    }
  CHECK (mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
  CHECK (mkdir ("volume", 0755) == 0 && mkdir ("holder", 0755) == 0 && mkdir ("holder/at", 0755) == 0);
  before = usage ("holder");
  make_file ("volume/precious", 100000);
  make_file ("holder/gone", 0);
  CHECK (mount ("volume", "holder/at", NULL, MS_BIND, NULL) == 0);
  CHECK (usage ("holder") <= before);
  FAILS (tree_remove ("holder", true, &err), EBUSY);
  FAILS (tree_remove ("holder/at", true, &err), EBUSY);
  CHECK (exists ("volume/precious") && exists ("holder/at/precious"));
  CHECK (umount ("holder/at") == 0 && tree_remove ("holder", true, &err) == 0 && exists ("volume/precious"));
}

int
main (void)
{
  scratch_enter ();
  test_names ();
  test_remove ();
  test_many ();
  test_usage ();
  test_mounts ();
  test_deep ();
  scratch_leave ();
  puts ("test_tree: ok");
  return 0;
}
