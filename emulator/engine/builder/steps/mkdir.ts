import { workdirLayer } from "../copy/workdir-layer.ts";
import { tarEnd } from "../../../image/tar/write.ts";
import { resolveOwner } from "../copy/owner.ts";
import type { MkdirOp } from "../op.ts";
import { keyOf, type Step } from "../solver.ts";

/** WORKDIR: the directory, where there is none yet. */
export const mkdirStep: Step<MkdirOp> = {
  async key(op, input) {
    return { key: await keyOf(["mkdir", input.key, op.path, op.user]) };
  },

  async make(op, input, solver) {
    const { newest } = solver.job;
    const tree = await solver.tree(input);
    const owner = op.user === "" ? { uid: 0, gid: 0 } : resolveOwner(op.user, tree, "buildkit");
    // A directory that is there already leaves a layer without an entry, as BuildKit's does.
    return { tar: workdirLayer(op.path, tree, owner, newest)?.tar ?? tarEnd };
  },
};
