#include "tar_pax.h"

#include <errno.h>
#include <string.h>

enum
{
  XATTR_MAX = 65536 /* the kernel's own limit */
};

/* Digits, and nothing else. */
static bool
decimal (const char *text, uint64_t limit, uint64_t *value)
{
  *value = 0;
  if (*text < '0' || *text > '9')
    return false;
  for (; *text >= '0' && *text <= '9'; text++)
    {
      if (*value > limit / 10)
        return false;
      *value = *value * 10 + (uint64_t) (*text - '0');
    }
  return *value <= limit && *text == 0;
}

/* Seconds, perhaps negative, with a fraction of any length. */
static bool
seconds (char *text, struct timespec *time)
{
  bool before = text[0] == '-';
  char *point = strchr (text, '.');
  uint64_t whole;
  long scale = 100000000;

  *time = (struct timespec){ 0 };
  for (const char *at = point == NULL ? "" : point + 1; *at != 0; at++, scale /= 10)
    {
      if (*at < '0' || *at > '9')
        return false;
      time->tv_nsec += (*at - '0') * scale;
    }
  if (point != NULL)
    *point = 0;
  /* Far enough, and a time_t of 32 bits would not hold what is multiplied with it elsewhere. */
  if (!decimal (text + before, (uint64_t) 1 << 40, &whole))
    return false;
  time->tv_sec = before ? -(time_t) whole : (time_t) whole;
  if (before && time->tv_nsec != 0)
    {
      time->tv_sec -= 1;
      time->tv_nsec = 1000000000 - time->tv_nsec;
    }
  return true;
}

static int
record_xattr (struct tar_entry *entry, const char *name, const char *value, size_t length, struct error *err)
{
  struct tar_xattr *xattr = &entry->xattrs[entry->xattr_count];

  if (entry->xattr_count == TAR_XATTRS_MAX || length > XATTR_MAX)
    return error_set (err, E2BIG, "too many attributes in the archive");
  *xattr = (struct tar_xattr){ .name = strdup (name), .value = malloc (length + 1), .length = length };
  entry->xattr_count++;
  if (xattr->name == NULL || xattr->value == NULL)
    return error_errno (err, "unpack");
  memcpy (xattr->value, value, length);
  return 0;
}

int
tar_pax_name (char **name, const char *value, size_t length, struct error *err)
{
  if (strlen (value) != length)
    return error_set (err, EINVAL, "a name in the archive is damaged");
  free (*name);
  *name = NULL;
  if (length == 0)
    return 0;
  *name = strdup (value);
  return *name == NULL ? error_errno (err, "unpack") : 0;
}

/* An empty value takes an earlier record back. */
static bool
take_back (const char *value, bool *has)
{
  *has = value[0] != 0;
  return !*has;
}

/* `value` is NUL-terminated behind its length. */
static int
record (struct tar_reader *reader, const char *key, char *value, size_t length, struct error *err)
{
  struct tar_extended *next = &reader->next;
  bool ok = true;

  if (strncmp (key, "SCHILY.xattr.", 13) == 0)
    return record_xattr (&reader->entry, key + 13, value, length, err);
  if (strncmp (key, "GNU.sparse", 10) == 0)
    return error_set (err, EINVAL, "sparse files in an archive are not supported");
  if (strcmp (key, "path") == 0)
    return tar_pax_name (&next->path, value, length, err);
  if (strcmp (key, "linkpath") == 0)
    return tar_pax_name (&next->link, value, length, err);
  if (strcmp (key, "size") == 0)
    ok = take_back (value, &next->has_size) || decimal (value, INT64_MAX, &next->size);
  else if (strcmp (key, "uid") == 0)
    ok = take_back (value, &next->has_uid) || decimal (value, UINT32_MAX - 1, &next->uid);
  else if (strcmp (key, "gid") == 0)
    ok = take_back (value, &next->has_gid) || decimal (value, UINT32_MAX - 1, &next->gid);
  else if (strcmp (key, "mtime") == 0)
    ok = take_back (value, &next->has_mtime) || seconds (value, &next->mtime);
  return ok ? 0 : error_set (err, EINVAL, "the value of %s in the archive is damaged", key);
}

int
tar_pax_read (struct tar_reader *reader, char *bytes, size_t length, struct error *err)
{
  char *at = bytes, *end = bytes + length;

  while (at < end)
    {
      size_t total = 0;
      char *key = at, *last, *equals;

      while (key < end && *key >= '0' && *key <= '9' && total <= TAR_PAX_MAX)
        total = total * 10 + (size_t) (*key++ - '0');
      /* At least a space, a key of one byte, '=' and the newline follow the digits. */
      if (key == at || total < (size_t) (key - at) + 4 || total > (size_t) (end - at) || *key != ' '
          || at[total - 1] != '\n')
        return error_set (err, EINVAL, "an extended header of the archive is damaged");
      key++;
      last = at + total - 1;
      *last = 0;
      equals = memchr (key, '=', (size_t) (last - key));
      if (equals == NULL || equals == key)
        return error_set (err, EINVAL, "an extended header of the archive is damaged");
      *equals = 0;
      if (record (reader, key, equals + 1, (size_t) (last - (equals + 1)), err) < 0)
        return -1;
      at += total;
    }
  return 0;
}
