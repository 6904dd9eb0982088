import type { LineRange } from "../instruction.ts";

/**
 * The lines of a source around some of them, as BuildKit shows an error or a warning: those in question have `>>>`. Empty
 * for lines the text does not have.
 */
export function sourceExcerpt(text: string, lines: LineRange, filename: string): string {
  const all = text.split("\n");
  let { start } = lines;
  let end = Math.max(lines.start, lines.end);
  if (start < 1 || start > all.length) return "";
  end = Math.min(end, all.length);
  // The context is counted as BuildKit counts it: the rounds, and the lines they add on both sides.
  const wanted = end === start ? 4 : 2;
  for (let padding = 0; padding < wanted; padding++) {
    if (start > 1) {
      start--;
      padding++;
    }
    if (end !== all.length) {
      end++;
      padding++;
    }
  }
  const rule = "--------------------\n";
  let out = `${filename}:${lines.start}\n${rule}`;
  for (let line = start; line <= end; line++) {
    const mark = line >= lines.start && line <= Math.max(lines.start, lines.end) ? ">>>" : "   ";
    out += ` ${String(line).padStart(3)} | ${mark} ${all[line - 1] ?? ""}\n`;
  }
  return out + rule;
}
