/** What an author has to mend, where, and how. */
export interface Problem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** What is wrong, and what to write instead. */
  readonly message: string;
}

/** Collects what is wrong with one file, so that an author sees all of it at once. */
export class Problems {
  readonly found: Problem[] = [];

  constructor(
    readonly file: string,
    /** Lines before the text that positions count in. */
    readonly offset = 0,
  ) {}

  add(line: number | undefined, message: string): void {
    this.found.push({ file: this.file, line: (line ?? 1) + this.offset, message });
  }
}
