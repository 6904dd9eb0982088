import { BridgePage, bridgeTransport } from "../emulator/bridge/page.ts";
import { bridgeVersion, type FromWorker, type Progress } from "../emulator/bridge/messages.ts";
import type { Transport } from "../emulator/client/transport.ts";
import { machineWorkers, siteBase, type MachineWorker, type MachineWorkers } from "./machine-worker.ts";

export type Phase =
  | { readonly kind: "starting"; readonly progress: Progress }
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly message: string; readonly advice: string }
  | { readonly kind: "crashed"; readonly reason: string; readonly lastOutput: string };

export interface SaveState {
  readonly state: "saved" | "quota" | "locked" | "failed";
  readonly at: number;
  readonly detail: string;
}

/** A saved machine that a tab goes to: the playground's, or a lesson's. */
export interface MachinePlace {
  /** Names the save. */
  readonly machine: string;
  /** Where its shells begin. */
  readonly folder: string;
  /** Makes a machine out of the shipped snapshot what it begins as. The page shows it when this has resolved. */
  readonly prepare?: (transport: Transport) => Promise<void>;
}

/** How long going elsewhere waits for the last save of a machine, in milliseconds. */
const savePatience = 4000;
const starting: Phase = { kind: "starting", progress: { stage: "download", what: "", received: 0 } };

/** A tab hidden for this long pauses its machine, unless the user wants it to go on. */
const pauseHiddenAfter = 60_000;

/** The machine of this tab: its worker from start to end, and what the page shows of it. */
export class Session {
  phase = $state<Phase>(starting);
  paused = $state(false);
  saved = $state<SaveState | undefined>();
  /** Said once after a start: that a save was carried over, and what was not. */
  notes = $state<readonly string[]>([]);
  /** Grows with every start, so that terminals know to connect again. */
  generation = $state(0);
  keepRunningHidden = $state(false);
  /** The saved machine that runs, or is wanted: the tab's own, or one of a lesson. */
  machine = $state("");
  folder = $state("/root");

  #worker: MachineWorker | undefined;
  #bridge: BridgePage | undefined;
  #transport: Transport | undefined;
  #hiddenTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #shellEnded = new Map<string, (code: number) => void>();
  readonly #writers = new Set<() => void>();
  #place: MachinePlace;
  /** Settles when the machine that was started last is ready, or is not. */
  #arrival: Arrival | undefined;
  #going: Promise<void> = Promise.resolve();
  #wanted: MachinePlace | undefined;

  /** `slot` is the tab's: it names the playground's machine, and the tab for previews. */
  constructor(
    readonly slot: string,
    readonly workers: Pick<MachineWorkers, "prepare" | "take"> = machineWorkers,
    readonly base: () => string = siteBase,
  ) {
    this.#place = { machine: slot, folder: "/root" };
    this.machine = slot;
  }

  get playground(): MachinePlace {
    return { machine: this.slot, folder: "/root" };
  }

  /**
   * Goes to a place: saves the machine that runs, then starts the other. Resolves when it is ready, or when another place
   * was wanted meanwhile. `between` runs while no machine does: saves may be exchanged then.
   */
  async enter(
    place: MachinePlace,
    options: { readonly fresh?: boolean; readonly between?: () => Promise<void> } = {},
  ): Promise<void> {
    this.#wanted = place;
    const begun = this.#going.then(() => this.#enter(place, options));
    // Whoever wants another place does not wait for this one's machine. The caller is told of what goes wrong.
    this.#going = begun.then(
      () => undefined,
      () => undefined,
    );
    const coming = await begun;
    try {
      await coming?.promise;
    } catch (error) {
      // Another place was wanted: its caller is told of its own machine.
      if (this.#wanted === place) throw error;
    }
  }

  /** What tells that the place's machine is ready; undefined when another place is wanted. */
  async #enter(
    place: MachinePlace,
    { fresh = false, between }: { readonly fresh?: boolean; readonly between?: () => Promise<void> },
  ): Promise<Arrival | undefined> {
    if (this.#wanted !== place) return undefined;
    const isHere = this.machine === place.machine && this.#arrival !== undefined;
    if (isHere && !fresh && between === undefined && (this.phase.kind === "ready" || this.phase.kind === "starting"))
      return this.#arrival;
    // The next machine's worker loads while the last save of this one is written.
    this.workers.prepare();
    if (this.phase.kind === "ready" && this.machine !== place.machine) await this.#saveAtLast();
    this.stop();
    this.phase = starting;
    await between?.();
    this.#place = place;
    this.machine = place.machine;
    this.folder = place.folder;
    this.start(fresh);
    return this.#arrival;
  }

  async #saveAtLast(): Promise<void> {
    let patience: ReturnType<typeof setTimeout> | undefined;
    // A save that fails is told by a notice of its own.
    await Promise.race([
      this.save().catch(() => undefined),
      new Promise((resolve) => (patience = setTimeout(resolve, savePatience))),
    ]);
    clearTimeout(patience);
  }

  /** Calls `listener` after the page wrote files of the guest. */
  onWrite(listener: () => void): () => void {
    this.#writers.add(listener);
    return () => this.#writers.delete(listener);
  }

  get bridge(): BridgePage {
    if (this.#bridge === undefined) throw new Error("the machine has not started");
    return this.#bridge;
  }

  get transport(): Transport {
    if (this.#transport === undefined) throw new Error("the machine has not started");
    return this.#transport;
  }

  start(fresh = false): void {
    this.stop();
    this.phase = starting;
    this.#arrival = arrival();
    const worker = this.workers.take();
    const bridge = new BridgePage(
      { postMessage: (message, transfer) => worker.postMessage(message, transfer as Transferable[]) },
      (notice) => {
        if (this.#worker === worker) this.#onNotice(notice);
      },
    );
    worker.onmessage = ({ data }) => bridge.receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#end({ kind: "crashed", reason: event.message || "the machine's worker stopped", lastOutput: "" });
    };
    this.#worker = worker;
    this.#bridge = bridge;
    this.#transport = this.#told(bridgeTransport(bridge));
    worker.postMessage({
      kind: "start",
      version: bridgeVersion,
      base: this.base(),
      slot: this.#place.machine,
      fresh,
    });
  }

  stop(): void {
    clearTimeout(this.#hiddenTimer);
    this.#worker?.terminate();
    this.#bridge?.fail(new Error("the machine was stopped"));
    this.#worker = this.#bridge = this.#transport = undefined;
    this.#arrival?.reject(new Error("the machine was stopped"));
    this.paused = false;
  }

  onShellEnded(name: string, listener: (code: number) => void): () => void {
    this.#shellEnded.set(name, listener);
    return () => this.#shellEnded.delete(name);
  }

  async save(): Promise<void> {
    await this.bridge.call({ kind: "save" }, "saved");
  }

  async diagnostics(): Promise<string> {
    const page = [`page ${location.href.split("?")[0]}`, navigator.userAgent, `phase ${this.phase.kind}`];
    if (this.phase.kind === "crashed") return [...page, this.phase.reason, this.phase.lastOutput].join("\n");
    return [...page, (await this.bridge.call({ kind: "diagnostics" }, "text")).text].join("\n");
  }

  /** Follows the tab's visibility: saves when it goes, pauses when it stays away, wakes when it is back. */
  followVisibility(): () => void {
    const change = () => {
      clearTimeout(this.#hiddenTimer);
      if (this.phase.kind !== "ready") return;
      if (document.visibilityState === "visible") {
        if (this.paused) void this.resume();
        return;
      }
      this.save().catch(() => undefined); // the worker tells about a failed save by a notice of its own
      if (!this.keepRunningHidden) this.#hiddenTimer = setTimeout(() => void this.pause(), pauseHiddenAfter);
    };
    document.addEventListener("visibilitychange", change);
    return () => document.removeEventListener("visibilitychange", change);
  }

  async pause(): Promise<void> {
    await this.bridge.call({ kind: "pause" }, "done");
    this.paused = true;
  }

  async resume(): Promise<void> {
    await this.bridge.call({ kind: "resume" }, "done");
    this.paused = false;
  }

  #onNotice(notice: Exclude<FromWorker, { kind: "reply" | "failure" }>): void {
    switch (notice.kind) {
      case "progress":
        if (this.phase.kind === "starting") this.phase = { kind: "starting", progress: notice.progress };
        return;
      case "started":
        this.notes = notice.notes;
        void this.#prepare(notice.restoredAt === null);
        return;
      case "start-failed":
        this.#end({ kind: "failed", message: notice.message, advice: notice.advice });
        return;
      case "crashed":
        this.#end({ kind: "crashed", reason: notice.reason, lastOutput: notice.lastOutput });
        return;
      case "shell-ended":
        this.#shellEnded.get(notice.shell)?.(notice.code);
        return;
      case "save-state":
        this.saved = { state: notice.state, at: notice.at, detail: notice.detail };
        return;
      default:
        notice satisfies never;
    }
  }

  async #prepare(isFresh: boolean): Promise<void> {
    const { transport } = this;
    try {
      if (isFresh) await this.#place.prepare?.(transport);
    } catch (error) {
      // What a machine that was stopped meanwhile did not do is nobody's any more.
      if (this.#transport !== transport) return;
      const message = error instanceof Error ? error.message : String(error);
      this.#end({ kind: "failed", message, advice: "Start over with a fresh machine." });
      return;
    }
    if (this.#transport !== transport) return;
    this.phase = { kind: "ready" };
    this.generation++;
    this.#arrival?.resolve();
  }

  /** The transport, with a word to whoever follows the files. */
  #told(transport: Transport): Transport {
    return {
      hijack: (request) => transport.hijack(request),
      request: async (request) => {
        const response = await transport.request(request);
        if (request.method !== "GET" && request.target.startsWith("/inside/files/"))
          for (const listener of this.#writers) listener();
        return response;
      },
    };
  }

  #end(phase: Extract<Phase, { kind: "failed" | "crashed" }>): void {
    this.#arrival?.reject(new Error(phase.kind === "failed" ? phase.message : phase.reason));
    this.stop();
    this.phase = phase;
  }
}

interface Arrival {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: Error): void;
}

function arrival(): Arrival {
  let settle: { resolve(): void; reject(error: Error): void } | undefined;
  const promise = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  promise.catch(() => undefined); // whoever waits is told
  return { promise, resolve: () => settle?.resolve(), reject: (error: Error) => settle?.reject(error) };
}
