import { sha256 } from "../../image/digest.ts";
import type { FileTree } from "../../image/file-tree.ts";
import { at, BuildCanceled, BuildError } from "./build-error.ts";
import { messageOf } from "../errors.ts";
import type { BuildCacheRecord } from "./cache-record.ts";
import type { Job } from "./job.ts";
import type { CopyOp, ImageOp, MkdirOp, Op, RunOp } from "./op.ts";
import type { Running } from "./progress.ts";
import type { OpenRecord } from "./records.ts";

/** A root file system that was made: its layers, and the key under which it can be found again. */
export interface Result {
  /** Diff ids, base first. */
  readonly layers: readonly string[];
  /** When each layer was made, milliseconds; undefined for those of images. */
  readonly createdAt: readonly (number | undefined)[];
  readonly key: string;
}

/** What a step's work came to. */
export interface Made {
  readonly tar: Uint8Array | undefined;
}

/** How one kind of op is looked up and made. */
export interface Step<O extends Op> {
  /** The key of what it would make, and what it reads by path. */
  key(op: O, input: Result, solver: Solver): Promise<{ key: string; files?: Readonly<Record<string, string>> }>;
  make(op: O, input: Result, solver: Solver, running: Running): Promise<Made>;
}

export type Steps = { readonly run: Step<RunOp>; readonly copy: Step<CopyOp>; readonly mkdir: Step<MkdirOp> };

/** Makes what an op asks for, each op once, from the cache where it can. */
export class Solver {
  readonly #results = new Map<Op, Promise<Result>>();
  readonly #steps: Steps;
  readonly #failing = new AbortController();

  constructor(
    readonly job: Job,
    steps: Steps,
  ) {
    this.#steps = steps;
  }

  /** Aborts when the client went, and when another step failed. */
  get signal(): AbortSignal {
    return AbortSignal.any([this.job.signal, this.#failing.signal]);
  }

  solve(op: Op): Promise<Result> {
    const known = this.#results.get(op);
    if (known !== undefined) return known;
    const result = this.#solve(op).catch((error: unknown) => {
      this.#failing.abort(new BuildCanceled());
      throw error;
    });
    this.#results.set(op, result);
    return result;
  }

  async #solve(op: Op): Promise<Result> {
    switch (op.kind) {
      case "scratch":
        return { layers: [], createdAt: [], key: "scratch" };
      case "image":
        return this.#image(op);
      case "run":
        return this.#step(op, this.#steps.run);
      case "copy":
        return this.#step(op, this.#steps.copy);
      case "mkdir":
        return this.#step(op, this.#steps.mkdir);
      default:
        return op satisfies never;
    }
  }

  async #image(op: ImageOp): Promise<Result> {
    const { cache, progress, daemon, record } = this.job;
    const key = await keyOf(["image", ...op.layers]);
    const startedAt = daemon.world.clock.now();
    const known = cache.find(key) !== undefined;
    if (!known) cache.add({ key, kind: "source.image", description: op.name, size: 0, place: key });
    for (const diffId of op.layers) this.job.hold(diffId);
    if (op.name !== "") {
      const running = progress.begin({ digest: op.vertex, name: op.name });
      running.end({ cached: known });
    }
    record.step(
      op.place,
      { vertex: op.vertex, state: known ? "cached" : "done", startedAt, endedAt: daemon.world.clock.now() },
      0,
    );
    return { layers: op.layers, createdAt: op.layers.map(() => undefined), key };
  }

  async #step<O extends RunOp | CopyOp | MkdirOp>(op: O, step: Step<O>): Promise<Result> {
    const results = await this.#inputs(op);
    const [input] = results;
    if (input === undefined) throw new Error("a step without a root");
    this.signal.throwIfAborted();
    const { cache, progress, daemon } = this.job;
    const { key, files } = await step.key(op, input, this).catch((error: unknown) => {
      throw this.#failed(op, undefined, error);
    });
    // Two steps that are the same step are done once, whichever stages or builds they are of.
    return this.job.keyLocks.run(key, async () => {
      const found = op.ignoreCache && !this.job.madeHere.has(key) ? undefined : cache.find(key);
      if (found !== undefined) {
        const running = progress.begin(vertexOf(op));
        running.end({ cached: true });
        const { startedAt } = running;
        const { diffId, size } = found;
        this.#tell(op, { vertex: op.vertex, state: "cached", startedAt, endedAt: startedAt, diffId, size });
        return this.#over(input, key, found);
      }
      const place = placeOf(op);
      const because = op.ignoreCache ? "the cache is not used (--no-cache)" : this.#because(place, input, files);
      const running = progress.begin(vertexOf(op));
      this.#tell(op, { vertex: op.vertex, state: "running", startedAt: running.startedAt, because });
      try {
        const { tar } = await step.make(op, input, this, running);
        this.signal.throwIfAborted();
        const layer = tar === undefined ? undefined : await this.keep(tar);
        const made = cache.add({
          key,
          kind: "regular",
          description: op.name.replace(/^\[[^\]]*\] /, ""),
          ...(layer === undefined ? {} : { diffId: layer.diffId }),
          size: layer?.size ?? 0,
          parent: input.key,
          ...(files === undefined ? {} : { files }),
          place,
        });
        this.job.madeHere.add(key);
        running.end();
        this.#tell(op, { state: "done", endedAt: daemon.world.clock.now(), diffId: layer?.diffId, size: layer?.size });
        return this.#over(input, key, made);
      } catch (error) {
        throw this.#failed(op, running, error);
      }
    });
  }

  #tell(op: Op, change: Parameters<OpenRecord["step"]>[1]): void {
    const triggers = op.place === undefined ? 0 : this.job.triggers(op.place.stage);
    this.job.record.step(op.place, change, triggers);
  }

  /** Shows the failure; the error with its place. What ended because another step failed is only canceled. */
  #failed(op: RunOp | CopyOp | MkdirOp, running: Running | undefined, error: unknown): Error {
    const canceled = this.signal.aborted && !(error instanceof BuildError);
    const shown = running ?? this.job.progress.begin(vertexOf(op));
    shown.end({ error: canceled ? "context canceled" : messageOf(error) });
    const endedAt = this.job.daemon.world.clock.now();
    this.#tell(op, { state: canceled ? "canceled" : "failed", endedAt });
    return canceled ? new BuildCanceled() : at(op.lines, error);
  }

  /** All of them, also when one fails: nothing goes on behind the back of a build that has ended. */
  async #inputs(op: Op): Promise<Result[]> {
    const settled = await Promise.allSettled(op.inputs.map((input) => this.solve(input)));
    return settled.map((result) => {
      if (result.status === "rejected") throw result.reason;
      return result.value;
    });
  }

  #over(input: Result, key: string, record: BuildCacheRecord): Result {
    if (record.diffId === undefined) return { ...input, key };
    this.job.hold(record.diffId);
    return {
      layers: [...input.layers, record.diffId],
      createdAt: [...input.createdAt, record.createdAt],
      key,
    };
  }

  /** Puts a layer into the content store, held until the build has ended. */
  async keep(tar: Uint8Array): Promise<{ diffId: string; size: number }> {
    const { daemon, hold } = this.job;
    const diffId = await sha256(tar);
    hold(diffId);
    await daemon.images.layers.put(diffId, tar);
    return { diffId, size: daemon.world.content.layerSize(diffId) };
  }

  /** The files of a result. */
  tree(result: Result): Promise<FileTree> {
    return this.job.trees.of(result.layers);
  }

  #because(place: string, input: Result, files: Readonly<Record<string, string>> | undefined): string {
    const before = this.job.cache.before(place);
    if (before === undefined) return "never built before";
    const changed = changedFile(before.files, files);
    if (changed !== undefined) return changed;
    if (before.parent !== input.key) return "the step before it changed";
    return "the instruction or its variables changed";
  }
}

function changedFile(
  before: Readonly<Record<string, string>> | undefined,
  now: Readonly<Record<string, string>> | undefined,
): string | undefined {
  if (before === undefined || now === undefined) return undefined;
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  const differing = names.filter((name) => before[name] !== now[name]);
  const [first] = differing;
  if (first === undefined) return undefined;
  const how = before[first] === undefined ? "is new" : now[first] === undefined ? "is gone" : "changed";
  const more = differing.length - 1;
  return `${first} ${how}${more > 0 ? `, and ${String(more)} more` : ""}`;
}

function vertexOf(op: Op): { digest: string; name: string; inputs: string[] } {
  const inputs = op.inputs.filter(({ name }) => name !== "").map(({ vertex }) => vertex);
  return { digest: op.vertex, name: op.name, inputs };
}

/** The same step of the same stage, whatever it reads. */
function placeOf(op: RunOp | CopyOp | MkdirOp): string {
  return op.name.replace(/^\[(\S+ )? *\d+\/\d+\] /, "$1");
}

export async function keyOf(parts: readonly unknown[]): Promise<string> {
  return sha256(new TextEncoder().encode(JSON.stringify(parts)));
}
