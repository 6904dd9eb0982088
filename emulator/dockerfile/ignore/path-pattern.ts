import { BadPattern, parsePattern } from "./match.ts";

/**
 * One pattern of a .dockerignore, as moby/patternmatcher has it: `*` and `?` stay within a directory, `**` does not, `[…]`
 * is a class, `\` escapes. The pattern becomes a regular expression of few kinds of atoms, which is walked state by state:
 * the work is at most the pattern's length times the path's, whatever the pattern.
 */
export class PathPattern {
  readonly #text: string;
  readonly #kind: "exact" | "prefix" | "suffix" | "expression";
  readonly #atoms: readonly Atom[];

  /** `text`: clean, without `!`. @throws BadPattern */
  constructor(text: string) {
    // What Go's filepath.Match refuses is no pattern here either.
    parsePattern(text);
    const { kind, expression } = translate(text);
    this.#text = text;
    this.#kind = kind;
    this.#atoms = kind === "expression" ? compile(expression) : [];
  }

  get text(): string {
    return this.#text;
  }

  matches(path: string): boolean {
    switch (this.#kind) {
      case "exact":
        return path === this.#text;
      case "prefix":
        return path.startsWith(this.#text.slice(0, -2));
      case "suffix": {
        const suffix = this.#text.slice(2);
        return path.endsWith(suffix) || (suffix.startsWith("/") && path === suffix.slice(1));
      }
      case "expression":
        return walk(this.#atoms, path);
    }
  }
}

function bad(): BadPattern {
  return new BadPattern();
}

interface Translation {
  readonly kind: "exact" | "prefix" | "suffix" | "expression";
  readonly expression: string;
}

function translate(pattern: string): Translation {
  const characters = Array.from(pattern);
  let kind: Translation["kind"] = "exact";
  let expression = "";
  for (let at = 0, step = 0; at < characters.length; at++, step++) {
    const character = characters[at] ?? "";
    if (character === "*" && characters[at + 1] === "*") {
      at++;
      if (characters[at + 1] === "/") at++;
      const last = at + 1 === characters.length;
      if (last && kind === "exact") kind = "prefix";
      else {
        expression += last ? ".*" : "(.*/)?";
        kind = "expression";
      }
      // What a later wildcard does not change is matched as a plain ending.
      if (step === 0) kind = "suffix";
    } else if (character === "*") {
      expression += "[^/]*";
      kind = "expression";
    } else if (character === "?") {
      expression += "[^/]";
      kind = "expression";
    } else if (".+()|{}$".includes(character)) {
      expression += `\\${character}`;
    } else if (character === "\\") {
      const escaped = characters[++at];
      expression += `\\${escaped ?? ""}`;
      if (escaped !== undefined) kind = "expression";
    } else {
      expression += character;
      if (character === "[" || character === "]") kind = "expression";
    }
  }
  return { kind, expression };
}

type Accepts = (character: string) => boolean;

type Atom =
  | { readonly kind: "one" | "many" | "directories"; readonly accepts: Accepts }
  /** Between two characters; undefined at the ends. */
  | { readonly kind: "assertion"; readonly holds: (before: string | undefined, after: string | undefined) => boolean };

/** Reads what `translate` writes: characters, escapes, classes, `.*`, `(.*\/)?`; brackets may swallow any of them. */
function compile(expression: string): Atom[] {
  const characters = Array.from(expression);
  const atoms: Atom[] = [];
  let at = 0;
  while (at < characters.length) {
    const rest = characters.slice(at, at + 6).join("");
    if (rest.startsWith("(.*/)?")) {
      atoms.push({ kind: "directories", accepts: (character) => character !== "\n" });
      at += 6;
      continue;
    }
    let accepts: Accepts;
    const character = characters[at] ?? "";
    if (character === "[") {
      const found = readClass(characters, at + 1);
      accepts = found.accepts;
      at = found.end;
    } else if (character === "\\") {
      const holds = assertions[characters[at + 1] ?? ""];
      if (holds !== undefined) {
        atoms.push({ kind: "assertion", holds });
        at += 2;
        continue;
      }
      accepts = escaped(characters[at + 1]);
      at += 2;
    } else if (character === "^") {
      atoms.push({ kind: "assertion", holds: (before) => before === undefined });
      at++;
      continue;
    } else {
      accepts = character === "." ? (other) => other !== "\n" : (other) => other === character;
      at++;
    }
    const many = characters[at] === "*";
    if (many) at++;
    atoms.push({ kind: many ? "many" : "one", accepts });
  }
  return atoms;
}

const isWord = (character: string | undefined) => character !== undefined && /^[0-9A-Za-z_]$/.test(character);

/** Of the letter behind a backslash. */
const assertions: Readonly<Record<string, (before: string | undefined, after: string | undefined) => boolean>> = {
  A: (before) => before === undefined,
  b: (before, after) => isWord(before) !== isWord(after),
  B: (before, after) => isWord(before) === isWord(after),
  z: (_, after) => after === undefined,
};

const perl: Readonly<Record<string, (character: string) => boolean>> = {
  d: (character) => /^[0-9]$/.test(character),
  s: (character) => /^[\t\n\f\r ]$/.test(character),
  w: (character) => /^[0-9A-Za-z_]$/.test(character),
};

const control: Readonly<Record<string, string>> = { a: "\x07", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

/** Of the character behind a backslash, which the expression takes as RE2 does. */
function escaped(character: string | undefined): (character: string) => boolean {
  if (character === undefined) throw bad();
  if (!/^[0-9A-Za-z]$/.test(character)) {
    if (character.length === 1 && character.charCodeAt(0) < 0x80) return (other) => other === character;
    throw bad();
  }
  const set = Object.hasOwn(perl, character.toLowerCase()) ? perl[character.toLowerCase()] : undefined;
  if (set !== undefined) return character === character.toLowerCase() ? set : (other) => !set(other);
  const literal = Object.hasOwn(control, character) ? control[character] : undefined;
  if (literal === undefined) throw bad();
  return (other) => other === literal;
}

function readClass(
  characters: readonly string[],
  start: number,
): { readonly accepts: (character: string) => boolean; readonly end: number } {
  let at = start;
  const negated = characters[at] === "^";
  if (negated) at++;
  const items: ((character: string) => boolean)[] = [];
  const single = (): string | undefined => {
    const character = characters[at];
    if (character === undefined) throw bad();
    at++;
    if (character !== "\\") return character;
    const next = characters[at++];
    const accepts = escaped(next);
    if (next !== undefined && !/^[0-9A-Za-z]$/.test(next)) return next;
    const literal = next === undefined || !Object.hasOwn(control, next) ? undefined : control[next];
    if (literal === undefined) items.push(accepts);
    return literal;
  };
  for (let first = true; characters[at] !== "]" || first; first = false) {
    const low = single();
    if (low === undefined) continue;
    if (characters[at] !== "-" || characters[at + 1] === "]") {
      items.push((character) => character === low);
      continue;
    }
    at++;
    const high = single();
    const [from, to] = [low.codePointAt(0) ?? 0, high?.codePointAt(0) ?? -1];
    if (to < from) throw bad();
    items.push((character) => {
      const point = character.codePointAt(0) ?? -1;
      return point >= from && point <= to;
    });
  }
  return { accepts: (character) => items.some((item) => item(character)) !== negated, end: at + 1 };
}

/** Whether the whole path is what the atoms say: state `i` means that the atoms before `i` are done. */
function walk(atoms: readonly Atom[], path: string): boolean {
  const characters = Array.from(path);
  const count = atoms.length;
  // A group of directories has a second state, inside it: it can't be left but behind a slash.
  const entered = new Int32Array(2 * count + 2).fill(-1);
  let states: number[] = [];
  let next: number[] = [];
  /** Adds a state, and those behind it that need no character. */
  const enter = (state: number, position: number): void => {
    for (let at = state; entered[at] !== position; at++) {
      entered[at] = position;
      next.push(at);
      const atom = atoms[at];
      if (atom === undefined || atom.kind === "one") return;
      if (atom.kind === "assertion" && !atom.holds(characters[position - 1], characters[position])) return;
    }
  };
  enter(0, 0);
  for (let position = 1; position <= characters.length; position++) {
    [states, next] = [next, states];
    next.length = 0;
    const character = characters[position - 1] ?? "";
    for (const state of states) {
      const index = state > count ? state - count - 1 : state;
      const atom = atoms[index];
      if (atom === undefined || atom.kind === "assertion" || !atom.accepts(character)) continue;
      if (atom.kind === "directories") {
        const inside = index + count + 1;
        if (entered[inside] !== position) next.push(inside);
        entered[inside] = position;
        if (character === "/") enter(index + 1, position);
      } else enter(atom.kind === "many" ? index : index + 1, position);
    }
    if (next.length === 0) return false;
  }
  return next.includes(count);
}
