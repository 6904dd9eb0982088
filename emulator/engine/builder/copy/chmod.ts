import { CopyError } from "./request.ts";

/** What `--chmod` makes of a file's mode. */
export interface Chmod {
  /** Of a number the mode that directories on the way are made with. */
  readonly parents: number | undefined;
  apply(mode: number, directory: boolean): number;
}

const SET_IDS = 0o6000;
const STICKY = 0o1000;
const CLASSES = { u: 0o4700, g: 0o2070, o: 0o0007 } as const;
const STANDARD = SET_IDS | 0o777;

type Change = (mode: number, original: number, directory: boolean) => number;

/** Octal from 0 to 07777, or symbolic as chmod(1) of BSD: `u=rwX,go=rX`. Throws CopyError. */
export function parseChmod(text: string): Chmod {
  if (/^[0-7]+$/.test(text)) {
    const mode = parseInt(text, 8);
    if (mode > 0o7777) throw notOctal(text);
    return { parents: mode & 0o777, apply: () => mode };
  }
  if (/^[0-9]/.test(text)) throw notOctal(text);
  const changes = text.split(",").flatMap(parseClause);
  return {
    parents: undefined,
    apply: (mode, directory) => changes.reduce((now, change) => change(now, mode, directory), mode),
  };
}

function notOctal(text: string): CopyError {
  return new CopyError(`invalid chmod parameter: '${text}'. it should be octal string and between 0 and 07777`);
}

function parseClause(clause: string): Change[] {
  const match = /^([augo]*)((?:[-+=][rwxXstugo]*)+)$/.exec(clause);
  if (match === null) throw new CopyError("invalid syntax");
  let who = 0;
  for (const letter of match[1] ?? "") who |= letter === "a" ? STANDARD : (CLASSES[letter as "u" | "g" | "o"] ?? 0);
  const changes: Change[] = [];
  for (const [, operator = "", letters = ""] of (match[2] ?? "").matchAll(/([-+=])([rwxXstugo]*)/g)) {
    changes.push(...parseOperation(operator, letters, who));
  }
  return changes;
}

function parseOperation(operator: string, letters: string, whoGiven: number): Change[] {
  const changes: Change[] = [];
  let who = whoGiven;
  let bits = 0;
  let conditional = 0;
  let copies = false;
  const onlyOthers = who !== 0 && (who & ~0o7) === 0;
  const flush = (): void => {
    // Without letters of who, all classes are meant.
    const limited = (of: number): number => (who === 0 ? of : of & who);
    if (bits !== 0 || (operator === "=" && !copies)) {
      const change = limited(bits);
      const cleared = who === 0 ? STANDARD : who;
      if (operator === "-") changes.push((mode) => mode & ~change);
      else if (operator === "+") changes.push((mode) => mode | change);
      else changes.push((mode) => (mode & ~cleared) | change);
    }
    if (conditional !== 0) {
      const change = limited(conditional);
      changes.push((mode, original, directory) => ((original & 0o111) !== 0 || directory ? mode | change : mode));
    }
    bits = conditional = 0;
  };
  for (const letter of letters) {
    switch (letter) {
      case "r":
        bits |= 0o444;
        break;
      case "w":
        bits |= 0o222;
        break;
      case "x":
        bits |= 0o111;
        break;
      case "X":
        if (operator === "-") bits |= 0o111;
        else conditional |= 0o111;
        break;
      case "s":
        if (!onlyOthers) bits |= SET_IDS;
        break;
      case "t":
        if (onlyOthers) break;
        who |= STICKY;
        bits |= STICKY;
        break;
      default:
        if (bits !== 0 || conditional !== 0) flush();
        copies = true;
        changes.push(copyOf(letter as "u" | "g" | "o", operator, who));
    }
  }
  flush();
  return changes;
}

/** `g=u`: one class as another is. */
function copyOf(from: "u" | "g" | "o", operator: string, who: number): Change {
  const shift = { u: 6, g: 3, o: 0 }[from];
  const classes = [6, 3, 0].filter((to) => who === 0 || (who & (0o4 << to)) !== 0);
  return (mode) => {
    const value = (mode >> shift) & 0o7;
    return classes.reduce((now, to) => {
      if (operator === "-") return now & ~(value << to);
      return (operator === "=" ? now & ~(0o7 << to) : now) | (value << to);
    }, mode);
  };
}
