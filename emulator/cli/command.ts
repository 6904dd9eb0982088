import type { Engine } from "../client/engine.ts";
import type { Flags, FlagValues } from "./flag/flag.ts";
import type { ArgumentRule } from "./arguments.ts";
import type { Invocation } from "./invocation.ts";

/** What a running command has of the world. */
export interface Cli {
  readonly invocation: Invocation;
  readonly engine: Engine;
  /** Writes to standard output. */
  out(text: string | Uint8Array): Promise<void>;
  /** Writes to standard error. */
  err(text: string | Uint8Array): Promise<void>;
}

/** One call of a command, its line parsed. */
export interface Call<F extends Flags = Flags> {
  readonly cli: Cli;
  readonly flags: FlagValues<F>;
  /** Names of the flags that were given. */
  readonly changed: ReadonlySet<string>;
  readonly args: readonly string[];
  /** The command as it was reached: `docker run`, `docker container run`. */
  readonly path: string;
}

/** The exit code; undefined is 0. */
export type Result = number | undefined;

export interface Command<F extends Flags = Flags> {
  readonly kind: "command";
  /** The verb and its arguments: `rm [OPTIONS] CONTAINER [CONTAINER...]`. */
  readonly use: string;
  readonly short: string;
  /** Instead of `short` in the command's own help. */
  readonly long?: string;
  /** Every way to reach the command, as help lists them. */
  readonly aliases?: readonly string[];
  readonly args: ArgumentRule;
  readonly flags: F;
  /** The first argument ends the flags; the rest belongs to the container. */
  readonly interspersed?: false;
  readonly traits?: CommandTraits;
  /** The command that this one stands for in some environment, and how it is reached. */
  readonly instead?: (
    env: Readonly<Record<string, string>>,
  ) => { readonly command: Command; readonly path: string } | undefined;
  run(call: Call<F>): Promise<Result>;
}

export interface CommandTraits {
  readonly hidden?: true;
  /** Only for daemons with experimental features. */
  readonly experimentalDaemon?: true;
  /** Help says that it may change. */
  readonly experimentalCommand?: true;
  /** Printed to stderr before anything else. */
  readonly notice?: string;
  /** Belongs to a plugin of Docker's client, which begins what it refuses with `ERROR: `. */
  readonly plugin?: true;
}

export interface Group {
  readonly kind: "group";
  /** `volume COMMAND`, or the bare noun where Docker's usage line has only that. */
  readonly use: string;
  readonly short: string;
  readonly long?: string;
  readonly commands: Readonly<Record<string, Node>>;
  /** Options between the noun and the verb. They are read and listed; no verb asks for them. */
  readonly flags?: Flags;
  /** The last paragraph of help. */
  readonly note?: string;
  readonly traits?: CommandTraits;
}

export type Node = Command | Group;

/** Names the flags' types once, so that `run` sees them. */
export function command<const F extends Flags>(spec: Omit<Command<F>, "kind">): Command<F> {
  return { kind: "command", ...spec };
}

export function group(spec: Omit<Group, "kind">): Group {
  return { kind: "group", ...spec };
}

/** The same command under another verb: `docker ps` for `docker container ls`. */
export function shortcut<F extends Flags>(target: Command<F>, verb: string): Command<F> {
  return { ...target, use: target.use.replace(/^\S+/, verb) };
}

/** Ends the command with this exit code; the message, if any, goes to standard error as it stands. */
export class StatusError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "StatusError";
  }
}
