import { bridgeVersion } from "../emulator/bridge/messages.ts";

/** A worker without a use is ended after so long, in milliseconds: it holds tens of megabytes. */
const idle = 60_000;

/** A worker as far as a session needs one. */
export interface MachineWorker {
  onmessage: ((event: MessageEvent) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(message: unknown, transfer?: Transferable[]): void;
  terminate(): void;
}

/** Where the site's files are, with a trailing slash. */
export const siteBase = () => new URL("./", document.baseURI).href;

/** Workers for machines, at most one of them made ahead. */
export class MachineWorkers {
  #spare: { readonly worker: MachineWorker; readonly timer: ReturnType<typeof setTimeout> } | undefined;

  constructor(
    readonly make: () => MachineWorker,
    readonly base: () => string,
  ) {}

  /** Makes a worker ahead, with all that every machine begins with: whoever takes it has a machine sooner. */
  prepare(): void {
    if (this.#spare !== undefined) clearTimeout(this.#spare.timer);
    const worker = this.#spare?.worker ?? this.make();
    if (this.#spare === undefined) worker.postMessage({ kind: "prepare", version: bridgeVersion, base: this.base() });
    // One that fails is replaced when it is wanted.
    worker.onerror = (event) => {
      event.preventDefault();
      if (this.#spare?.worker === worker) this.#end();
    };
    this.#spare = { worker, timer: setTimeout(() => this.#end(), idle) };
  }

  take(): MachineWorker {
    if (this.#spare === undefined) return this.make();
    const { worker, timer } = this.#spare;
    clearTimeout(timer);
    this.#spare = undefined;
    worker.onerror = null;
    return worker;
  }

  #end(): void {
    clearTimeout(this.#spare?.timer);
    this.#spare?.worker.terminate();
    this.#spare = undefined;
  }
}

export const machineWorkers = new MachineWorkers(
  () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "drydock" }),
  siteBase,
);
