/// <reference lib="webworker" />
import v86Wasm from "v86/build/v86.wasm?url";
import * as v from "valibot";
import { bridgeVersion, type FromWorker, type Start } from "../emulator/bridge/messages.ts";
import { BridgeWorker } from "../emulator/bridge/worker.ts";
import {
  decodeSave,
  decodeSnapshot,
  encodeSave,
  Lab,
  SaveDamaged,
  SaveMismatch,
  SaveSlot,
  type LabSource,
  type Registry,
  type LayerStore,
  type Snapshot,
} from "../emulator/index.ts";
import { gunzipBytes, load, LoadFailed, type Report } from "./fetch.ts";
import { labHost } from "./lab-host.ts";
import { opfsStore, QuotaExceeded } from "./store/opfs.ts";

declare const self: DedicatedWorkerGlobalScope;

/** Serial output kept for diagnostics, in characters. */
const serialKept = 8000;
/** A save follows the first change after this long, so that a burst of changes is one save. */
const saveAfter = 1500;
/** The warm-up follows the first prompt so soon; it begins at last so long after the start where nobody opens a shell. */
const warmAfter = 50;
const warmAnyway = 1500;

const post = (message: FromWorker, transfer: readonly object[] = []) =>
  self.postMessage(message, transfer as Transferable[]);
const bridge = new BridgeWorker(
  post,
  (start) => void begin(start),
  ({ version, base }) => {
    if (version === bridgeVersion) shippedBy(base).catch(() => undefined); // the start tells, when there is one
  },
);
self.onmessage = ({ data }) => bridge.receive(data);

const report: Report = (progress) => post({ kind: "progress", progress });
let serial = "";

async function begin(start: Start): Promise<void> {
  try {
    if (start.version !== bridgeVersion)
      throw new LoadFailed(start.base, "the page and its worker are of different versions; reload the page");
    const { lab, base, notes, restoredAt, slot } = await open(start);
    const saver = new Saver(lab, base, slot);
    const typed = new AbortController();
    let warming: ReturnType<typeof setTimeout> | undefined;
    // After the prompt, which it would slow down. Without the image, or on a machine that ends, the first container just
    // starts as slowly as it must.
    const warmUp = () =>
      (warming ??= setTimeout(() => lab.warmUp("busybox", typed.signal).catch(() => undefined), warmAfter));
    bridge.serve(
      labHost(lab, {
        save: () => saver.save(),
        touched: () => saver.soon(),
        typed: () => typed.abort(),
        shown: () => warmUp(),
        serialOutput: () => serial,
      }),
    );
    void saver.followEvents();
    report({ stage: "ready" });
    post({ kind: "started", restoredAt, notes });
    setTimeout(warmUp, warmAnyway);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const advice =
      error instanceof LoadFailed
        ? "Check the connection and try again."
        : "Start over with a fresh machine, or copy the diagnostics and report it.";
    post({ kind: "start-failed", message, advice });
  }
}

async function open(start: Start) {
  const slot = new SaveSlot(opfsStore("machines"), start.slot);
  const notes: string[] = [];
  if (start.fresh) await slot.delete();
  const [source, base] = await shippedBy(start.base);
  const listeners = {
    onSerial: (text: string) => (serial = (serial + text).slice(-serialKept)),
    onCrash: (reason: string, lastOutput: string) => post({ kind: "crashed", reason, lastOutput }),
  };
  const saved = await readSave(slot, base, notes);
  if (saved !== undefined) {
    report({ stage: "restore", from: "save" });
    try {
      const lab = await Lab.restore(source, saved, listeners);
      // Content of the save may be missing or damaged: then a fresh machine is better than one whose files are gone.
      await lab.ready;
      return {
        lab,
        base,
        notes,
        restoredAt: saved.created.getTime(),
        slot,
      };
    } catch (error) {
      notes.push(
        `The saved machine could not be brought back (${error instanceof Error ? error.message : String(error)}). This is a fresh one.`,
      );
    }
  }
  report({ stage: "restore", from: "snapshot" });
  const lab = await Lab.restore(source, base, listeners);
  lab.ready.catch((error: unknown) =>
    post({
      kind: "start-failed",
      message: error instanceof Error ? error.message : String(error),
      advice: "Check the connection and try again.",
    }),
  );
  return { lab, base, notes, restoredAt: null, slot };
}

async function readSave(slot: SaveSlot, base: Snapshot, notes: string[]) {
  try {
    return await slot.read((bytes) => decodeSave(bytes, base));
  } catch (error) {
    if (error instanceof SaveMismatch)
      notes.push(
        "This site was upgraded since your machine was saved, and the old machine does not run on the new version. This is a fresh one.",
      );
    else if (error instanceof SaveDamaged) notes.push("The saved machine was damaged. This is a fresh one.");
    else
      notes.push(
        `The browser did not give back the saved machine: ${error instanceof Error ? error.message : String(error)}`,
      );
    return undefined;
  }
}

let shipped: { readonly base: string; readonly parts: Promise<[LabSource, Snapshot]> } | undefined;

/** What every machine of the site begins with; once. */
function shippedBy(base: string): Promise<[LabSource, Snapshot]> {
  if (shipped?.base === base) return shipped.parts;
  const parts = Promise.all([siteSource(base), shippedSnapshot(base)]);
  const mine = (shipped = { base, parts });
  parts.catch(() => {
    // It is asked for again.
    if (shipped === mine) shipped = undefined;
  });
  return parts;
}

const description = v.object({ file: v.string(), bytes: v.number(), compressed: v.number(), sha256: v.string() });

async function shippedSnapshot(base: string): Promise<Snapshot> {
  const text = new TextDecoder().decode(await load(`${base}machine/snapshot.json`, "the machine"));
  const { file, compressed, sha256 } = v.parse(description, JSON.parse(text));
  const packed = await load(`${base}machine/${file}`, "the machine", report, compressed);
  report({ stage: "verify" });
  const snapshot = await decodeSnapshot(await gunzipBytes(packed));
  if (snapshot.sha256 !== sha256) throw new LoadFailed(`${base}machine/${file}`, "not what the site announced");
  return snapshot;
}

async function siteSource(base: string): Promise<LabSource> {
  const machine = `${base}machine/`;
  const [wasm, bpf, json] = await Promise.all([
    compiledWasm(),
    load(`${machine}seccomp.bpf`, "the machine"),
    load(`${machine}seccomp.json`, "the machine"),
  ]);
  return {
    wasm,
    seccomp: { bpf, json },
    registry: siteRegistry(`${base}registry/`),
    tools: () => load(`${machine}tools.tar.gz`, "the tools"),
    layers: opfsLayers(),
  };
}

async function compiledWasm(): Promise<WebAssembly.Module> {
  const response = fetch(v86Wasm);
  try {
    return await WebAssembly.compileStreaming(response);
  } catch {
    // A host that serves another content type: compiled from its bytes.
    return WebAssembly.compile(await (await fetch(v86Wasm)).arrayBuffer());
  }
}

function siteRegistry(base: string): Registry {
  return {
    index: async (signal) => {
      const response = await fetch(`${base}index.json`, { signal });
      if (!response.ok) throw new LoadFailed(`${base}index.json`, `status ${response.status}`);
      return new Uint8Array(await response.arrayBuffer());
    },
    async blob(digest, signal) {
      const url = `${base}blobs/${digest.replace(":", "/")}`;
      const response = await fetch(url, { signal });
      if (!response.ok || response.body === null) throw new LoadFailed(url, `status ${response.status}`);
      return { size: Number(response.headers.get("content-length") ?? 0), body: response.body };
    },
  };
}

function opfsLayers(): LayerStore {
  const store = opfsStore("layers");
  return {
    has: async (diffId) => (await store.list()).includes(diffId),
    get: (diffId) => store.get(diffId),
    put: (diffId, gzipped) => store.put(diffId, gzipped),
  };
}

/** Saves a while after something changed, and on demand; never two at a time. */
class Saver {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<{ bytes: number; pauseMilliseconds: number }> | undefined;

  constructor(
    readonly lab: Lab,
    readonly base: Snapshot,
    readonly slot: SaveSlot,
  ) {}

  soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.save().catch(() => undefined); // told by the notice
    }, saveAfter);
  }

  save(): Promise<{ bytes: number; pauseMilliseconds: number }> {
    this.#running ??= this.#save().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async followEvents(): Promise<void> {
    const { body } = await this.lab.transport.request({ method: "GET", target: "/v1.45/events" });
    const reader = body.getReader();
    // The stream ends with the engine, and then there is nothing to save.
    for (let next = await reader.read(); !next.done; next = await reader.read()) this.soon();
  }

  async #save(): Promise<{ bytes: number; pauseMilliseconds: number }> {
    try {
      const { parts, paused } = await this.lab.save();
      const bytes = await encodeSave(parts, this.base);
      await this.slot.write(bytes);
      post({
        kind: "save-state",
        state: "saved",
        at: Date.now(),
        detail: `${(bytes.length / 1e6).toFixed(2)} MB, ${paused.toFixed(0)} ms`,
      });
      return { bytes: bytes.length, pauseMilliseconds: paused };
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      post({ kind: "save-state", state: error instanceof QuotaExceeded ? "quota" : "failed", at: Date.now(), detail });
      throw error;
    }
  }
}
