/* An upperdir against its lowerdirs. */
#include "check.h"
#include "changes.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

static void
put (const char *path, const char *text)
{
  struct timespec times[2] = { { 1000, 5 }, { 1000, 5 } };
  cleanup_close int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

  CHECK (fd >= 0 && write (fd, text, strlen (text)) >= 0 && futimens (fd, times) == 0);
}

static void
directory (const char *path)
{
  CHECK (mkdir (path, 0755) == 0);
}

static void
gone (const char *path)
{
  CHECK (mknod (path, S_IFCHR, 0) == 0);
}

static void
opaque (const char *path)
{
  CHECK (setxattr (path, "trusted.overlay.opaque", "y", 1, 0) == 0);
}

static int
compare (const void *a, const void *b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* The changes, sorted by path: "C /a", "A /b", "D /c", one a line. */
static void
lists (const char *const *lowers, const char *expected)
{
  static const char kinds[] = "CAD";
  char *lines[64], text[4096] = "";
  struct writer out = { 0 };
  struct reader in;
  uint32_t count;

  CHECK (changes_list ("upper", lowers, &out, &err) == 0 && !out.bad);
  in = reader_of (out.bytes, out.length);
  count = read_u32 (&in);
  CHECK (count <= 64);
  for (uint32_t i = 0; i < count; i++)
    {
      const char *path = read_text (&in);

      CHECK (asprintf (&lines[i], "%s %c\n", path, kinds[read_u32 (&in) % 3]) > 0);
    }
  CHECK (reader_finish (&in, &err) == 0);
  writer_free (&out);
  qsort (lines, count, sizeof *lines, compare);
  for (uint32_t i = 0; i < count; i++)
    {
      strcat (text, lines[i]);
      free (lines[i]);
    }
  if (strcmp (text, expected) != 0)
    fprintf (stderr, "%s", text);
  CHECK (strcmp (text, expected) == 0);
}

static void
begin (void)
{
  static const char *const trees[] = { "upper", "one", "two" };

  for (int i = 0; i < 3; i++)
    {
      tree_remove (trees[i], true, &err);
      directory (trees[i]);
    }
}

static const char *const lowers[] = { "one", "two", NULL };

static void
test_files (void)
{
  struct timespec coarse[2] = { { 1000, 0 }, { 1000, 0 } };

  begin ();
  lists (lowers, "");
  directory ("one/d");
  directory ("two/d");
  directory ("upper/d");
  put ("one/d/same", "x");
  put ("upper/d/same", "x");
  lists (lowers, ""); /* copied up, and nothing else */
  CHECK (utimensat (AT_FDCWD, "upper/d/same", coarse, 0) == 0);
  lists (lowers, ""); /* a layer may keep whole seconds */
  put ("two/d/changed", "x");
  put ("upper/d/changed", "longer");
  put ("upper/d/new", "x");
  put ("one/d/mode", "x");
  put ("upper/d/mode", "x");
  CHECK (chmod ("upper/d/mode", 0600) == 0);
  put ("two/d/gone", "x");
  gone ("upper/d/gone");
  gone ("upper/d/never-was");
  directory ("upper/fresh");
  put ("upper/fresh/file", "x");
  gone ("upper/fresh/nothing");
  lists (lowers, "/d C\n/d/changed C\n/d/gone D\n/d/mode C\n/d/new A\n/fresh A\n/fresh/file A\n");
  CHECK (chmod ("upper/d", 0700) == 0);
  put ("one/kind", "x");
  directory ("upper/kind");
  put ("one/link", "x");
  CHECK (symlink ("x", "upper/link") == 0);
  lists (lowers, "/d C\n/d/changed C\n/d/gone D\n/d/mode C\n/d/new A\n/fresh A\n/fresh/file A\n/kind C\n/link C\n");
}

static void
test_capability (void)
{
  static const uint8_t capability[20] = { 1, 0, 0, 2, 0, 4 };

  begin ();
  put ("one/ping", "x");
  put ("upper/ping", "x");
  CHECK (setxattr ("upper/ping", "security.capability", capability, sizeof capability, 0) == 0);
  lists (lowers, "/ping C\n");
  CHECK (setxattr ("one/ping", "security.capability", capability, sizeof capability, 0) == 0);
  lists (lowers, "");
}

/* What a lowerdir hides is not there for the upperdir. */
static void
test_hidden (void)
{
  begin ();
  put ("two/a", "x");
  gone ("one/a");
  put ("upper/a", "x");
  directory ("two/b");
  put ("two/b/below", "x");
  directory ("one/b");
  opaque ("one/b");
  directory ("upper/b");
  put ("upper/b/below", "x");
  directory ("two/c");
  put ("two/c/below", "x");
  put ("one/c", "a file now");
  gone ("upper/c");
  lists (lowers, "/a A\n/b C\n/b/below A\n/c D\n");
}

static void
test_opaque (void)
{
  begin ();
  directory ("two/d");
  put ("two/d/stays", "x");
  put ("two/d/goes", "x");
  directory ("two/d/sub");
  put ("two/d/sub/inner", "x");
  directory ("two/d/empty");
  directory ("one/d");
  put ("one/d/goes-too", "x");
  gone ("one/d/was-gone");
  put ("two/d/was-gone", "x");
  directory ("upper/d");
  opaque ("upper/d");
  put ("upper/d/stays", "x");
  directory ("upper/d/sub"); /* as opaque as what it is in */
  directory ("upper/new");
  opaque ("upper/new");
  lists (lowers, "/d C\n/d/empty D\n/d/goes D\n/d/goes-too D\n/d/sub C\n/d/sub/inner D\n/new A\n");
}

static void
test_deep (void)
{
  int fd, deeper;
  struct writer out = { 0 };
  struct reader in;

  begin ();
  fd = open ("upper", O_PATH | O_DIRECTORY);
  for (int i = 0; i < 1500; i++, fd = deeper)
    {
      CHECK (mkdirat (fd, "d", 0755) == 0);
      deeper = openat (fd, "d", O_PATH | O_DIRECTORY);
      CHECK (deeper >= 0);
      close (fd);
    }
  CHECK (changes_list ("upper", lowers, &out, &err) == 0);
  in = reader_of (out.bytes, out.length);
  CHECK (read_u32 (&in) == 1500);
  writer_free (&out);
  for (int i = 0; i < 1000; i++, fd = deeper)
    {
      CHECK (mkdirat (fd, "d", 0755) == 0);
      deeper = openat (fd, "d", O_PATH | O_DIRECTORY);
      close (fd);
    }
  close (fd);
  FAILS (changes_list ("upper", lowers, &out, &err), ENAMETOOLONG);
  FAILS (changes_list ("nowhere", lowers, &out, &err), ENOENT);
  writer_free (&out);
}

int
main (void)
{
  if (getuid () != 0)
    {
      puts ("test_changes: not tested without root");
      return 0;
    }
  scratch_enter ();
  umask (0);
  test_files ();
  test_capability ();
  test_hidden ();
  test_opaque ();
  test_deep ();
  scratch_leave ();
  puts ("test_changes: ok");
  return 0;
}
