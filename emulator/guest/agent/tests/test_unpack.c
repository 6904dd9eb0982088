/* Archives that others made: what they may bring, and what they may not. */
#include "archive.h"
#include "tar.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>

static struct archive archive;

static int
unpack_bytes (const void *bytes, size_t length, const char *into, bool strict)
{
  struct tar_unpack options = { .path = into, .uid = -1, .gid = -1, .no_overwrite_dir_non_dir = strict, .beneath = true };
  cleanup_close int fd = memfd_create ("archive", MFD_CLOEXEC);
  int result;

  CHECK (fd >= 0 && write (fd, bytes, length) == (ssize_t) length && lseek (fd, 0, SEEK_SET) == 0);
  result = tar_unpack (&options, fd, &err);
  /* It may have gone elsewhere on its way. */
  CHECK (chdir (scratch) == 0);
  return result;
}

/* Unpacks the archive under construction into a new directory "out", and begins another. */
static int
unpack (void)
{
  int result;

  tree_remove ("out", true, &err);
  CHECK (mkdir ("out", 0755) == 0);
  result = unpack_bytes (archive.bytes, archive.length, "out", false);
  archive.length = 0;
  return result;
}

static const char *
content (const char *path)
{
  static char text[256];
  cleanup_close int fd = open (path, O_RDONLY | O_NOFOLLOW);
  ssize_t length = fd < 0 ? -1 : read (fd, text, sizeof text - 1);

  if (length < 0)
    return "(none)";
  text[length] = 0;
  return text;
}

static struct stat
stat_of (const char *path)
{
  struct stat stat;

  CHECK (lstat (path, &stat) == 0);
  return stat;
}

static bool
exists (const char *path)
{
  struct stat stat;

  return lstat (path, &stat) == 0;
}

static void
test_kinds (void)
{
  struct tar_header *header;

  archive_header (&archive, '5', "./d/", "", 0);
  archive_file (&archive, "d/file", "hello");
  archive_file (&archive, "made/by/name", "x"); /* without its directories */
  archive_header (&archive, '1', "hard", "./d/file", 0);
  archive_header (&archive, '1', "hard2", "/d//file", 0);
  archive_header (&archive, '2', "soft", "/etc/passwd", 0);
  archive_header (&archive, '6', "fifo", "", 0);
  archive_header (&archive, '5', "sized", "", 4096); /* a directory that tells a size has no content */
  header = archive_header (&archive, 0, "old/", "", 0); /* from before directories had a type */
  memset (header->magic, 0, 8);
  archive_seal (header);
  archive_header (&archive, '7', "contiguous", "", 3);
  archive_content (&archive, "abc", 3);
  archive_end (&archive);
  archive_file (&archive, "behind-the-end", "x");
  CHECK (unpack () == 0);
  CHECK (strcmp (content ("out/d/file"), "hello") == 0 && strcmp (content ("out/made/by/name"), "x") == 0);
  CHECK (stat_of ("out/hard").st_ino == stat_of ("out/d/file").st_ino && stat_of ("out/hard2").st_nlink == 3);
  CHECK (S_ISLNK (stat_of ("out/soft").st_mode) && S_ISFIFO (stat_of ("out/fifo").st_mode));
  CHECK (S_ISDIR (stat_of ("out/sized").st_mode) && S_ISDIR (stat_of ("out/old").st_mode));
  CHECK (strcmp (content ("out/contiguous"), "abc") == 0 && !exists ("out/behind-the-end"));
  CHECK (stat_of ("out/d").st_mtim.tv_sec == 1000000000 && stat_of ("out/d/file").st_mtim.tv_sec == 1000000000);
  CHECK (stat_of ("out/soft").st_mtim.tv_sec == 1000000000 && (stat_of ("out/d").st_mode & 07777) == 0755);
}

static void
test_extended (void)
{
  char name[300], records[400];
  struct tar_header *header;

  memset (name, 'n', 200);
  name[200] = 0;
  snprintf (records, sizeof records, "210 path=%s\n", name);
  archive_pax (&archive, records);
  archive_file (&archive, "short", "by pax");
  archive_pax (&archive, "20 mtime=1234567.25\n" "12 path=new\n" "8 path=\n");
  archive_file (&archive, "old", "taken back");
  memset (name, 'g', 150);
  name[150] = 0;
  archive_header (&archive, 'L', "././@LongLink", "", 151);
  archive_content (&archive, name, 151);
  archive_file (&archive, "short", "by gnu");
  archive_header (&archive, 'K', "././@LongLink", "", 151);
  archive_content (&archive, name, 151);
  archive_header (&archive, '2', "soft", "short", 0);
  archive_pax (&archive, "15 mtime=-1.25\n");
  archive_file (&archive, "ancient", "x");
  header = archive_header (&archive, '0', "gnu-ancient", "", 0);
  memset (header->mtime, 0xff, sizeof header->mtime); /* -1 in base 256 */
  archive_seal (header);
  header = archive_header (&archive, '0', "gnu-size", "", 3);
  memset (header->size, 0, sizeof header->size);
  header->size[0] = (char) 0x80;
  header->size[11] = 3;
  archive_seal (header);
  archive_content (&archive, "abc", 3);
  archive_pax (&archive, "9 size=3\n");
  archive_header (&archive, '0', "pax-size", "", 9);
  archive_content (&archive, "def", 3);
  archive_end (&archive);
  CHECK (unpack () == 0);
  CHECK (chdir ("out") == 0);
  memset (name, 'n', 200);
  name[200] = 0;
  CHECK (strcmp (content (name), "by pax") == 0 && !exists ("short"));
  memset (name, 'g', 150);
  name[150] = 0;
  CHECK (strcmp (content (name), "by gnu") == 0 && stat_of ("soft").st_size == 150);
  CHECK (strcmp (content ("old"), "taken back") == 0 && stat_of ("old").st_mtim.tv_sec == 1234567);
  CHECK (stat_of ("old").st_mtim.tv_nsec == 250000000);
  CHECK (stat_of ("ancient").st_mtim.tv_sec == -2 && stat_of ("ancient").st_mtim.tv_nsec == 750000000);
  CHECK (stat_of ("gnu-ancient").st_mtim.tv_sec == -1);
  CHECK (strcmp (content ("gnu-size"), "abc") == 0 && strcmp (content ("pax-size"), "def") == 0);
  CHECK (chdir (scratch) == 0);
}

static void
test_replaces (void)
{
  archive_file (&archive, "a", "first");
  archive_file (&archive, "a", "second");
  archive_header (&archive, '5', "b", "", 0);
  archive_file (&archive, "b/c", "below");
  archive_file (&archive, "b", "instead");
  archive_header (&archive, '2', "c", "a", 0);
  archive_file (&archive, "c", "not through the link");
  archive_header (&archive, '5', "d", "", 0);
  archive_header (&archive, '6', "d", "", 0);
  archive_end (&archive);
  CHECK (unpack () == 0);
  CHECK (strcmp (content ("out/a"), "second") == 0 && strcmp (content ("out/b"), "instead") == 0);
  CHECK (strcmp (content ("out/c"), "not through the link") == 0 && S_ISFIFO (stat_of ("out/d").st_mode));

  archive_file (&archive, "d", "x");
  archive_header (&archive, '5', "d", "", 0);
  archive_end (&archive);
  CHECK (unpack_bytes (archive.bytes, 1024, "out", true) == 0); /* the fifo is no directory */
  FAILS (unpack_bytes (archive.bytes, archive.length, "out", true), ENOTDIR);
  CHECK (strcmp (err.message, "cannot overwrite non-directory \"out/d\" with directory \"out\"") == 0);
  CHECK (unlink ("out/d") == 0 && mkdir ("out/d", 0700) == 0);
  FAILS (unpack_bytes (archive.bytes, archive.length, "out", true), EISDIR);
  CHECK (strcmp (err.message, "cannot overwrite directory \"out/d\" with non-directory \"out\"") == 0);
  archive.length = 0;
}

static void
test_climbing (void)
{
  static const char *const names[] = { "../evil", "a/../../evil", "..", "a/..", "/../evil", "./../evil" };

  CHECK (mkdir ("outside", 0755) == 0);
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    {
      archive_file (&archive, names[i], "x");
      archive_end (&archive);
      FAILS (unpack (), EINVAL);
      archive_header (&archive, '1', "hard", names[i], 0);
      archive_end (&archive);
      FAILS (unpack (), EINVAL);
    }
  CHECK (!exists ("evil") && !exists ("out/evil"));

  archive_file (&archive, "/absolute", "x");
  archive_end (&archive);
  CHECK (unpack () == 0 && exists ("out/absolute") && !exists ("/absolute"));

  /* By way of a symlink that came before. */
  for (int i = 0; i < 3; i++)
    {
      static const char *const targets[] = { "..", "../outside", "/tmp" };

      archive_header (&archive, '2', "door", targets[i], 0);
      archive_file (&archive, "door/evil", "x");
      archive_end (&archive);
      FAILS (unpack (), EXDEV);
      archive_header (&archive, '2', "door", targets[i], 0);
      archive_header (&archive, '1', "hard", "door/agent", 0);
      archive_end (&archive);
      FAILS (unpack (), EXDEV);
    }
  CHECK (!exists ("evil") && !exists ("outside/evil") && !exists ("/tmp/evil"));
  /* One that stays inside is nobody's harm. */
  archive_header (&archive, '5', "room", "", 0);
  archive_header (&archive, '2', "door", "room", 0);
  archive_file (&archive, "door/guest", "x");
  archive_end (&archive);
  CHECK (unpack () == 0 && exists ("out/room/guest"));
}

static void
refused (int status, const char *words)
{
  archive_end (&archive);
  FAILS (unpack (), status);
  if (strstr (err.message, words) == NULL)
    fprintf (stderr, "%s\n", err.message);
  CHECK (strstr (err.message, words) != NULL);
}

static void
damaged (const char *record)
{
  archive_pax (&archive, record);
  archive_file (&archive, "x", "x");
  refused (EINVAL, "damaged");
}

static void
test_damaged (void)
{
  struct tar_header *header;
  char name[NAME_MAX + 20];

  header = archive_header (&archive, '0', "x", "", 0);
  header->name[0] = 'y';
  refused (EINVAL, "invalid tar header");
  archive_header (&archive, '0', "x", "", 5000);
  archive_content (&archive, "short", 5);
  archive.length -= 2 * TAR_BLOCK - TAR_BLOCK; /* less than it says */
  refused (EINVAL, "unexpected end");
  archive_header (&archive, '0', "x", "", 0);
  archive.length -= 100;
  FAILS (unpack (), EINVAL);
  header = archive_header (&archive, '0', "x", "", 0);
  memset (header->size, 0xff, sizeof header->size);
  archive_seal (header);
  refused (EINVAL, "out of range"); /* negative */
  header = archive_header (&archive, '0', "x", "", 0);
  memset (header->size, 0x7f, sizeof header->size);
  header->size[0] = (char) 0x80;
  archive_seal (header);
  refused (EINVAL, "too large");
  header = archive_header (&archive, '0', "x", "", 0);
  memcpy (header->uid, "12z4567", 8);
  archive_seal (header);
  refused (EINVAL, "invalid tar header");
  archive_header (&archive, 'S', "sparse", "", 0);
  refused (EINVAL, "type 'S' is not supported");
  archive_pax (&archive, "22 GNU.sparse.major=1\n");
  archive_file (&archive, "x", "x");
  refused (EINVAL, "sparse");
  archive_header (&archive, 'x', "pax", "", (1 << 20) + 1);
  refused (E2BIG, "too large");
  archive_header (&archive, 'L', "long", "", 1 << 30);
  refused (E2BIG, "too large");

  /* Records whose lengths lie, that lack a key, or hold what they may not. */
  damaged ("0 path=x\n");
  damaged ("00000 path=x\n");
  damaged ("9 path=abc\n");
  damaged ("99 path=x\n");
  damaged ("99999999999999999999 path=x\n");
  damaged ("10path=ab\n");
  damaged ("path=x\n");
  damaged ("11 path=abc");
  damaged ("7 =abc\n");
  damaged ("9 pathab\n");
  damaged ("4 a\n");
  damaged ("11 size=-1\n");
  damaged ("28 size=9223372036854775808\n");
  damaged ("29 size=99999999999999999999\n");
  damaged ("11 mtime=x\n");
  damaged ("13 mtime=1.x\n");
  damaged ("18 uid=4294967295\n");

  memset (name, 'n', sizeof name);
  name[NAME_MAX + 1] = 0;
  archive_header (&archive, 'L', "long", "", strlen (name) + 1);
  archive_content (&archive, name, strlen (name) + 1);
  archive_file (&archive, "x", "x");
  refused (ENAMETOOLONG, "nnn");
  for (int i = 0; i < 40; i++)
    archive_pax (&archive, "22 SCHILY.xattr.u.a=b\n");
  archive_file (&archive, "x", "x");
  refused (E2BIG, "attributes");
}

/* A tree as deep as names can be long. */
static void
test_deep (void)
{
  static char name[PATH_MAX + 10];
  char records[PATH_MAX + 40];

  for (size_t i = 0; i < 2000; i++)
    memcpy (name + 2 * i, "d/", 3);
  memcpy (name + 4000, "file", 5);
  snprintf (records, sizeof records, "%zu path=%s\n", strlen (name) + 11, name);
  archive_pax (&archive, records);
  archive_file (&archive, "x", "deep");
  archive_end (&archive);
  CHECK (unpack () == 0);
  for (size_t i = 0; i < sizeof name - 1; i++)
    name[i] = i % 2 == 0 ? 'd' : '/';
  name[sizeof name - 1] = 0;
  snprintf (records, sizeof records, "%zu path=%s\n", strlen (name) + 11, name);
  archive_pax (&archive, records);
  archive_file (&archive, "x", "deeper");
  archive_end (&archive);
  FAILS (unpack (), ENAMETOOLONG);
}

static void
test_attributes (void)
{
  struct stat stat;
  char value[8];

  if (getuid () != 0)
    {
      puts ("test_unpack: owners, devices and attributes are not tested without root");
      return;
    }
  for (int i = 0; i < 2; i++)
    {
      struct tar_header *header = archive_header (&archive, i == 0 ? '3' : '4', i == 0 ? "char" : "block", "", 0);

      snprintf (header->major, sizeof header->major, "%07o", 5);
      snprintf (header->minor, sizeof header->minor, "%07o", 300);
      archive_seal (header);
    }
  archive_pax (&archive, "13 uid=70000\n" "18 gid=4294967294\n" "32 SCHILY.xattr.trusted.test=ab\n"
                         "39 SCHILY.xattr.trusted.overlay.opaq=y\n");
  {
    struct tar_header *header = archive_header (&archive, '0', "owned", "", 0);

    snprintf (header->mode, sizeof header->mode, "%07o", 06751);
    archive_seal (header);
  }
  archive_pax (&archive, "32 SCHILY.xattr.trusted.test=xy\n");
  archive_header (&archive, '5', "directory", "", 0);
  archive_end (&archive);
  CHECK (unpack () == 0);
  stat = stat_of ("out/char");
  CHECK (S_ISCHR (stat.st_mode) && stat.st_rdev == (dev_t) ((300 & 0xff) | 5 << 8 | (300 & ~0xff) << 12));
  CHECK (S_ISBLK (stat_of ("out/block").st_mode));
  stat = stat_of ("out/owned");
  CHECK (stat.st_uid == 70000 && stat.st_gid == 4294967294 && (stat.st_mode & 07777) == 06751);
  CHECK (lgetxattr ("out/owned", "trusted.test", value, sizeof value) == 2 && memcmp (value, "ab", 2) == 0);
  CHECK (lgetxattr ("out/owned", "trusted.overlay.opaq", value, sizeof value) < 0 && errno == ENODATA);
  CHECK (lgetxattr ("out/directory", "trusted.test", value, sizeof value) == 2 && memcmp (value, "xy", 2) == 0);
}

/* Damaged archives, each half of them with sums that are right again, as the agent's children see them: in a root where
 * there is no /proc. Whatever they bring, what is beside the directory stays as it is. */
static void
test_noise (void)
{
  static struct archive damaged;
  uint64_t state = 3;
  pid_t child;
  int status;

  archive.length = 0;
  archive_header (&archive, '5', "d/", "", 0);
  archive_file (&archive, "d/file", "some content");
  archive_pax (&archive, "20 mtime=1234567.25\n" "12 path=new\n" "32 SCHILY.xattr.trusted.test=ab\n");
  archive_file (&archive, "e/f/g", "more content");
  archive_header (&archive, '2', "soft", "../../sentinel", 0);
  archive_header (&archive, '1', "hard", "d/file", 0);
  archive_header (&archive, 'L', "long", "", 12);
  archive_content (&archive, "long/er/name", 12);
  archive_file (&archive, "l", "");
  archive_end (&archive);
  CHECK (mkdir ("jail", 0755) == 0 && mkdir ("jail/sentinel", 0755) == 0 && mkdir ("jail/sentinel/x", 0755) == 0);
  child = fork ();
  if (child == 0)
    {
      bool jailed = getuid () == 0;

      CHECK (chdir ("jail") == 0 && (!jailed || chroot (".") == 0));
      for (int round = 0; round < 1500; round++)
        {
          struct tar_unpack options = { .path = "out", .uid = -1, .gid = -1, .beneath = true };
          cleanup_close int fd = memfd_create ("archive", MFD_CLOEXEC);
          cleanup_close int here = open (".", O_PATH);

          memcpy (damaged.bytes, archive.bytes, archive.length);
          damaged.length = random_next (&state) % 4 ? archive.length : random_next (&state) % archive.length;
          for (uint32_t times = 1 + random_next (&state) % 4; times > 0 && damaged.length > 0; times--)
            {
              size_t at = random_next (&state) % damaged.length;
              size_t block = at / TAR_BLOCK * TAR_BLOCK;
              static const char likely[] = "./0123456789=\n \xff\x80";

              damaged.bytes[at] = (uint8_t) (random_next (&state) % 2 ? random_next (&state)
                                                                       : (uint32_t) likely[random_next (&state) % 16]);
              if (random_next (&state) % 2 && block + TAR_BLOCK <= damaged.length)
                archive_seal ((struct tar_header *) (damaged.bytes + block));
            }
          CHECK (write (fd, damaged.bytes, damaged.length) == (ssize_t) damaged.length && lseek (fd, 0, SEEK_SET) == 0);
          CHECK (mkdir ("out", 0755) == 0);
          err = (struct error){ 0 };
          CHECK (tar_unpack (&options, fd, &err) == 0 || err.status != 0);
          CHECK (fchdir (here) == 0 && access ("sentinel/x", F_OK) == 0 && tree_remove ("out", true, &err) == 0);
        }
      /* Nothing but the sentinel was left beside it. */
      {
        cleanup_names char **names = tree_names (AT_FDCWD, ".", &err);

        CHECK (names != NULL && strcmp (names[0], "sentinel") == 0 && names[1] == NULL);
      }
      fflush (NULL);
      _exit (0);
    }
  CHECK (child > 0 && waitpid (child, &status, 0) == child && WIFEXITED (status) && WEXITSTATUS (status) == 0);
}

int
main (void)
{
  scratch_enter ();
  umask (0);
  test_kinds ();
  test_extended ();
  test_replaces ();
  test_climbing ();
  test_damaged ();
  test_deep ();
  test_attributes ();
  test_noise ();
  scratch_leave ();
  puts ("test_unpack: ok");
  return 0;
}
