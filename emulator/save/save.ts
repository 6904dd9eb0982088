import type { MachineState } from "../machine/machine.ts";
import {
  type ContainerHeader,
  containerFormat,
  type HeaderFields,
  type OpenContainer,
  openContainer,
  parseJson,
  readSections,
  type Section,
  writeContainer,
} from "./container.ts";
import { SaveDamaged, SaveMismatch } from "./errors.ts";
import { applyMemoryDelta, memoryDelta } from "./memory-delta.ts";
import { PageSet, pageSize } from "./page-set.ts";
import { breathe } from "./breathe.ts";

/** All that goes on after a restore: machine, engine and layerfs of one moment. */
export interface SaveParts {
  readonly machine: MachineState;
  /** The engine's state: plain JSON data that names its own version. */
  readonly engine: unknown;
  /** layerfs's table of fids: plain JSON data. */
  readonly layerfs: unknown;
  /** Digests of the layers that the table names; they must be at hand before the machine goes on. */
  readonly layers: readonly string[];
  readonly created: Date;
}

/** A snapshot with the name that saves know it by. */
export interface Snapshot extends SaveParts {
  readonly sha256: string;
}

/** What `SaveHeader` tells before anything is loaded. */
export interface SaveHeader {
  readonly kind: "snapshot" | "save";
  readonly sha256: string;
  readonly v86: string;
  readonly base: string | undefined;
  readonly layers: readonly string[];
  readonly created: Date;
  /** Bytes of guest memory. */
  readonly memory: number;
}

/** A save that holds everything. Not compressed: what ships it compresses the file as a whole, which packs better. */
export async function encodeSnapshot(parts: SaveParts): Promise<Uint8Array> {
  const { present, pages } = parts.machine;
  checkMemory(parts.machine, present, pages);
  return writeContainer(fieldsOf("snapshot", parts, null), [
    { name: "pages", encoding: "none", bytes: pages },
    { name: "present", encoding: "none", bytes: present },
    ...commonSections(parts, "none"),
  ]);
}

/** Throws SaveDamaged, or SaveMismatch for another version of v86 when `v86` is given. The memory is a view of `bytes`. */
export async function decodeSnapshot(bytes: Uint8Array, v86?: string): Promise<Snapshot> {
  const container = await openContainer(bytes);
  const { header } = container;
  if (header.kind !== "snapshot") throw new SaveDamaged("this is a save, not a snapshot");
  requireVersion(header, v86);
  const sections = byName(await readSections(container, () => true));
  const [present, pages] = [take(sections, "present"), take(sections, "pages")];
  checkMemory(header, present, pages);
  return { ...partsOf(header, sections, { present, pages }), sha256: container.sha256 };
}

/**
 * A save as its difference from `base`. Reads `parts` for as long as it runs, in turns of a few milliseconds with room for
 * others in between; the machine may be running again meanwhile, for its state is a copy.
 */
export async function encodeSave(parts: SaveParts, base: Snapshot): Promise<Uint8Array> {
  const { machine } = parts;
  requireSame(machine.v86, base.machine.v86, machine.memory, base.machine.memory);
  checkMemory(machine, machine.present, machine.pages);
  const sections: Section[] = [];
  const pieces = memoryDelta(machine, base.machine);
  for (;;) {
    const piece = pieces.next();
    if (piece.done === true) {
      sections.push({ name: "present", encoding: "deflate", bytes: piece.value.present });
      sections.push({ name: "changed", encoding: "deflate", bytes: piece.value.changed });
      break;
    }
    if (piece.value.length > 0) sections.push({ name: "pages", encoding: "deflate", bytes: piece.value });
    await breathe();
  }
  return writeContainer(fieldsOf("save", parts, base.sha256), [...sections, ...commonSections(parts, "deflate")]);
}

/** Throws SaveDamaged, or SaveMismatch when the save needs another base snapshot or another version of v86. */
export async function decodeSave(bytes: Uint8Array, base: Snapshot): Promise<SaveParts> {
  const container = await openContainer(bytes);
  const { header } = container;
  if (header.kind !== "save" || header.base === null) throw new SaveDamaged("this is a snapshot, not a save");
  if (header.base !== base.sha256)
    throw new SaveMismatch(`the save needs the base snapshot ${header.base}, not ${base.sha256}`, needsOf(header));
  requireVersion(header, base.machine.v86);
  if (header.memory !== base.machine.memory) throw new SaveDamaged("the save's memory is not as large as its base's");
  const read = await readSections(container, () => true);
  const sections = byName(read.filter((section) => section.name !== "pages"));
  const memory = applyMemoryDelta(
    {
      present: take(sections, "present"),
      changed: take(sections, "changed"),
      chunks: read.filter((section) => section.name === "pages").map((section) => section.bytes),
    },
    base.machine,
  );
  return partsOf(header, sections, memory);
}

/** What a save or snapshot is and needs, from its checked header. */
export async function readSaveHeader(bytes: Uint8Array): Promise<SaveHeader> {
  const { header, sha256 }: OpenContainer = await openContainer(bytes);
  const { kind, v86, base, layers, created, memory } = header;
  return { kind, sha256, v86, base: base ?? undefined, layers, created: new Date(created), memory };
}

function fieldsOf(
  kind: HeaderFields["kind"],
  { machine, layers, created }: SaveParts,
  base: string | null,
): HeaderFields {
  return { kind, v86: machine.v86, base, created: created.toISOString(), memory: machine.memory, layers: [...layers] };
}

function commonSections({ machine, engine, layerfs }: SaveParts, encoding: Section["encoding"]): Section[] {
  const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value ?? null));
  return [
    { name: "devices", encoding, bytes: machine.devices },
    { name: "engine", encoding, bytes: json(engine) },
    { name: "layerfs", encoding, bytes: json(layerfs) },
  ];
}

function partsOf(
  { v86, memory, layers, created }: ContainerHeader,
  sections: ReadonlyMap<string, Uint8Array>,
  contents: Pick<MachineState, "present" | "pages">,
): SaveParts {
  return {
    machine: { v86, memory, ...contents, devices: take(sections, "devices") },
    engine: parseJson(take(sections, "engine"), "the save's engine state"),
    layerfs: parseJson(take(sections, "layerfs"), "the save's layerfs table"),
    layers,
    created: new Date(created),
  };
}

function byName(sections: readonly Section[]): Map<string, Uint8Array> {
  const found = new Map(sections.map(({ name, bytes }) => [name, bytes]));
  if (found.size !== sections.length) throw new SaveDamaged("the save has a section twice");
  return found;
}

function take(sections: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const bytes = sections.get(name);
  if (bytes === undefined) throw new SaveDamaged(`the save has no section ${name}`);
  return bytes;
}

function checkMemory({ memory }: { readonly memory: number }, present: Uint8Array, pages: Uint8Array): void {
  if (present.length * 8 * pageSize !== memory || new PageSet(present).size * pageSize !== pages.length)
    throw new SaveDamaged("the memory does not fit its page bitmap");
}

function requireVersion(header: ContainerHeader, v86: string | undefined): void {
  if (v86 !== undefined && header.v86 !== v86)
    throw new SaveMismatch(`the save needs v86 ${header.v86}, not ${v86}`, needsOf(header));
}

function requireSame(v86: string, baseV86: string, memory: number, baseMemory: number): void {
  if (v86 !== baseV86) throw new Error(`a state of v86 ${v86} cannot be saved against a base of ${baseV86}`);
  if (memory !== baseMemory) throw new Error(`a state of ${memory} bytes of memory has a base of ${baseMemory}`);
}

function needsOf({ v86, base }: ContainerHeader): SaveMismatch["needs"] {
  return { format: containerFormat, v86, base: base ?? undefined };
}
