import { jsonStream } from "../../emulator/client/json-stream.ts";
import type { Transport } from "../../emulator/client/transport.ts";
import { decodeTrace, type CommandTrace } from "../../emulator/observe/command/trace.ts";

const kept = 20;

/** The last calls of `docker`, as they run; newest last. The machine tells of changes, nothing is polled. */
export class CommandFeed {
  traces = $state.raw<readonly CommandTrace[]>([]);
  error = $state<string | undefined>();

  constructor(readonly transport: Transport) {}

  /** Reads until the returned function is called. */
  follow(): () => void {
    const following = new AbortController();
    void this.#read(following.signal);
    return () => following.abort();
  }

  async #read(signal: AbortSignal): Promise<void> {
    try {
      const { status, body } = await this.transport.request({ method: "GET", target: "/inside/trace/stream", signal });
      if (status >= 400) throw new Error(`the machine answered ${String(status)} when asked for its commands`);
      this.error = undefined;
      for await (const value of jsonStream(body)) {
        const trace = decodeTrace(value);
        const others = this.traces.filter(({ number }) => number !== trace.number);
        this.traces = [...others, trace].sort((a, b) => a.number - b.number).slice(-kept);
      }
    } catch (error) {
      if (!signal.aborted) this.error = error instanceof Error ? error.message : String(error);
    }
  }
}
