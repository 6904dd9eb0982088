import { jsonStream } from "../../emulator/client/json-stream.ts";
import type { Transport } from "../../emulator/client/transport.ts";
import { decodeBuild } from "../../emulator/observe/layers/decode-build.ts";
import type { BuildRecord } from "../../emulator/spec/build.ts";
import { messageOf } from "./image.svelte.ts";

/** The builds of the machine, as they run; newest last. */
export class BuildFeed {
  records = $state.raw<readonly BuildRecord[]>([]);
  error = $state<string | undefined>();
  #abort: AbortController | undefined;

  follow(transport: Transport): void {
    this.stop();
    const abort = new AbortController();
    this.#abort = abort;
    void this.#read(transport, abort.signal);
  }

  stop(): void {
    this.#abort?.abort();
  }

  async #read(transport: Transport, signal: AbortSignal): Promise<void> {
    try {
      const { status, body } = await transport.request({ method: "GET", target: "/inside/builds/stream", signal });
      if (status >= 400) throw new Error(`the machine answered ${status} when asked for its builds`);
      this.records = [];
      this.error = undefined;
      for await (const value of jsonStream(body)) {
        const record = decodeBuild(value);
        const at = this.records.findIndex(({ id }) => id === record.id);
        this.records = at < 0 ? [...this.records, record] : this.records.with(at, record);
      }
    } catch (error) {
      if (!signal.aborted) this.error = messageOf(error);
    }
  }
}
