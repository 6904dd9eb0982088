import { copyKey } from "../copy/copy-key.ts";
import { copyLayer } from "../copy/copy-layer.ts";
import type { CopyRequest } from "../copy/request.ts";
import type { CopyOp } from "../op.ts";
import { keyOf, type Result, type Solver, type Step } from "../solver.ts";

/** COPY and ADD: a layer made on this side, out of the context or of another stage's files. */
export const copyStep: Step<CopyOp> = {
  async key(op, input, solver) {
    const { digest, files } = await copyKey(await requestOf(op, input, solver), { digests: solver.job.digests });
    // A link does not depend on what is below it.
    const key = await keyOf(["copy", op.link ? "link" : input.key, digest]);
    return { key, files: Object.fromEntries(files) };
  },

  async make(op, input, solver) {
    const { tar } = await copyLayer(await requestOf(op, input, solver));
    return { tar };
  },
};

async function requestOf(op: CopyOp, input: Result, solver: Solver): Promise<CopyRequest> {
  const { job } = solver;
  const tree = op.source === "context" ? job.context.tree : await solver.tree(await solver.solve(op.source));
  return {
    instruction: op.instruction,
    mode: "buildkit",
    from: op.source !== "context",
    sources: op.paths.map((pattern) => ({ tree, pattern, ref: job.record.id })),
    inline: op.inline,
    destination: op.destination,
    workdir: op.workdir,
    rootfs: () => solver.tree(input),
    chown: op.chown,
    chmod: op.chmod,
    link: op.link,
    parents: op.parents,
    exclude: op.exclude,
    unpack: op.unpack,
    timestamp: job.newest,
  };
}
