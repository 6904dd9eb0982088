import { InvalidFlagValue, type Flag, type Flags, type FlagValues } from "./flag/flag.ts";

/** A command line that pflag would refuse, with its message. */
export class FlagError extends Error {}

export interface ParsedFlags<F extends Flags> {
  readonly values: FlagValues<F>;
  /** Names that were given. */
  readonly changed: ReadonlySet<string>;
  readonly args: readonly string[];
  /** Where `--` was, counted in args; -1 when it was not there. */
  readonly dashAt: number;
  /** `--help` (or the deprecated `-h`) was given. */
  readonly help: "no" | "long" | "shorthand";
  /** Names of deprecated flags that were used, in order. */
  readonly deprecated: readonly string[];
}

export interface ParseOptions {
  /** False when the first argument ends the flags: `docker run IMAGE -x` belongs to the container. */
  readonly interspersed: boolean;
}

interface State {
  readonly flags: Readonly<Record<string, Flag<unknown>>>;
  readonly values: Record<string, unknown>;
  readonly changed: Set<string>;
  readonly args: string[];
  readonly deprecated: string[];
  help: "no" | "long" | "shorthand";
}

/** Parses a command line as pflag does. Throws FlagError. */
export function parseFlags<F extends Flags>(
  flags: F,
  commandLine: readonly string[],
  options: ParseOptions,
): ParsedFlags<F> {
  const state: State = {
    flags: flags as unknown as Readonly<Record<string, Flag<unknown>>>,
    values: {},
    changed: new Set(),
    args: [],
    deprecated: [],
    help: "no",
  };
  for (const [name, flag] of Object.entries(state.flags)) state.values[name] = flag.initial;
  const rest = [...commandLine];
  let dashAt = -1;
  while (rest.length > 0 && state.help === "no") {
    const word = rest.shift() ?? "";
    if (word === "--") {
      dashAt = state.args.length;
      state.args.push(...rest.splice(0));
    } else if (word.startsWith("--")) parseLong(state, word, rest);
    else if (word.startsWith("-") && word.length > 1) parseShorts(state, word, rest);
    else {
      state.args.push(word);
      if (!options.interspersed) state.args.push(...rest.splice(0));
    }
  }
  const { values, changed, args, help, deprecated } = state;
  return { values: values as FlagValues<F>, changed, args, dashAt, help, deprecated };
}

function parseLong(state: State, word: string, rest: string[]): void {
  const body = word.slice(2);
  if (body.startsWith("-") || body.startsWith("=")) throw new FlagError(`bad flag syntax: ${word}`);
  const equals = body.indexOf("=");
  const name = equals === -1 ? body : body.slice(0, equals);
  const flag = Object.hasOwn(state.flags, name) ? state.flags[name] : undefined;
  if (name === "help") {
    state.help = "long";
    return;
  }
  if (flag === undefined) throw new FlagError(`unknown flag: --${name}`);
  let text: string;
  if (equals !== -1) text = body.slice(equals + 1);
  else if (flag.implied !== undefined) text = flag.implied;
  else {
    const next = rest.shift();
    if (next === undefined) throw new FlagError(`flag needs an argument: --${name}`);
    text = next;
  }
  assign(state, name, flag, text);
}

function parseShorts(state: State, word: string, rest: string[]): void {
  let cluster = word.slice(1);
  while (cluster !== "" && state.help === "no") {
    const letter = cluster[0] ?? "";
    const after = cluster.slice(1);
    const name = Object.keys(state.flags).find((key) => state.flags[key]?.shorthand === letter);
    const flag = name === undefined ? undefined : state.flags[name];
    if (name === undefined || flag === undefined) {
      if (letter !== "h") throw new FlagError(`unknown shorthand flag: ${goRune(letter)} in -${cluster}`);
      state.help = "shorthand";
      return;
    }
    if (after.startsWith("=") && after.length > 1) return assign(state, name, flag, after.slice(1));
    if (flag.implied !== undefined) {
      assign(state, name, flag, flag.implied);
      cluster = after;
      continue;
    }
    if (after !== "") return assign(state, name, flag, after);
    const next = rest.shift();
    if (next === undefined) throw new FlagError(`flag needs an argument: ${goRune(letter)} in -${cluster}`);
    return assign(state, name, flag, next);
  }
}

function goRune(letter: string): string {
  return letter === "'" ? "'\\''" : `'${letter}'`;
}

function assign(state: State, name: string, flag: Flag<unknown>, text: string): void {
  const target = flag.traits.aliasFor ?? name;
  try {
    const kind = state.flags[target] ?? flag;
    state.values[target] = kind.set(text, state.values[target], !state.changed.has(target));
  } catch (error) {
    if (!(error instanceof InvalidFlagValue)) throw error;
    const shown = flag.shorthand === "" ? `--${name}` : `-${flag.shorthand}, --${name}`;
    throw new FlagError(`invalid argument ${JSON.stringify(text)} for "${shown}" flag: ${error.message}`);
  }
  state.changed.add(target);
  if (flag.traits.deprecated !== undefined) state.deprecated.push(name);
}
