import type { Registry } from "../engine/runtime.ts";
import type { LayerStore } from "./content.ts";

/** Where a lab gets what it is made of. Node reads a folder, a page fetches from its own origin. */
export interface LabSource {
  readonly wasm: Uint8Array | WebAssembly.Module;
  readonly registry: Registry;
  /** The tools layer (`/usr` of the guest): a tar, gzipped or not. */
  tools(): Promise<Uint8Array>;
  /** `seccomp.bpf` and `seccomp.json`. */
  readonly seccomp: { readonly bpf: Uint8Array; readonly json: Uint8Array };
  /** Layers that were made in a lab, kept beside its saves. */
  readonly layers: LayerStore;
}

export interface LabListeners {
  onSerial?(text: string): void;
  onCrash?(reason: string, lastOutput: string): void;
  /** A failure that no caller waits for. */
  onReport?(text: string): void;
}
