/** A cell grid as tall as a step's window of output. Understands what build tools print, and skips what they should not. */
export class LogWindow {
  readonly #rows: string[][];
  #width: number;
  #row = 0;
  #column = 0;
  #saved = { row: 0, column: 0 };
  /** The start of an escape sequence whose end has not come yet. */
  #pending = "";

  constructor(height: number, width: number) {
    this.#width = Math.max(6, width);
    this.#rows = Array.from({ length: Math.max(1, height) }, () => this.#blank());
  }

  /** Lines that are not blank, each as wide as the window. */
  lines(): string[] {
    return this.#rows.filter((row) => row.some((cell) => cell !== " ")).map((row) => row.join(""));
  }

  resize(height: number, width: number): void {
    this.#width = Math.max(6, width);
    const rows = Math.max(1, height);
    this.#rows.length = Math.min(this.#rows.length, rows);
    for (const row of this.#rows) {
      row.length = Math.min(row.length, this.#width);
      while (row.length < this.#width) row.push(" ");
    }
    while (this.#rows.length < rows) this.#rows.push(this.#blank());
  }

  write(text: string): void {
    const all = this.#pending + text;
    this.#pending = "";
    for (let at = 0; at < all.length;) {
      const rest = all.slice(at, at + 64);
      if (rest.startsWith("\x1b") || rest.startsWith("\u009b")) {
        const found = escapeSequence.exec(rest);
        if (found === null) {
          // A sequence that has no end within reason is not one.
          if (rest.length < 64) this.#pending = rest;
          at += rest.length;
          continue;
        }
        this.#move(found[2] ?? found[3] ?? "", (found[1] ?? "").split(";").map(Number));
        at += found[0].length;
        continue;
      }
      const character = String.fromCodePoint(all.codePointAt(at) ?? 0);
      this.#put(character);
      at += character.length;
    }
  }

  #blank(): string[] {
    return Array.from({ length: this.#width }, () => " ");
  }

  #put(character: string): void {
    if (character === "\n") {
      this.#row++;
      this.#column = 0;
    } else if (character === "\r") this.#column = 0;
    else if (character === "\b") this.#column = Math.max(0, this.#column - 1);
    else if (character === "\t") this.#column = Math.min(this.#width - 1, (Math.floor(this.#column / 8) + 1) * 8);
    else if (character >= " " && character !== "\x7f") {
      this.#scroll();
      const row = this.#rows[this.#row];
      if (row !== undefined) row[this.#column] = character;
      this.#column++;
    }
  }

  /** Only before a character is put: a line break at the end must not cost the first line. */
  #scroll(): void {
    if (this.#column >= this.#width) {
      this.#column = 0;
      this.#row++;
    }
    while (this.#row >= this.#rows.length) {
      this.#rows.shift();
      this.#rows.push(this.#blank());
      this.#row--;
    }
  }

  #move(command: string, numbers: readonly number[]): void {
    const first = Number.isNaN(numbers[0]) ? 0 : (numbers[0] ?? 0);
    const by = Math.max(1, first);
    if (command === "A") this.#place(this.#row - by, this.#column);
    else if (command === "B") this.#place(this.#row + by, this.#column);
    else if (command === "C") this.#place(this.#row, this.#column + by);
    else if (command === "D") this.#place(this.#row, this.#column - by);
    else if (command === "G") this.#place(this.#row, by - 1);
    else if (command === "H" || command === "f") this.#place(by - 1, (numbers[1] || 1) - 1);
    else if (command === "K") this.#eraseLine(first);
    else if (command === "J") this.#eraseAll(first);
    else if (command === "s" || command === "7") this.#saved = { row: this.#row, column: this.#column };
    else if (command === "u" || command === "8") this.#place(this.#saved.row, this.#saved.column);
  }

  #place(row: number, column: number): void {
    this.#row = Math.min(Math.max(0, row), this.#rows.length - 1);
    this.#column = Math.min(Math.max(0, column), this.#width - 1);
  }

  /** 0: to the end, 1: from the start, 2: whole. */
  #eraseLine(part: number): void {
    const from = part === 0 ? this.#column : 0;
    const to = part === 1 ? this.#column + 1 : this.#width;
    this.#rows[this.#row]?.fill(" ", from, to);
  }

  #eraseAll(part: number): void {
    for (const [index, row] of this.#rows.entries())
      if (part === 2 || (part === 0 ? index >= this.#row : index <= this.#row)) row.fill(" ");
  }
}

// eslint-disable-next-line no-control-regex -- escape sequences begin with one.
const escapeSequence = /^(?:\x1b\[|\u009b)([0-9;?]*)([@-~])|^\x1b([^[])/;
