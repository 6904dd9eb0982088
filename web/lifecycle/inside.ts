import { inspect, list } from "../../emulator/client/container.ts";
import { readText } from "../../emulator/client/engine.ts";
import { EngineError } from "../../emulator/client/error.ts";
import { events } from "../../emulator/client/system.ts";
import type { Transport } from "../../emulator/client/transport.ts";
import { decodeCgroups } from "../../emulator/observe/cgroups/decode.ts";
import { decodeInspected, decodeLifecycleEvent } from "../../emulator/observe/lifecycle/decode.ts";
import {
  lifecycleActions,
  type InspectedContainer,
  type KernelFacts,
  type LifecycleEvent,
} from "../../emulator/observe/lifecycle/facts.ts";
import { kernelFacts } from "../../emulator/observe/lifecycle/kernel.ts";
import { decodeProcesses } from "../../emulator/observe/namespaces/decode.ts";

/** What the engine and the kernel of the machine behind a transport tell of containers' lives. */
export class LifecycleClient {
  constructor(readonly transport: Transport) {}

  /** Those that the engine still has, oldest first, and then those that come. */
  async *events(signal: AbortSignal): AsyncGenerator<LifecycleEvent, void, undefined> {
    const filters = { type: ["container"], event: lifecycleActions };
    for await (const event of await events({ transport: this.transport, signal }, { since: "0", filters }))
      yield decodeLifecycleEvent(event);
  }

  /** Ids and states of all there are. */
  async list(signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const containers = await list({ transport: this.transport, signal }, { all: true });
    return new Map(containers.map(({ Id = "", State = "" }) => [Id, State]));
  }

  /** Undefined when there is none any more. */
  async inspect(id: string, signal: AbortSignal): Promise<InspectedContainer | undefined> {
    try {
      return decodeInspected((await inspect({ transport: this.transport, signal }, id)).value);
    } catch (error) {
      if (error instanceof EngineError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** `seen`: how many events had come. */
  async kernel(seen: number, signal: AbortSignal): Promise<KernelFacts> {
    const [processes, cgroups] = await Promise.all([
      this.#read("namespaces/processes", signal),
      this.#read("cgroups/", signal),
    ]);
    return kernelFacts(decodeProcesses(processes), decodeCgroups(cgroups), seen);
  }

  async #read(path: string, signal: AbortSignal): Promise<unknown> {
    const { status, body } = await this.transport.request({ method: "GET", target: `/inside/${path}`, signal });
    const text = await readText(body);
    if (status >= 400) throw new Error(text);
    return JSON.parse(text) as unknown;
  }
}
