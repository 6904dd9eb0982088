/* Trees into archives and back: every kind of file, with its attributes; upperdirs as layers. */
#include "check.h"
#include "tar.h"
#include "tar_read.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/xattr.h>

static bool root;

static void
put (const char *path, const char *text, size_t length, mode_t mode)
{
  cleanup_close int fd = open (path, O_WRONLY | O_CREAT | O_EXCL, 0600);

  CHECK (fd >= 0 && write (fd, text, length) == (ssize_t) length && fchmod (fd, mode) == 0);
}

static void
touch (const char *path, time_t seconds, long nanoseconds)
{
  struct timespec times[2] = { { 0, 0 }, { seconds, nanoseconds } };

  CHECK (utimensat (AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) == 0);
}

static int
pack (const char *path, const char *name, bool contents, bool layer)
{
  struct tar_pack options = { .path = path, .name = name, .contents = contents, .layer = layer };
  int fd = memfd_create ("archive", MFD_CLOEXEC);

  CHECK (fd >= 0);
  if (tar_pack (&options, fd, &err) < 0)
    {
      close (fd);
      return -1;
    }
  CHECK (lseek (fd, 0, SEEK_CUR) % 512 == 0 && lseek (fd, 0, SEEK_SET) == 0);
  return fd;
}

/* The names in an archive, in order, each with its type in front. */
static const char *
listing (int fd)
{
  static char text[65536];
  static struct tar_reader reader;
  int result;

  reader = (struct tar_reader){ .fd = fd };
  text[0] = 0;
  while ((result = tar_read_entry (&reader, &err)) > 0)
    {
      char line[PATH_MAX + 4];

      snprintf (line, sizeof line, "%c %s\n", reader.entry.type, reader.entry.name);
      CHECK (strlen (text) + strlen (line) < sizeof text);
      strcat (text, line);
    }
  CHECK (result == 0);
  tar_reader_free (&reader);
  close (fd);
  return text;
}

static void
lists (int fd, const char *expected)
{
  const char *text = fd < 0 ? err.message : listing (fd);

  if (strcmp (text, expected) != 0)
    fprintf (stderr, "%s", text);
  CHECK (strcmp (text, expected) == 0);
}

static void
same_xattr (const char *a, const char *b, const char *name)
{
  char left[65536], right[65536];
  ssize_t size = lgetxattr (a, name, left, sizeof left);

  CHECK (size == lgetxattr (b, name, right, sizeof right) && (size < 0 || memcmp (left, right, (size_t) size) == 0));
}

static void
same_content (const char *a, const char *b)
{
  static char left[65536], right[65536];
  cleanup_close int one = open (a, O_RDONLY | O_NOFOLLOW);
  cleanup_close int other = open (b, O_RDONLY | O_NOFOLLOW);
  ssize_t count;

  CHECK (one >= 0 && other >= 0);
  do
    {
      count = read (one, left, sizeof left);
      CHECK (count >= 0 && read (other, right, sizeof right) == count && memcmp (left, right, (size_t) count) == 0);
    }
  while (count > 0);
}

/* Two trees, entry by entry; `fractions`: times to the nanosecond. */
static void
same_tree (const char *a, const char *b, bool fractions)
{
  struct stat left, right;
  cleanup_names char **names = NULL;
  cleanup_names char **others = NULL;

  CHECK (lstat (a, &left) == 0 && lstat (b, &right) == 0);
  CHECK (left.st_mode == right.st_mode && left.st_uid == right.st_uid && left.st_gid == right.st_gid);
  CHECK (left.st_mtim.tv_sec == right.st_mtim.tv_sec);
  CHECK (!fractions || left.st_mtim.tv_nsec == right.st_mtim.tv_nsec);
  CHECK (left.st_rdev == right.st_rdev && (S_ISDIR (left.st_mode) || left.st_nlink == right.st_nlink));
  if (S_ISLNK (left.st_mode))
    {
      char one[PATH_MAX], other[PATH_MAX];
      ssize_t length = readlink (a, one, sizeof one);

      CHECK (length == readlink (b, other, sizeof other) && memcmp (one, other, (size_t) length) == 0);
      return;
    }
  if (S_ISREG (left.st_mode))
    same_content (a, b);
  if (S_ISREG (left.st_mode) || S_ISDIR (left.st_mode))
    {
      same_xattr (a, b, "user.test");
      same_xattr (a, b, "security.capability");
    }
  if (!S_ISDIR (left.st_mode))
    return;
  names = tree_names (AT_FDCWD, a, &err);
  others = tree_names (AT_FDCWD, b, &err);
  CHECK (names != NULL && others != NULL);
  for (size_t i = 0; names[i] != NULL || others[i] != NULL; i++)
    {
      char one[PATH_MAX], other[PATH_MAX];

      CHECK (names[i] != NULL && others[i] != NULL && strcmp (names[i], others[i]) == 0);
      snprintf (one, sizeof one, "%s/%s", a, names[i]);
      snprintf (other, sizeof other, "%s/%s", b, others[i]);
      same_tree (one, other, fractions);
    }
}

static void
make_tree (void)
{
  static char large[300000];
  static const uint8_t capability[20] = { 1, 0, 0, 2, 0, 4 };
  char name[NAME_MAX + 1], path[PATH_MAX];

  for (size_t i = 0; i < sizeof large; i++)
    large[i] = (char) (i * 7);
  CHECK (mkdir ("tree", 0755) == 0 && mkdir ("tree/empty", 01777) == 0 && mkdir ("tree/d", 0750) == 0);
  put ("tree/nothing", "", 0, 0644);
  put ("tree/block", large, 512, 0600);
  put ("tree/large", large, sizeof large, 06755);
  put ("tree/d/unreadable", "x", 1, 0);
  put ("tree/d/\xff\xfe", "no UTF-8", 8, 0644);
  put ("tree/d/with space\nand line", "x", 1, 0644);
  CHECK (link ("tree/large", "tree/d/hard") == 0 && link ("tree/d/hard", "tree/zzz") == 0);
  CHECK (symlink ("../large", "tree/d/soft") == 0 && symlink ("/nowhere", "tree/dangling") == 0);
  CHECK (link ("tree/dangling", "tree/dangling2") == 0);
  memset (name, 'n', NAME_MAX);
  name[NAME_MAX] = 0;
  snprintf (path, sizeof path, "tree/%s", name);
  CHECK (mkdir (path, 0755) == 0);
  snprintf (path, sizeof path, "tree/%s/%s", name, name);
  put (path, "long", 4, 0644);
  snprintf (path, sizeof path, "tree/d/exactly-%.*s", 100 - 12, name); /* a hundred bytes, as long as a header holds */
  put (path, "x", 1, 0644);
  CHECK (symlink (name, "tree/to-long") == 0);
  CHECK (mkfifo ("tree/fifo", 0620) == 0);
  if (root)
    {
      CHECK (mknod ("tree/char", S_IFCHR | 0666, makedev (1, 3)) == 0);
      CHECK (mknod ("tree/disk", S_IFBLK | 0660, makedev (259, 70000)) == 0);
      CHECK (chown ("tree/block", 70000, 3000000) == 0 && lchown ("tree/d/soft", 5, 6) == 0);
      CHECK (setxattr ("tree/nothing", "security.capability", capability, sizeof capability, 0) == 0);
      /* Of the overlay's own, none is packed. */
      CHECK (setxattr ("tree/d", "trusted.overlay.origin", "x", 1, 0) == 0);
    }
  setxattr ("tree/block", "user.test", large, 5000, 0); /* not every file system has them */
  setxattr ("tree/d", "user.test", "a\nb=c", 5, 0);
  touch ("tree/nothing", 1234567890, 123456789);
  touch ("tree/block", -5, 250000000);
  touch ("tree/fifo", 0, 1);
  touch ("tree/dangling", 20000000000, 0); /* more than eleven octal digits */
  touch ("tree/empty", 1000000000, 5);
  touch ("tree/d", 1000000001, 7);
  touch ("tree", 1000000002, 9);
}

static void
test_round_trip (bool layer)
{
  struct tar_unpack options = { .path = "copy", .uid = -1, .gid = -1 };
  int fd = pack ("tree", "", true, layer);

  CHECK (fd >= 0 && mkdir ("copy", 0755) == 0 && tar_unpack (&options, fd, &err) == 0);
  close (fd);
  CHECK (chdir (scratch) == 0);
  touch ("copy", 1000000002, 9);
  same_tree ("tree", "copy", layer);
  CHECK (tree_remove ("copy", true, &err) == 0);
}

static void
test_owner (void)
{
  struct tar_unpack options = { .path = "owned", .uid = 12, .gid = 34 };
  int fd = pack ("tree/d", "", false, false);
  struct stat stat;

  if (!root)
    {
      close (fd);
      return;
    }
  CHECK (mkdir ("owned", 0755) == 0 && tar_unpack (&options, fd, &err) == 0 && chdir (scratch) == 0);
  close (fd);
  CHECK (lstat ("owned/d/unreadable", &stat) == 0 && stat.st_uid == 12 && stat.st_gid == 34);
  CHECK (lstat ("owned/d/soft", &stat) == 0 && stat.st_uid == 12 && lstat ("owned/d", &stat) == 0 && stat.st_gid == 34);
}

static void
test_names (void)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "names/socket" };
  cleanup_close int listener = socket (AF_UNIX, SOCK_STREAM, 0);

  CHECK (mkdir ("names", 0755) == 0 && mkdir ("names/sub", 0755) == 0);
  put ("names/sub/file", "x", 1, 0644);
  put ("names/sub-file", "x", 1, 0644);
  put ("names/.hidden", "x", 1, 0644);
  CHECK (bind (listener, (struct sockaddr *) &address, sizeof address) == 0 && symlink ("names", "names-link") == 0);
  lists (pack ("names", "", false, false),
         "5 names/\n0 names/.hidden\n5 names/sub/\n0 names/sub/file\n0 names/sub-file\n");
  lists (pack ("names/sub/", "", false, false), "5 sub/\n0 sub/file\n");
  lists (pack ("names/sub///", "as/this", false, false), "5 as/this/\n0 as/this/file\n");
  lists (pack ("names", "", true, false), "0 .hidden\n5 sub/\n0 sub/file\n0 sub-file\n");
  lists (pack ("names/sub/file", "", false, false), "0 file\n");
  lists (pack ("names/sub/file", "other", false, false), "0 other\n");
  lists (pack ("names-link", "", false, false), "2 names-link\n");
  lists (pack ("names-link", "", true, false), "0 .hidden\n5 sub/\n0 sub/file\n0 sub-file\n");
  FAILS (pack ("nowhere", "", false, false), ENOENT);
  FAILS (pack ("nowhere", "", true, false), ENOENT);
  FAILS (pack ("names/sub/file", "", true, false), ENOTDIR);
}

static void
test_layer (void)
{
  if (!root)
    {
      puts ("test_pack: owners, devices, attributes and layers are not tested without root");
      return;
    }
  CHECK (mkdir ("upper", 0755) == 0 && mkdir ("upper/opaque", 0755) == 0 && mkdir ("upper/plain", 0755) == 0);
  CHECK (mknod ("upper/gone", S_IFCHR, 0) == 0 && mknod ("upper/plain/gone-too", S_IFCHR, 0) == 0);
  CHECK (mknod ("upper/null", S_IFCHR, makedev (1, 3)) == 0);
  CHECK (setxattr ("upper/opaque", "trusted.overlay.opaque", "y", 1, 0) == 0);
  CHECK (setxattr ("upper/plain", "trusted.overlay.opaque", "x", 1, 0) == 0);
  put ("upper/opaque/file", "x", 1, 0644);
  lists (pack ("upper", "", true, true), "0 .wh.gone\n3 null\n5 opaque/\n0 opaque/.wh..wh..opq\n0 opaque/file\n5 plain/\n"
                                         "0 plain/.wh.gone-too\n");
  lists (pack ("upper", "", true, false),
         "3 gone\n3 null\n5 opaque/\n0 opaque/file\n5 plain/\n3 plain/gone-too\n");
}

/* Deeper than a descriptor for each directory would last with the usual limit of 1024; deeper than a name can be. */
static void
test_deep (void)
{
  int fd = open (".", O_PATH | O_DIRECTORY);

  for (int i = 0; i < 2500; i++)
    {
      int below;

      CHECK (mkdirat (fd, "d", 0755) == 0);
      below = openat (fd, "d", O_PATH | O_DIRECTORY);
      close (fd);
      fd = below;
      if (i == 500)
        {
          int archive = pack ("d", "", false, false);

          CHECK (archive >= 0);
          close (archive);
        }
    }
  close (fd);
  err = (struct error){ 0 };
  CHECK (pack ("d", "", false, false) < 0 && (err.status == ENAMETOOLONG || err.status == EMFILE));
}

/* Nobody takes the archive. */
static void
test_full (void)
{
  struct tar_pack options = { .path = "tree", .name = "" };
  cleanup_close int full = open ("/dev/full", O_WRONLY);

  FAILS (tar_pack (&options, full, &err), ENOSPC);
}

int
main (void)
{
  root = getuid () == 0;
  scratch_enter ();
  umask (0);
  make_tree ();
  test_round_trip (true);
  test_round_trip (false);
  test_owner ();
  test_names ();
  test_layer ();
  test_deep ();
  test_full ();
  scratch_leave ();
  puts ("test_pack: ok");
  return 0;
}
