import type { Flag } from "./flag.ts";

/** Flags as pflag lists them, sorted by name, descriptions wrapped to `columns` (0: not wrapped). */
export function flagUsages(flags: Readonly<Record<string, Flag<unknown>>>, columns: number): string {
  const lines: { readonly left: string; readonly right: string }[] = [];
  for (const name of Object.keys(flags).sort()) {
    const flag = flags[name];
    if (flag === undefined || flag.traits.hidden === true) continue;
    const start = flag.shorthand === "" ? `      --${name}` : `  -${flag.shorthand}, --${name}`;
    const left = flag.word === "" ? start : `${start} ${flag.word}`;
    const shownDefault = flag.shownDefault === undefined ? "" : ` (default ${flag.shownDefault})`;
    lines.push({ left, right: flag.usage + shownDefault });
  }
  const widest = Math.max(0, ...lines.map((line) => line.left.length));
  return lines.map(({ left, right }) => `${left.padEnd(widest)}   ${wrap(right, widest + 3, columns)}\n`).join("");
}

/** Breaks at blanks; a few columns over the edge are allowed where they spare a lone last word. */
function wrap(text: string, indent: number, columns: number): string {
  const newline = (by: number): string => `\n${" ".repeat(by)}`;
  if (columns === 0) return text.replaceAll("\n", newline(indent));
  let by = indent;
  let width = columns - by;
  let result = "";
  if (width < 24) {
    by = 16;
    width = columns - by;
    result = newline(by);
  }
  if (width < 24) return text.replaceAll("\n", result);
  const slop = 5;
  let rest = text;
  for (let first = true; first || rest !== ""; first = false) {
    const [line, after] = firstLine(rest, width - slop, slop);
    result += (first ? "" : newline(by)) + line.replaceAll("\n", newline(by));
    rest = after;
  }
  return result;
}

function firstLine(text: string, width: number, slop: number): [line: string, rest: string] {
  if (width + slop > text.length) return [text, ""];
  const head = text.slice(0, width);
  const blank = Math.max(head.lastIndexOf(" "), head.lastIndexOf("\t"), head.lastIndexOf("\n"));
  if (blank <= 0) return [text, ""];
  const newline = head.lastIndexOf("\n");
  const at = newline > 0 && newline < blank ? newline : blank;
  return [text.slice(0, at), text.slice(at + 1)];
}
