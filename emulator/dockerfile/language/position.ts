/** A place in the text; both count from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** From `start` up to `end`, which is not in it any more. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** A change of the text: what stands in the range becomes `text`. */
export interface Edit extends Range {
  readonly text: string;
}

export function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}

/** The text with all edits done; they are of the text as it is and must not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  const offset = ({ line, column }: Position) =>
    line > starts.length ? text.length : Math.min((starts[line - 1] ?? 0) + column - 1, text.length);
  const ordered = [...edits].sort((a, b) => (isBefore(a.start, b.start) ? 1 : isBefore(b.start, a.start) ? -1 : 0));
  let out = text;
  for (const edit of ordered) out = out.slice(0, offset(edit.start)) + edit.text + out.slice(offset(edit.end));
  return out;
}
