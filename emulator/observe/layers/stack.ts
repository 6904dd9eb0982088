import type { BuildRecord, BuildStep } from "../../spec/build.ts";
import type { History } from "../../spec/oci-image.ts";
import type { ImageBrief, ImageFacts, LayerFacts } from "./facts.ts";
import { instructionOf, type Instruction } from "./instruction.ts";
import { count, shortDigest, sizeText } from "./size.ts";

/** One step of an image, base first: a layer, or a line that only changed the configuration. */
export interface StackRow {
  readonly step: number;
  readonly instruction: Instruction;
  /** As the history has it. */
  readonly createdBy: string;
  readonly created: string | undefined;
  readonly layer: StackLayer | undefined;
  /** Line of the Dockerfile it was built from, and what the build did; undefined for what was not built here. */
  readonly built: { readonly line: number; readonly state: "cached" | "executed" } | undefined;
}

export interface StackLayer extends LayerFacts {
  /** 0 for the base. */
  readonly index: number;
  /** 0 (base) to 1 (top). */
  readonly height: number;
  /** Names of the other images with this layer in this place or another. */
  readonly sharedWith: readonly string[];
}

export interface StackView {
  readonly id: string;
  readonly name: string;
  /** Base first. */
  readonly rows: readonly StackRow[];
  readonly size: number;
  readonly question: string;
  readonly answer: string;
}

/** The stack of an image. `others` are all images; `builds` those that were made here, newest last. */
export function stackView(
  image: ImageFacts,
  others: readonly ImageBrief[],
  builds: readonly BuildRecord[] = [],
): StackView {
  const history = image.config.history ?? [];
  const rows: StackRow[] = [];
  const steps = stepsOf(image.id, builds);
  let next = 0;
  const push = (entry: History | undefined, facts: LayerFacts | undefined) => {
    const layer = facts === undefined ? undefined : stackLayer(facts, next++, image, others);
    const createdBy = entry?.created_by ?? entry?.comment ?? "";
    const step = layer === undefined ? undefined : steps.get(layer.diffId);
    rows.push({
      step: rows.length + 1,
      instruction: instructionOf(createdBy),
      createdBy,
      created: entry?.created,
      layer,
      built: step === undefined ? undefined : { line: step.lines.start, state: cachedOrNot(step) },
    });
  };
  for (const entry of history) push(entry, entry.empty_layer === true ? undefined : image.layers[next]);
  // A history may tell less than there is.
  while (next < image.layers.length) push(undefined, image.layers[next]);
  const size = image.layers.reduce((sum, layer) => sum + layer.size, 0);
  // Names move while a picture stands: the lists know them as they are now.
  const name = imageName(others.find(({ id }) => id === image.id) ?? image);
  return {
    id: image.id,
    name,
    rows,
    size,
    question: `Which steps made ${name}?`,
    answer: answer(rows, size),
  };
}

export function imageName({ id, references }: ImageBrief): string {
  return references[0] ?? shortDigest(id);
}

function answer(rows: readonly StackRow[], size: number): string {
  const layers = rows.flatMap(({ layer }) => layer ?? []);
  const shared = layers.filter(({ sharedWith }) => sharedWith.length > 0);
  const with_ = new Set(shared.flatMap(({ sharedWith }) => sharedWith));
  const steps = `${count(rows.length, "step")} made ${count(layers.length, "layer")} with ${sizeText(size)} of files`;
  if (shared.length === 0) return `${steps}; no other image here shares one.`;
  return `${steps}; ${shared.length === layers.length ? "all" : shared.length} shared with ${listed([...with_])}.`;
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function listed(names: readonly string[], most = 3): string {
  if (names.length === 1) return names[0] ?? "";
  if (names.length <= most) return `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
  return `${names.slice(0, most - 1).join(", ")} and ${names.length - most + 1} more`;
}

function stackLayer(facts: LayerFacts, index: number, image: ImageFacts, others: readonly ImageBrief[]): StackLayer {
  const sharedWith = others
    .filter(({ id, diffIds }) => id !== image.id && diffIds.includes(facts.diffId))
    .map((other) => imageName(other));
  return { ...facts, index, height: image.layers.length < 2 ? 0 : index / (image.layers.length - 1), sharedWith };
}

/** What the last build that made the image, or any of its layers, did: by diff id. */
function stepsOf(imageId: string, builds: readonly BuildRecord[]): Map<string, BuildStep> {
  const found = new Map<string, BuildStep>();
  const ordered = [
    ...builds.filter((build) => build.imageId !== imageId),
    ...builds.filter((b) => b.imageId === imageId),
  ];
  for (const build of ordered)
    for (const stage of build.stages)
      for (const step of stage.steps) if (step.diffId !== undefined) found.set(step.diffId, step);
  return found;
}

function cachedOrNot(step: BuildStep): "cached" | "executed" {
  return step.state === "cached" ? "cached" : "executed";
}

/** Newest first, as `docker history` prints it. */
export function stackText(view: StackView): string {
  const lines = [...view.rows].reverse().map((row) => {
    const size = row.layer === undefined ? "no layer" : sizeText(row.layer.size);
    const built = row.built === undefined ? "" : `  line ${row.built.line}, ${row.built.state}`;
    const shared = row.layer?.sharedWith.length ? `  shared with ${row.layer.sharedWith.join(", ")}` : "";
    const id = row.layer === undefined ? "" : shortDigest(row.layer.diffId);
    return `${String(row.step).padStart(3)}  ${id.padEnd(12)}  ${size.padStart(8)}  ${instructionText(row)}${built}${shared}`;
  });
  return [view.question, view.answer, "", ...lines, ""].join("\n");
}

export function instructionText({ instruction }: Pick<StackRow, "instruction">): string {
  const { keyword, rest } = instruction;
  const text = `${keyword} ${rest}`.trim();
  return text === "" ? "(the history does not say)" : text;
}
