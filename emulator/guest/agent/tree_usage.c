#include "tree.h"
#include "tree_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

/* Inodes with several names that were counted: open addressing, never full. */
struct inodes
{
  ino_t *slots; /* 0: free */
  size_t count, capacity;
};

static size_t
slot_of (const struct inodes *inodes, ino_t inode)
{
  size_t slot = (size_t) (inode * 0x9e3779b97f4a7c15u >> 32) % inodes->capacity;

  while (inodes->slots[slot] != 0 && inodes->slots[slot] != inode)
    slot = (slot + 1) % inodes->capacity;
  return slot;
}

/* 1: not seen before. */
static int
count_once (struct inodes *inodes, ino_t inode, struct error *err)
{
  size_t slot;

  if (inodes->count * 2 >= inodes->capacity)
    {
      struct inodes grown = { .count = inodes->count, .capacity = inodes->capacity * 2 + 256 };

      grown.slots = calloc (grown.capacity, sizeof *grown.slots);
      if (grown.slots == NULL)
        return error_errno (err, "usage");
      for (size_t i = 0; i < inodes->capacity; i++)
        if (inodes->slots[i] != 0)
          grown.slots[slot_of (&grown, inodes->slots[i])] = inodes->slots[i];
      free (inodes->slots);
      *inodes = grown;
    }
  slot = slot_of (inodes, inode);
  if (inodes->slots[slot] == inode)
    return 0;
  inodes->slots[slot] = inode;
  inodes->count++;
  return 1;
}

struct usage
{
  dev_t device;
  uint64_t bytes;
  struct inodes linked;
  struct tree_way way;
  /* Of each directory on the way, and the one under way: its names, and how many of them are done. */
  struct
  {
    char **names;
    size_t done;
  } *levels;
  size_t level_count;
};

/* Counts one name. Returns a descriptor when it is a directory to go into, -1 when not, -2 on failure. */
static int
usage_name (struct usage *usage, int dirfd, const char *name, struct error *err)
{
  struct stat stat;
  int counted = 1;
  int fd;

  if (fstatat (dirfd, name, &stat, AT_SYMLINK_NOFOLLOW) < 0)
    {
      if (errno == ENOENT)
        return -1; /* it may go while we look */
      error_errno (err, "stat %s", name);
      return -2;
    }
  if (stat.st_dev != usage->device)
    return -1;
  if (!S_ISDIR (stat.st_mode) && stat.st_nlink > 1)
    counted = count_once (&usage->linked, stat.st_ino, err);
  if (counted < 0)
    return -2;
  if (!S_ISDIR (stat.st_mode))
    {
      usage->bytes += counted ? (uint64_t) stat.st_blocks * 512 : 0;
      return -1;
    }
  fd = tree_enter (dirfd, name);
  if (fd < 0 && errno != ENOENT && errno != EXDEV)
    {
      error_errno (err, "open %s", name);
      return -2;
    }
  if (fd >= 0)
    usage->bytes += (uint64_t) stat.st_blocks * 512;
  return fd;
}

static int
usage_level (struct usage *usage, int fd, struct error *err)
{
  void *grown = realloc (usage->levels, (usage->way.length + 1) * sizeof *usage->levels);

  if (grown == NULL)
    return error_errno (err, "usage");
  usage->levels = grown;
  usage->level_count = usage->way.length + 1;
  usage->levels[usage->way.length].done = 0;
  usage->levels[usage->way.length].names = tree_names (fd, ".", err);
  return usage->levels[usage->way.length].names == NULL ? -1 : 0;
}

/* Takes `fd`. Leaves names and way to be freed by the caller. */
static int
usage_below (struct usage *usage, int fd, struct error *err)
{
  cleanup_close int at = fd;

  if (usage_level (usage, at, err) < 0)
    return -1;
  for (;;)
    {
      const char *name = usage->levels[usage->way.length].names[usage->levels[usage->way.length].done];
      int next;

      if (name != NULL)
        {
          usage->levels[usage->way.length].done++;
          next = usage_name (usage, at, name, err);
          if (next == -2)
            return -1;
          if (next == -1)
            continue;
          if (tree_way_push (&usage->way, at, name, err) < 0)
            {
              close (next);
              return -1;
            }
          close (at);
          at = next;
          if (usage_level (usage, at, err) < 0)
            return -1;
          continue;
        }
      if (usage->way.length == 0)
        return 0;
      next = tree_way_back (&usage->way, at, err);
      if (next < 0)
        return -1;
      close (at);
      at = next;
      names_free (usage->levels[--usage->level_count].names);
      free (usage->way.steps[--usage->way.length].name);
    }
}

int
tree_usage (const char *path, uint64_t *bytes, struct error *err)
{
  struct usage usage = { 0 };
  struct stat stat;
  int fd = -1, result = 0;

  if (lstat (path, &stat) < 0)
    return error_errno (err, "stat %s", path);
  usage.device = stat.st_dev;
  usage.bytes = (uint64_t) stat.st_blocks * 512;
  if (S_ISDIR (stat.st_mode))
    {
      fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      result = fd < 0 ? error_errno (err, "open %s", path) : usage_below (&usage, fd, err);
    }
  while (usage.level_count > 0)
    names_free (usage.levels[--usage.level_count].names);
  free (usage.levels);
  tree_way_free (&usage.way);
  free (usage.linked.slots);
  *bytes = usage.bytes;
  return result;
}
