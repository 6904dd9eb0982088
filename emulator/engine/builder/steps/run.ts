import type { CreateBody } from "../../container-body.ts";
import { readAll } from "../../streams.ts";
import { BuildError } from "../build-error.ts";
import type { OpMount, RunOp } from "../op.ts";
import { makeMounts, type StepMounts } from "../mounts.ts";
import type { Running } from "../progress.ts";
import { createStepContainer, removeStepContainer, runStepContainer } from "../run-container.ts";
import { runLayer } from "../run-layer.ts";
import { keyOf, type Made, type Result, type Solver, type Step } from "../solver.ts";

/** What BuildKit calls the machine of a step. */
const hostname = "buildkitsandbox";

/** RUN: a container over the layers so far, and what it wrote as the next layer. */
export const runStep: Step<RunOp> = {
  async key(op, input, solver) {
    const { extraHosts, networkMode } = solver.job.request;
    const mounts = await Promise.all(op.mounts.map((mount) => mountKey(mount, solver)));
    const files = Object.assign({}, ...mounts.map((mount) => mount.files)) as Record<string, string>;
    const key = await keyOf([
      "run",
      input.key,
      op.args,
      [...op.env].sort(),
      op.workdir,
      op.user,
      op.network,
      op.network === "default" ? networkMode : "",
      op.script ?? null,
      extraHosts,
      mounts.map((mount) => mount.key),
    ]);
    return Object.keys(files).length === 0 ? { key } : { key, files };
  },

  async make(op, input, solver, running) {
    const { job } = solver;
    return job.slots.run(solver.signal, async () => {
      const { daemon, cache, request, mountLocks: locks, mountsInUse: inUse } = job;
      const layersOf = (mount: OpMount): Promise<readonly string[]> => mountLayers(mount, solver);
      const { secrets } = request;
      const { signal } = solver;
      const mounts = await makeMounts(op, { daemon, cache, secrets, layersOf, locks, inUse, signal });
      try {
        return await runIn(op, input, solver, running, mounts);
      } finally {
        await mounts.release();
      }
    });
  },
};

async function runIn(op: RunOp, input: Result, solver: Solver, running: Running, mounts: StepMounts): Promise<Made> {
  const { daemon, trees, newest } = solver.job;
  const container = await createStepContainer(daemon, {
    base: { imageId: "", layers: input.layers, config: undefined },
    body: containerBody(op, solver, mounts),
    hidden: true,
  });
  try {
    const exit = await runStepContainer(
      daemon,
      container,
      (stream, bytes) => running.log(stream, bytes),
      solver.signal,
    );
    if (exit.exitCode !== 0) {
      const command = JSON.stringify(op.args.join(" "));
      const reason = `process ${command} did not complete successfully: exit code: ${String(exit.exitCode)}`;
      throw new BuildError(exit.oomKilled ? `${reason}: cannot allocate memory` : reason, op.lines, exit.exitCode);
    }
    const upper = await readAll(daemon.world.snapshotter.diff(container.id, solver.signal));
    const existed = async (path: string): Promise<boolean> =>
      (await trees.of(input.layers)).lookup(path, { follow: false }) !== undefined;
    return { tar: await runLayer(upper, { stubs: mounts.stubs, existed, newest }) };
  } finally {
    await removeStepContainer(daemon, container);
  }
}

function containerBody(op: RunOp, { job }: Solver, mounts: StepMounts): CreateBody {
  const { request } = job;
  const network = op.network === "default" ? request.networkMode : op.network;
  return {
    Image: "",
    Hostname: network === "host" ? "" : hostname,
    Entrypoint: [...op.args],
    Cmd: [],
    Env: [...op.env, ...op.transientEnv, ...mounts.env],
    WorkingDir: op.workdir,
    User: op.user,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      NetworkMode: network === "" ? "default" : network,
      LogConfig: { Type: "none" },
      Mounts: [...mounts.mounts],
      Tmpfs: { ...mounts.tmpfs },
      ExtraHosts: [...request.extraHosts],
      ...(request.shmSize > 0 ? { ShmSize: request.shmSize } : {}),
      ...(request.memory > 0 ? { Memory: request.memory } : {}),
      ...(request.cpuShares > 0 ? { CpuShares: request.cpuShares } : {}),
      ...(request.cpuPeriod > 0 ? { CpuPeriod: request.cpuPeriod } : {}),
      ...(request.cpuQuota > 0 ? { CpuQuota: request.cpuQuota } : {}),
      Ulimits: request.ulimits.map((limit) => ({ ...limit })),
    },
  };
}

/** What a mount adds to the key of a step: for a bind what is in it, for others how it is asked for. */
async function mountKey(
  each: OpMount,
  solver: Solver,
): Promise<{ readonly key: unknown; readonly files?: Readonly<Record<string, string>> }> {
  const { mount, target, source } = each;
  const asked = [mount.type, target, mount.id, mount.source, mount.env ?? "", mount.size ?? 0];
  if (source === undefined) return { key: asked };
  if (mount.type === "cache")
    return { key: [...asked, (await solver.solve(source === "context" ? never() : source)).key] };
  const tree = source === "context" ? solver.job.context.tree : await solver.tree(await solver.solve(source));
  const { digest, files } = await solver.job.contentOf(tree, mount.source);
  return { key: [...asked, digest], files };
}

function never(): never {
  throw new Error("a cache mount is never of the context");
}

async function mountLayers({ source }: OpMount, solver: Solver): Promise<readonly string[]> {
  if (source === undefined) return [];
  if (source !== "context") return (await solver.solve(source)).layers;
  return [(await solver.job.contextLayer()).diffId];
}
