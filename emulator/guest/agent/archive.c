/* PACK and UNPACK. */
#include "job.h"
#include "tar.h"
#include "verbs.h"

#include <string.h>

static int
pack_job (const void *argument, struct writer *out, struct error *err)
{
  (void) out;
  return tar_pack (argument, 1, err);
}

int
verb_pack (struct call *call, struct error *err)
{
  const char *root = read_text (&call->in);
  struct tar_pack pack = { .path = read_text (&call->in) };
  uint32_t id;

  pack.name = read_text (&call->in);
  pack.contents = read_bool (&call->in);
  pack.layer = read_bool (&call->in);
  id = read_u32 (&call->in);
  if (reader_finish (&call->in, err) < 0)
    return -1;
  return job_start (call, &(struct job){ .run = pack_job, .argument = &pack, .root = root, .output = id }, err);
}

static int
unpack_job (const void *argument, struct writer *out, struct error *err)
{
  (void) out;
  return tar_unpack (argument, 0, err);
}

int
verb_unpack (struct call *call, struct error *err)
{
  const char *root = read_text (&call->in);
  struct tar_unpack unpack = { .path = read_text (&call->in) };
  uint32_t id;

  unpack.uid = read_i32 (&call->in);
  unpack.gid = read_i32 (&call->in);
  unpack.no_overwrite_dir_non_dir = read_bool (&call->in);
  unpack.beneath = root[0] == 0 || strcmp (root, "/") == 0;
  id = read_u32 (&call->in);
  if (reader_finish (&call->in, err) < 0)
    return -1;
  return job_start (call, &(struct job){ .run = unpack_job, .argument = &unpack, .root = root, .input = id }, err);
}
