/* Paths below a root: no symlink, no "..", leads out. */
#include "check.h"
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

static char root[64];

/* What is in the file that the path leads to. */
static const char *
content (const char *at, const char *path)
{
  static char text[64];
  cleanup_close int fd = path_open (at, path, O_RDONLY, 0, &err);
  ssize_t length = fd < 0 ? -1 : read (fd, text, sizeof text - 1);

  text[length < 0 ? 0 : length] = 0;
  return fd < 0 ? NULL : text;
}

static void
put (const char *path, const char *text)
{
  FILE *file = fopen (path, "w");

  CHECK (file != NULL && fputs (text, file) >= 0 && fclose (file) == 0);
}

static void
test_open (void)
{
  static const char *const escapes[] = { "../secret", "a/../../secret", "up/secret",  "absolute", "deep",
                                         "dot",       "/../secret",    "a/up2/secret", "../../../../secret" };

  for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++)
    {
      const char *text = content (root, escapes[i]);

      CHECK (text == NULL || strcmp (text, "inside") == 0);
    }
  CHECK (strcmp (content (root, "absolute"), "inside") == 0);
  CHECK (strcmp (content (root, "/up/secret"), "inside") == 0);
  CHECK (strcmp (content (root, "a/file"), "file") == 0);
  CHECK (strcmp (content ("", "/proc/self/comm"), "test_path\n") == 0);
  FAILS (path_open (root, "nothing", O_RDONLY, 0, &err), ENOENT);
  FAILS (path_open (root, "a/file/x", O_RDONLY, 0, &err), ENOTDIR);
  FAILS (path_open (root, "loop", O_RDONLY, 0, &err), ELOOP);
  FAILS (path_open ("/nowhere", "x", O_RDONLY, 0, &err), ENOENT);
  /* A root that is a symlink itself is the caller's choice; a descriptor in /proc is nobody's way out. */
  CHECK (strcmp (content ("root-link", "a/file"), "file") == 0);
  CHECK (path_open (root, "magic/secret", O_RDONLY, 0, &err) < 0);
}

static void
test_create (void)
{
  struct stat stat;
  int fd = path_open (root, "/new/../absolute-new", O_WRONLY | O_CREAT, 0640, &err);

  CHECK (fd < 0);
  fd = path_open (root, "out-new", O_WRONLY | O_CREAT, 0640, &err);
  CHECK (fd >= 0 && close (fd) == 0);
  /* The link "out-new" says /made: below the root, not at the machine's own. */
  CHECK (lstat ("root/made", &stat) == 0 && (stat.st_mode & 0777) == 0640 && access ("/made", F_OK) < 0);
}

static void
names (const char *path, const char *expected)
{
  const char *name;
  size_t length;
  cleanup_close int parent = path_parent (root, path, &name, &length, &err);

  CHECK (parent >= 0 && length == strlen (expected) && strncmp (name, expected, length) == 0);
}

static void
test_parent (void)
{
  static const char *const none[] = { "", "/", "//", ".", "..", "a/.", "a/..", "../", "a/../", "/..", "./" };
  char longest[PATH_MAX + 8];
  const char *name;
  size_t length;

  for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
    FAILS (path_parent (root, none[i], &name, &length, &err), EINVAL);
  names ("x", "x");
  names ("/a/b/", "b");
  names ("a/...", "...");
  names ("a/.x", ".x");
  FAILS (path_parent (root, "nowhere/x", &name, &length, &err), ENOENT);
  FAILS (path_parent (root, "a/file/x", &name, &length, &err), ENOTDIR);
  memset (longest, 'x', sizeof longest);
  longest[sizeof longest - 1] = 0;
  FAILS (path_parent (root, longest, &name, &length, &err), ENAMETOOLONG);
  longest[NAME_MAX + 1] = 0;
  FAILS (path_parent (root, longest, &name, &length, &err), ENAMETOOLONG);
}

int
main (void)
{
  scratch_enter ();
  umask (0);
  put ("secret", "outside");
  CHECK (mkdir ("root", 0755) == 0 && mkdir ("root/a", 0755) == 0 && mkdir ("root/a/b", 0755) == 0);
  snprintf (root, sizeof root, "%s/root", scratch);
  put ("root/secret", "inside");
  put ("root/a/file", "file");
  CHECK (symlink ("..", "root/up") == 0 && symlink ("../../..", "root/a/up2") == 0);
  CHECK (symlink ("/secret", "root/absolute") == 0 && symlink ("a/../../../secret", "root/deep") == 0);
  CHECK (symlink ("./../secret", "root/dot") == 0 && symlink ("loop", "root/loop") == 0);
  CHECK (symlink ("/made", "root/out-new") == 0 && symlink ("/proc/self/cwd", "root/magic") == 0);
  CHECK (symlink (root, "root-link") == 0);
  test_open ();
  test_create ();
  test_parent ();
  scratch_leave ();
  puts ("test_path: ok");
  return 0;
}
