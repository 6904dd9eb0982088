import type { Position, Range } from "./position.ts";

/** What one physical line gives to a logical line: without its continuation character. */
export interface Piece {
  readonly text: string;
  readonly line: number;
}

/** A word of a logical line, with its offset there and its place in the source. */
export interface Token extends Range {
  readonly text: string;
  readonly offset: number;
}

/** Physical lines joined by continuations, with the way back from an offset to the source. */
export class LogicalLine {
  readonly text: string;
  /** Offset of each piece. */
  readonly starts: readonly number[];

  constructor(
    readonly pieces: readonly Piece[],
    readonly escape: "\\" | "`",
  ) {
    const starts: number[] = [];
    let text = "";
    for (const piece of pieces) {
      starts.push(text.length);
      text += piece.text;
    }
    this.text = text;
    this.starts = starts;
  }

  /** At a seam: the beginning of the later line. With `end` the end of the earlier one. */
  positionOf(offset: number, end = false): Position {
    let index = this.starts.length - 1;
    while (index > 0 && (this.starts[index] ?? 0) > (end ? offset - 1 : offset)) index--;
    return { line: this.pieces[index]?.line ?? 1, column: offset - (this.starts[index] ?? 0) + 1 };
  }

  /** Undefined for a place on none of the lines; behind the end of a line: its end. */
  offsetOf({ line, column }: Position): number | undefined {
    const index = this.pieces.findIndex((piece) => piece.line === line);
    const piece = this.pieces[index];
    if (piece === undefined) return undefined;
    return (this.starts[index] ?? 0) + Math.min(column - 1, piece.text.length);
  }

  range(from: number, to: number): Range {
    return { start: this.positionOf(from), end: this.positionOf(to, true) };
  }

  token(from: number, to: number): Token {
    return { text: this.text.slice(from, to), offset: from, ...this.range(from, to) };
  }

  /** Words between blanks, from `offset` on; quotes and escapes hold one together and stay in it. */
  words(offset = 0): Token[] {
    const found: Token[] = [];
    let start: number | undefined;
    let quoted: string | undefined;
    for (let at = offset; at < this.text.length; at++) {
      const character = this.text.charAt(at);
      if (quoted === undefined && /\s/.test(character)) {
        if (start !== undefined) found.push(this.token(start, at));
        start = undefined;
        continue;
      }
      start ??= at;
      if (character === this.escape && quoted !== "'") at++;
      else if (quoted === undefined && (character === "'" || character === '"')) quoted = character;
      else if (character === quoted) quoted = undefined;
    }
    if (start !== undefined) found.push(this.token(start, this.text.length));
    return found;
  }
}
