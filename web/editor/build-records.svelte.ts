import * as v from "valibot";
import { jsonStream } from "../../emulator/client/json-stream.ts";
import type { Transport } from "../../emulator/client/transport.ts";
import type { BuildRecord } from "../../emulator/spec/build.ts";

const optionalNumber = v.optional(v.number());
const optionalText = v.optional(v.string());
const lines = v.object({ start: v.number(), end: v.number() });
const step = v.object({
  vertex: v.string(),
  instruction: v.string(),
  text: v.string(),
  lines,
  state: v.picklist(["waiting", "running", "cached", "done", "failed", "canceled", "unused"]),
  startedAt: optionalNumber,
  endedAt: optionalNumber,
  diffId: optionalText,
  size: optionalNumber,
  fromStages: v.array(v.number()),
  because: optionalText,
});
const record = v.object({
  id: v.string(),
  startedAt: v.number(),
  endedAt: optionalNumber,
  state: v.picklist(["running", "completed", "failed", "canceled"]),
  dockerfileName: v.string(),
  dockerfile: v.string(),
  tags: v.array(v.string()),
  target: optionalText,
  imageId: optionalText,
  error: v.optional(v.object({ message: v.string(), line: optionalNumber })),
  stages: v.array(
    v.object({
      name: v.string(),
      line: v.number(),
      base: v.string(),
      baseStage: optionalNumber,
      used: v.boolean(),
      steps: v.array(step),
    }),
  ),
});

/** A record as it comes: what is undefined there is not in its JSON. */
export function decodeBuildRecord(value: unknown): BuildRecord {
  const read = v.parse(record, value);
  return {
    ...read,
    endedAt: read.endedAt,
    target: read.target,
    imageId: read.imageId,
    error: read.error && { message: read.error.message, line: read.error.line },
    stages: read.stages.map((stage) => ({
      ...stage,
      baseStage: stage.baseStage,
      steps: stage.steps.map((s) => ({
        ...s,
        startedAt: s.startedAt,
        endedAt: s.endedAt,
        diffId: s.diffId,
        size: s.size,
        because: s.because,
      })),
    })),
  };
}

/** Builds that are kept. */
const most = 20;
/** A stream that ended, with the machine or by itself, is asked for again. */
const again = 1000;

/** The last builds of the machine, newest first, as the engine tells of them. */
export class BuildRecords {
  list = $state.raw<readonly BuildRecord[]>([]);
  #abort: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly running = $derived(this.list.find((build) => build.state === "running"));

  follow(transport: Transport): void {
    this.stop();
    this.list = [];
    const abort = (this.#abort = new AbortController());
    void this.#follow(transport, abort.signal);
  }

  stop(): void {
    this.#abort?.abort();
    clearTimeout(this.#timer);
  }

  take(build: BuildRecord): void {
    this.list = [build, ...this.list.filter(({ id }) => id !== build.id)]
      .sort((a, b) => b.startedAt - a.startedAt)
      .slice(0, most);
  }

  async #follow(transport: Transport, signal: AbortSignal): Promise<void> {
    try {
      const response = await transport.request({ method: "GET", target: "/inside/builds/stream", signal });
      if (response.status < 400)
        for await (const value of jsonStream(response.body)) this.take(decodeBuildRecord(value));
      else await response.body.cancel();
    } catch (error) {
      if (signal.aborted) return;
      console.warn("the stream of builds ended", error);
    }
    if (!signal.aborted) this.#timer = setTimeout(() => void this.#follow(transport, signal), again);
  }
}
