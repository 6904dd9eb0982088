import { BridgePage, bridgeTransport } from "../emulator/bridge/page.ts";
import { bridgeVersion, type FromWorker, type Progress } from "../emulator/bridge/messages.ts";
import type { Transport } from "../emulator/client/transport.ts";

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

/** A tab hidden for this long pauses its machine, unless the user wants it to go on. */
const pauseHiddenAfter = 60_000;

/** The machine of this tab: its worker from start to end, and what the page shows of it. */
export class Session {
  phase = $state<Phase>({ kind: "starting", progress: { stage: "download", what: "", received: 0 } });
  paused = $state(false);
  saved = $state<SaveState | undefined>();
  /** Said once after a start: that a save was carried over, and what was not. */
  notes = $state<readonly string[]>([]);
  /** Grows with every start, so that terminals know to connect again. */
  generation = $state(0);
  keepRunningHidden = $state(false);

  #worker: Worker | undefined;
  #bridge: BridgePage | undefined;
  #transport: Transport | undefined;
  #hiddenTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #shellEnded = new Map<string, (code: number) => void>();

  constructor(readonly slot: string) {}

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
    this.phase = { kind: "starting", progress: { stage: "download", what: "", received: 0 } };
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "drydock" });
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
    this.#transport = bridgeTransport(bridge);
    worker.postMessage({
      kind: "start",
      version: bridgeVersion,
      base: new URL("./", document.baseURI).href,
      slot: this.slot,
      fresh,
    });
  }

  stop(): void {
    clearTimeout(this.#hiddenTimer);
    this.#worker?.terminate();
    this.#bridge?.fail(new Error("the machine was stopped"));
    this.#worker = this.#bridge = this.#transport = undefined;
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
        this.phase = { kind: "ready" };
        this.generation++;
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

  #end(phase: Phase): void {
    this.stop();
    this.phase = phase;
  }
}
