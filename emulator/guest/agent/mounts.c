/* MOUNT and UNMOUNT. */
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>

int
verb_mount (struct call *call, struct error *err)
{
  const char *source = read_text (&call->in);
  const char *target = read_text (&call->in);
  const char *type = read_text (&call->in);
  unsigned long flags = read_u32 (&call->in);
  const char *options = read_text (&call->in);
  const char *cwd = read_text (&call->in);
  int result;

  if (reader_finish (&call->in, err) < 0)
    return -1;
  /* Options must fit one page, so callers use short names relative to a folder of theirs. */
  if (cwd[0] != 0 && chdir (cwd) < 0)
    return error_errno (err, "chdir %s", cwd);
  result = mount (source, target, type[0] == 0 ? NULL : type, flags, options[0] == 0 ? NULL : options);
  if (result < 0)
    error_errno (err, "mount %s on %s", source, target);
  if (cwd[0] != 0 && chdir ("/") < 0 && result == 0)
    return error_errno (err, "chdir /");
  return result < 0 ? -1 : VERB_DONE;
}

int
verb_unmount (struct call *call, struct error *err)
{
  const char *target = read_text (&call->in);
  bool lazy = read_bool (&call->in);

  if (reader_finish (&call->in, err) < 0)
    return -1;
  if (umount2 (target, UMOUNT_NOFOLLOW | (lazy ? MNT_DETACH : 0)) < 0)
    return error_errno (err, "umount %s", target);
  return VERB_DONE;
}
