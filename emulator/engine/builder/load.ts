import type { CopyOp, Op, RunOp } from "./op.ts";
import type { FileTree } from "../../image/file-tree.ts";
import { sha256 } from "../../image/digest.ts";
import { BuildError } from "./build-error.ts";
import { readContext, type BuildContext } from "./context/context.ts";
import type { Progress, Running } from "./progress.ts";
import type { BuildRequest } from "./request.ts";

export interface Inputs {
  readonly context: BuildContext;
  /** Of the Dockerfile. */
  readonly text: string;
  /** Digest of the vertex that warnings belong to. */
  readonly definition: string;
  /** Shows what is ignored, and the context among the steps, when one of them reads it. */
  showContext(ops: readonly Op[]): void;
}

/** More than a Dockerfile has: from here on it is the context that takes its time. */
const definitionBytes = 64 * 1024;

/** Reads what the client sends: the context, the Dockerfile in it, and what is ignored. */
export async function loadInputs(request: BuildRequest, progress: Progress): Promise<Inputs> {
  const definition = await vertex("load build definition");
  const running = progress.begin({
    digest: definition,
    name: `[internal] load build definition from ${request.dockerfile.split("/").at(-1) ?? "Dockerfile"}`,
  });
  const contextVertex = await vertex("load build context");
  let transfer: Running | undefined;
  let context: BuildContext;
  try {
    context = await readContext(request.context, {
      dockerfile: request.dockerfile,
      signal: request.signal,
      onBytes(bytes) {
        if (bytes < definitionBytes) return;
        transfer ??= progress.begin({ digest: contextVertex, name: "[internal] load build context" });
        transfer.status("transferring context:", { current: bytes });
      },
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    running.end({ error: message });
    transfer?.end({ error: message });
    throw error;
  }
  const text = context.dockerfile;
  if (text === undefined) {
    const message = `failed to read dockerfile: open ${request.dockerfile}: no such file or directory`;
    running.status("transferring dockerfile:", { current: 2, done: true });
    running.end();
    throw new BuildError(message, undefined);
  }
  running.status("transferring dockerfile:", { current: new TextEncoder().encode(text).length, done: true });
  running.end();
  const ignoreVertex = await vertex("load .dockerignore");
  return {
    context,
    text,
    definition,
    showContext(ops) {
      const ignore = progress.begin({ digest: ignoreVertex, name: "[internal] load .dockerignore" });
      ignore.status("transferring context:", { current: context.ignoreBytes, done: true });
      ignore.end();
      if (!ops.some(readsContext)) {
        transfer?.end();
        return;
      }
      transfer ??= progress.begin({ digest: contextVertex, name: "[internal] load build context" });
      transfer.status("transferring context:", { current: sizeOf(context.tree), done: true });
      transfer.end();
    },
  };
}

function readsContext(op: Op): boolean {
  const fromContext = (each: RunOp | CopyOp): boolean =>
    each.kind === "copy"
      ? each.source === "context" && each.paths.length > 0
      : each.mounts.some(({ source }) => source === "context");
  return (op.kind === "copy" || op.kind === "run") && fromContext(op);
}

function vertex(name: string): Promise<string> {
  return sha256(new TextEncoder().encode(name));
}

/** Bytes of its files. */
function sizeOf(tree: FileTree): number {
  let size = 0;
  for (const { node } of tree.walk()) size += node.content.length;
  return size;
}
