import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { decodeSave, encodeSave, Lab, SaveDamaged, SaveMismatch, type LabListeners, type Snapshot } from "../index.ts";
import { loadSnapshot } from "./snapshot.ts";
import { folderSource } from "./source.ts";

/** A lab under Node, from the shipped snapshot or from a state file. */
export interface OpenLab {
  readonly lab: Lab;
  readonly base: Snapshot;
  /** Writes the state file, atomically. Nothing without one. */
  save(): Promise<void>;
}

export async function openLab(
  options: { readonly state?: string; readonly listeners?: LabListeners; readonly log?: (line: string) => void } = {},
): Promise<OpenLab> {
  const base = await loadSnapshot(options.log ?? ((line) => process.stderr.write(`${line}\n`)));
  const { state } = options;
  const source = await folderSource(state === undefined ? undefined : `${state}.layers`);
  let parts: Parameters<typeof Lab.restore>[1] = base;
  if (state !== undefined && existsSync(state)) {
    try {
      parts = await decodeSave(new Uint8Array(await readFile(state)), base);
    } catch (error) {
      if (error instanceof SaveMismatch)
        throw new Error(
          `${state} was saved by another version of Drydock: ${error.message}. Remove it to start over.`,
          { cause: error },
        );
      if (error instanceof SaveDamaged)
        throw new Error(`${state} is damaged: ${error.message}. Remove it to start over.`, { cause: error });
      throw error;
    }
  }
  const lab = await Lab.restore(source, parts, options.listeners);
  await lab.ready;
  return {
    lab,
    base,
    async save() {
      if (state === undefined) return;
      const saved = await lab.save();
      await writeFile(`${state}.new`, await encodeSave(saved.parts, base));
      await rename(`${state}.new`, state);
    },
  };
}
