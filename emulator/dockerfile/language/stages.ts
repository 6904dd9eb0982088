import type { Scan } from "./scan.ts";

/** A stage as far as it can be seen while it is written. */
export interface StageName {
  /** Undefined without AS. */
  readonly name: string | undefined;
  readonly index: number;
  readonly base: string;
  readonly line: number;
}

/** Stages that begin above a line. */
export function stagesAbove({ items }: Scan, line: number): StageName[] {
  const found: StageName[] = [];
  for (const item of items) {
    if (item.kind !== "instruction" || item.instruction !== "FROM" || item.lines.start >= line) continue;
    const [base, as, name] = item.words;
    found.push({
      name: as?.text.toLowerCase() === "as" ? name?.text.toLowerCase() : undefined,
      index: found.length,
      base: base?.text ?? "",
      line: item.lines.start,
    });
  }
  return found;
}
