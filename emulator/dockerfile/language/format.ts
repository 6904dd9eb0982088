import type { Token } from "./logical-line.ts";
import { quotedAt } from "./quoting.ts";
import { scan, type ScannedInstruction } from "./scan.ts";

const indent = 4;
/** Instructions whose arguments are words between blanks; of all others the blanks may mean something. */
const ofWords = new Set(["ADD", "ARG", "COPY", "ENV", "EXPOSE", "FROM", "LABEL", "VOLUME"]);
/** Those whose arguments a shell splits. */
const forShell = new Set(["RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"]);

/**
 * The same Dockerfile in one style: keywords in upper case, one blank between words, lines that go on indented by four,
 * one empty line at most. Heredocs, comments, the JSON form and quoted text stay as they are; so does what cannot be
 * read. Formatting twice changes nothing more.
 */
export function format(text: string): string {
  const lines: (string | undefined)[] = text.split("\n");
  const inside = new Set<number>();
  for (const item of scan(text).items) {
    for (let line = item.lines.start; line <= item.lines.end; line++) inside.add(line);
    if (item.kind !== "instruction" || item.instruction === undefined) continue;
    for (const [line, formatted] of formatInstruction(item)) {
      const end = lines[line - 1]?.endsWith("\r") ? "\r" : "";
      // The byte order mark was no blank.
      const mark = line === 1 && text.startsWith("\ufeff") ? "\ufeff" : "";
      lines[line - 1] = mark + formatted + end;
    }
  }
  let empty = 0;
  lines.forEach((line, index) => {
    if (line === undefined || inside.has(index + 1) || line.trim() !== "") empty = 0;
    else {
      empty++;
      // The last piece is what follows the last line end; it decides whether there is one.
      const isExtra = empty > 1 && index < lines.length - 1;
      lines[index] = isExtra ? undefined : line.endsWith("\r") ? "\r" : "";
    }
  });
  return lines.filter((line) => line !== undefined).join("\n");
}

/** New text of each physical line of the header. */
function formatInstruction(item: ScannedInstruction): Map<number, string> {
  const { pieces, starts, escape, text } = item.logical;
  const changes = changesOf(item);
  // What the blanks at the ends of lines mean is only looked into where it is certain.
  const quoted = keepsLines(item) ? undefined : quotedAt(text, escape);
  const shift = quoted === undefined ? 0 : indent - leastIndent(item, quoted);
  const formatted = new Map<number, string>();
  pieces.forEach((piece, index) => {
    const from = starts[index] ?? 0;
    const end = from + piece.text.length;
    let body = changed(piece.text, from, changes);
    const goesOn = index < pieces.length - 1 || item.open;
    if (index === 0) body = body.trimStart();
    if (quoted !== undefined) {
      if (quoted[trimmedEnd(text, from, end)] === false) body = body.replace(/[ \t]+$/, goesOn ? " " : "");
      if (index > 0 && isParted(item, index, quoted))
        body = " ".repeat(Math.max(indentOf(piece.text) + shift, indent)) + body.replace(/^[ \t]+/, "");
    }
    formatted.set(piece.line, body + (goesOn ? escape : ""));
  });
  return formatted;
}

function isJson({ words }: ScannedInstruction): boolean {
  return words[0]?.text.startsWith("[") ?? false;
}

/** Whether the lines stay as they are, but for keyword and flags: blanks at their ends may be part of a value. */
function keepsLines(item: ScannedInstruction): boolean {
  const { instruction = "" } = item;
  const isSplit = ofWords.has(instruction) || forShell.has(instruction);
  return !isSplit || isJson(item) || isLegacy(item) || item.heredocs.length > 0;
}

/** `ENV name value`: all behind the name is the value. */
function isLegacy({ instruction, words }: ScannedInstruction): boolean {
  return (instruction === "ENV" || instruction === "LABEL") && words[0]?.text.includes("=") === false;
}

interface Change {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Keywords in upper case, and runs of blanks that only part words, in order. */
function changesOf(item: ScannedInstruction): Change[] {
  const { instruction, keyword, flags, words } = item;
  const [first, second] = words;
  const parted: Token[] = [keyword, ...flags, ...(first === undefined ? [] : [first])];
  if (!isJson(item) && instruction !== undefined && ofWords.has(instruction))
    parted.push(
      ...(isLegacy(item) ? (second === undefined || /\s/.test(first?.text ?? "") ? [] : [second]) : words.slice(1)),
    );
  const gaps = parted.slice(1).map((token, index): Change => {
    const before = parted[index] ?? keyword;
    return { from: before.offset + before.text.length, to: token.offset, text: " " };
  });
  const upper = instruction === "FROM" && second?.text.toLowerCase() === "as" ? [keyword, second] : [keyword];
  const names = upper.map(({ offset, text }): Change => ({
    from: offset,
    to: offset + text.length,
    text: text.toUpperCase(),
  }));
  return [...gaps, ...names].sort((a, b) => a.from - b.from);
}

/** A piece with the changes that lie within it; one at its ends is the continuation's. */
function changed(text: string, offset: number, changes: readonly Change[]): string {
  let out = "";
  let done = 0;
  for (const change of changes) {
    const from = change.from - offset;
    const to = change.to - offset;
    const isGap = change.text === " ";
    if (from < done || to > text.length || (isGap && (from === 0 || to === text.length))) continue;
    out += text.slice(done, from) + change.text;
    done = to;
  }
  return out + text.slice(done);
}

/** The smallest indent of the lines that may be indented. */
function leastIndent(item: ScannedInstruction, quoted: readonly boolean[]): number {
  const depths = item.logical.pieces.flatMap((piece, index) =>
    index > 0 && isParted(item, index, quoted) ? [indentOf(piece.text)] : [],
  );
  return depths.length === 0 ? indent : Math.min(...depths);
}

/** Whether a piece begins a word: `a\` and `b` below it are one word, which a blank would part. */
function isParted({ logical }: ScannedInstruction, index: number, quoted: readonly boolean[]): boolean {
  const start = logical.starts[index] ?? 0;
  const before = logical.text.charAt(start - 1);
  const behind = logical.text.charAt(start);
  return quoted[start] === false && quoted[start - 1] === false && (isBlank(before) || isBlank(behind));
}

function isBlank(character: string): boolean {
  return character === " " || character === "\t";
}

/** Where the blanks at the end of a piece begin. */
function trimmedEnd(text: string, from: number, end: number): number {
  let at = end;
  while (at > from && isBlank(text.charAt(at - 1))) at--;
  return at;
}

function indentOf(text: string): number {
  const blanks = /^[ \t]*/.exec(text)?.[0] ?? "";
  return blanks.replaceAll("\t", " ".repeat(indent)).length;
}
