import type { Transport } from "../../emulator/client/transport.ts";
import { decodeProcesses, decodeSight } from "../../emulator/observe/namespaces/decode.ts";
import type { ProcessReading, ProcessSight } from "../../emulator/observe/namespaces/facts.ts";

/** The process ended before it could be asked. */
export class ProcessGone extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ProcessGone";
  }
}

/** What the kernel of the machine behind a transport tells of namespaces. */
export class NamespacesClient {
  constructor(readonly transport: Transport) {}

  async processes(signal: AbortSignal): Promise<ProcessReading> {
    return decodeProcesses(await this.#json("processes", signal));
  }

  /** Rejects with ProcessGone when there is no such process. */
  async sight(pid: number, signal: AbortSignal): Promise<ProcessSight> {
    return decodeSight(await this.#json(`processes/${pid}`, signal));
  }

  async #json(path: string, signal: AbortSignal): Promise<unknown> {
    const response = await this.transport.request({ method: "GET", target: `/inside/namespaces/${path}`, signal });
    const text = await new Response(response.body).text();
    if (response.status === 404) throw new ProcessGone(text);
    if (response.status >= 400) throw new Error(text);
    return JSON.parse(text) as unknown;
  }
}
