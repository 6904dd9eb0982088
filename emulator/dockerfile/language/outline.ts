import type { InstructionKind, LineRange } from "../instruction.ts";
import type { Range } from "./position.ts";
import { scan, type ScannedInstruction } from "./scan.ts";

export interface OutlineItem {
  /** `FROM busybox AS tools`, `RUN make`. */
  readonly name: string;
  /** Undefined for a keyword that is none. */
  readonly kind: InstructionKind | undefined;
  /** Of a stage to its last instruction. */
  readonly lines: LineRange;
  /** What is chosen when it is clicked. */
  readonly range: Range;
  readonly children: readonly OutlineItem[];
}

/** Stages with their instructions; what stands before the first FROM is at the top beside them. */
export function outline(text: string): OutlineItem[] {
  const top: (OutlineItem & { readonly children: OutlineItem[] })[] = [];
  let stage: (OutlineItem & { readonly children: OutlineItem[] }) | undefined;
  for (const item of scan(text).items) {
    if (item.kind !== "instruction") continue;
    const entry = { ...entryOf(item), children: [] };
    if (item.instruction === "FROM") {
      stage = entry;
      top.push(stage);
    } else if (stage === undefined) top.push(entry);
    else {
      stage.children.push(entry);
      const grown = { ...stage, lines: { start: stage.lines.start, end: item.lines.end } };
      top[top.length - 1] = grown;
      stage = grown;
    }
  }
  return top;
}

const longest = 60;

function entryOf(item: ScannedInstruction): Omit<OutlineItem, "children"> {
  const words = item.logical.text.trim().replace(/\s+/g, " ");
  const name = words.length > longest ? `${words.slice(0, longest - 1)}…` : words;
  return {
    name,
    kind: item.instruction,
    lines: item.lines,
    range: { start: item.keyword.start, end: item.keyword.end },
  };
}

/** What can be folded away: stages, instructions over several lines, heredocs, blocks of comments. */
export function folds(text: string): LineRange[] {
  const found: LineRange[] = [];
  for (const { kind, lines } of outline(text)) if (kind === "FROM") found.push(lines);
  for (const item of scan(text).items) {
    if (item.kind === "comment") found.push(item.lines);
    if (item.kind !== "instruction") continue;
    found.push(item.heredocs.length > 0 ? item.lines : item.header);
    // A body folds to the line above it.
    if (item.heredocs.length > 1)
      for (const { lines } of item.heredocs) if (lines.end >= lines.start) found.push(lines);
  }
  const several = found.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start || b.end - a.end);
  return several.filter(
    ({ start, end }, index) => several.findIndex((other) => other.start === start && other.end === end) === index,
  );
}
