import { InvalidParameter } from "../errors.ts";

/** Linux signals by number; the index is the number. */
const names =
  ". HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS".split(
    " ",
  );
const numbers = new Map<string, number>([
  ...names.slice(1).map((name, index) => [name, index + 1] as const),
  ["IOT", 6],
  ["CLD", 17],
  ["POLL", 29],
  ["RTMIN", 34],
  ["RTMAX", 64],
  ...Array.from({ length: 15 }, (_, i) => [`RTMIN+${String(i + 1)}`, 35 + i] as const),
  ...Array.from({ length: 14 }, (_, i) => [`RTMAX-${String(i + 1)}`, 63 - i] as const),
]);

export const sigkill = 9;
export const sigterm = 15;

/** `KILL`, `SIGKILL`, `sigkill` or `9`. Throws InvalidParameter. */
export function parseSignal(text: string): number {
  if (/^\d+$/.test(text)) {
    const number = Number(text);
    if (number === 0 || number > 64) throw new InvalidParameter(`invalid signal: ${text}`);
    return number;
  }
  const number = numbers.get(text.toUpperCase().replace(/^SIG/, ""));
  if (number === undefined) throw new InvalidParameter(`invalid signal: ${text}`);
  return number;
}
