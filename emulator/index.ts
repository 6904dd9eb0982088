/** The emulator as a page or a command sees it. `lab/` wires machine, agent, layerfs, snapshotter and engine. */
export { Lab } from "./lab/lab.ts";
export type { LabListeners, LabSource } from "./lab/source.ts";
export type { Registry } from "./engine/runtime.ts";
export type { LayerStore } from "./lab/content.ts";
export { SaveSlot } from "./save/save-slot.ts";
export { decodeSave, decodeSnapshot, encodeSave, encodeSnapshot, type Snapshot } from "./save/save.ts";
export { SaveDamaged, SaveMismatch } from "./save/errors.ts";
export type { BlobStore } from "./save/blob-store.ts";
export { exchange } from "./http/client.ts";
