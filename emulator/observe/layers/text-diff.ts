import { structuredPatch } from "diff";

/** One line of the difference of two texts. */
export interface DiffLine {
  readonly kind: "same" | "added" | "removed" | "skipped";
  readonly text: string;
  /** Line numbers, from 1; undefined on the side that has no such line. */
  readonly before: number | undefined;
  readonly after: number | undefined;
}

export interface TextDiff {
  readonly lines: readonly DiffLine[];
  readonly added: number;
  readonly removed: number;
}

/** Differences beyond this many lines are not computed: they show nothing that reading both would not. */
const editLimit = 1000;

/** The changed lines of two texts with three lines around them; undefined when they differ too much to compare. */
export function textDiff(before: string, after: string): TextDiff | undefined {
  const patch = structuredPatch("", "", before, after, undefined, undefined, { context: 3, maxEditLength: editLimit });
  if (patch === undefined) return undefined;
  const lines: DiffLine[] = [];
  let added = 0;
  let removed = 0;
  let next = 1;
  for (const hunk of patch.hunks) {
    if (hunk.oldStart > next)
      lines.push({ kind: "skipped", text: `${hunk.oldStart - next} equal lines`, before: undefined, after: undefined });
    let old = hunk.oldStart;
    let current = hunk.newStart;
    for (const line of hunk.lines) {
      const text = line.slice(1);
      if (line.startsWith("+")) {
        added++;
        lines.push({ kind: "added", text, before: undefined, after: current++ });
      } else if (line.startsWith("-")) {
        removed++;
        lines.push({ kind: "removed", text, before: old++, after: undefined });
      } else if (line.startsWith(" ")) lines.push({ kind: "same", text, before: old++, after: current++ });
      // "\ No newline at end of file" belongs to the line before it.
      else lines.push({ kind: "same", text: line, before: undefined, after: undefined });
    }
    next = old;
  }
  return { lines, added, removed };
}

export function diffText({ lines }: TextDiff): string {
  const signs = { same: " ", added: "+", removed: "-", skipped: "@" };
  return lines.map(({ kind, text }) => `${signs[kind]}${text}\n`).join("");
}
