/**
 * A flag of a command: how it is written in help, and how its text becomes a value. `T` is what the command gets.
 * Flags are data: the same table parses a command line and prints its help.
 */
export interface Flag<T> {
  readonly shorthand: string;
  readonly usage: string;
  /** The word after the name in help; "" for none. */
  readonly word: string;
  readonly initial: T;
  /** How the default is shown in help; undefined when it is the zero value. */
  readonly shownDefault: string | undefined;
  /** The value when the flag is given without one. */
  readonly implied: string | undefined;
  /** The value after one more occurrence. `first` is false from the second occurrence on. */
  set(text: string, previous: T, first: boolean): T;
  readonly traits: FlagTraits;
}

export interface FlagTraits {
  /** Not in help. */
  readonly hidden?: true;
  /** Another name for this flag, whose value it sets. */
  readonly aliasFor?: string;
  /** Printed when used: `Flag --NAME has been deprecated, ` and this. */
  readonly deprecated?: string;
  /** Engine API version below which using it is an error. */
  readonly apiVersion?: string;
  /** Only for daemons of this operating system. */
  readonly daemonOs?: "windows";
  /** Only for daemons with experimental features. */
  readonly experimental?: true;
  /** Only with a daemon in a swarm. */
  readonly swarm?: true;
}

export type Flags = Readonly<Record<string, Flag<unknown>>>;
export type FlagValue<F> = F extends Flag<infer T> ? T : never;
export type FlagValues<F> = { readonly [K in keyof F]: FlagValue<F[K]> };

/** A flag's value is refused with this message; the parser puts the flag's name before it. */
export class InvalidFlagValue extends Error {}

export function withTraits<T>(flag: Flag<T>, traits: FlagTraits): Flag<T> {
  return { ...flag, traits: { ...flag.traits, ...traits } };
}

/** A flag of which only the last occurrence counts. */
export function single<T>(options: {
  readonly shorthand: string;
  readonly usage: string;
  readonly word: string;
  readonly initial: T;
  readonly shownDefault?: string | undefined;
  readonly implied?: string;
  readonly parse: (text: string) => T;
}): Flag<T> {
  return {
    shorthand: options.shorthand,
    usage: options.usage,
    word: options.word,
    initial: options.initial,
    shownDefault: options.shownDefault,
    implied: options.implied,
    set: options.parse,
    traits: {},
  };
}

/** A flag that may be repeated. Each occurrence may add several values. */
export function repeated<T>(options: {
  readonly shorthand: string;
  readonly usage: string;
  readonly word: string;
  readonly initial?: readonly T[];
  readonly shownDefault?: string;
  readonly parse: (text: string) => T | readonly T[];
}): Flag<readonly T[]> {
  return {
    shorthand: options.shorthand,
    usage: options.usage,
    word: options.word,
    initial: options.initial ?? [],
    shownDefault: options.shownDefault,
    implied: undefined,
    set: (text, previous, first) => {
      const added = options.parse(text);
      return (first ? [] : previous).concat(added as T[]);
    },
    traits: {},
  };
}
