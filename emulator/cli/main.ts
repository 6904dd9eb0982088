import { refuseArguments } from "./arguments.ts";
import { StatusError, type Cli, type Command, type Node, type Result } from "./command.ts";
import { root } from "./command/root.ts";
import { errorText, withHint } from "./error-text.ts";
import { FlagError, parseFlags, type ParsedFlags } from "./flags.ts";
import { refuseFlags } from "./flag/support.ts";
import type { Flags } from "./flag/flag.ts";
import { parseGlobals, printRootHelp } from "./global.ts";
import { commandHelp, groupHelp, helpColumns, usageLine } from "./help.ts";
import { BrokenPipe, type Invocation, type SignalName } from "./invocation.ts";

const signalNumbers: Readonly<Record<SignalName, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGTERM: 15,
  SIGCONT: 18,
  SIGWINCH: 28,
};

/** Runs one `docker` command and returns its exit code. Never rejects. */
export async function main(invocation: Invocation): Promise<number> {
  return withErrors(invocation, dispatch);
}

/** Runs work of the command line; its errors are printed as Docker prints them and become the exit code. */
export async function withErrors(invocation: Invocation, work: (cli: Cli) => Promise<Result>): Promise<number> {
  const cli: Cli = {
    invocation,
    engine: { transport: invocation.transport, signal: invocation.signal },
    out: (text) => invocation.stdout.write(text),
    err: (text) => invocation.stderr.write(text),
  };
  try {
    return (await work(cli)) ?? 0;
  } catch (error) {
    return await fail(cli, error);
  }
}

async function fail(cli: Cli, error: unknown): Promise<number> {
  if (error instanceof BrokenPipe) return 128 + signalNumbers.SIGPIPE;
  const status = error instanceof StatusError ? error.status : 1;
  const { signal } = cli.invocation;
  if (signal.aborted && !(error instanceof StatusError)) {
    const reason = signal.reason as SignalName;
    return 128 + (signalNumbers[reason] ?? signalNumbers.SIGINT);
  }
  const text = withHint(errorText(error), error);
  try {
    if (text !== "") await cli.err(`${text}\n`);
  } catch (failure) {
    if (!(failure instanceof BrokenPipe)) throw failure;
  }
  return status;
}

async function dispatch(cli: Cli): Promise<Result> {
  const globals = await parseGlobals(cli);
  if (typeof globals === "number") return globals;
  const [first, ...rest] = globals.args;
  if (first === undefined) {
    await printRootHelp(cli, "err");
    return 0;
  }
  if (first === "help") return help(cli, rest);
  const node = Object.hasOwn(root.commands, first) ? root.commands[first] : undefined;
  if (node === undefined)
    throw new StatusError(1, `docker: unknown command: docker ${first}\n\nRun 'docker --help' for more information`);
  return runNode(globals.cli, node, `docker ${first}`, rest);
}

async function runNode(cli: Cli, node: Node, path: string, words: readonly string[]): Promise<Result> {
  const instead = node.kind === "command" ? node.instead?.(cli.invocation.env) : undefined;
  if (instead !== undefined) return runCommand(cli, instead.command, instead.path, words);
  if (node.traits?.notice !== undefined) await cli.err(node.traits.notice);
  const leaf = node.kind === "command" || words[0] === undefined || words[0].startsWith("-");
  if (node.traits?.experimentalDaemon === true && leaf)
    throw new StatusError(1, `${path} is only supported on a Docker daemon with experimental features enabled`);
  if (node.kind === "command") return runCommand(cli, node, path, words);
  const [verb, ...rest] = node.flags === undefined ? words : afterFlags(node.flags, words);
  const next = verb === undefined ? undefined : findVerb(node.commands, verb, path);
  if (next !== undefined && verb !== undefined) return runNode(cli, next[1], `${path} ${next[0]}`, rest);
  const usage = usageLine(node, path);
  const parsed = parseOrRefuse(node.flags ?? {}, words, true, path, usage);
  if (parsed.help !== "no") {
    if (parsed.help === "shorthand") await cli.out("Flag shorthand -h has been deprecated, use --help\n");
    await cli.out(groupHelp(node, path, helpColumns(cli.invocation.terminal)));
    return 0;
  }
  if (parsed.args.length === 0) {
    // `docker manifest` starts with an empty line where the other nouns do not.
    const text = groupHelp(node, path, helpColumns(cli.invocation.terminal));
    if (node.traits?.plugin === true) await cli.out(text);
    else await cli.err((node.traits?.experimentalCommand === true ? "\n" : "") + text);
    return 0;
  }
  const unknown = `docker: unknown command: ${path} ${parsed.args[0] ?? ""}`;
  throw new StatusError(1, `${unknown}\n\nUsage:  ${usage}\n\nRun '${path} --help' for more information`);
}

/** The words from the verb on, where options may come before it; all of them when they cannot be read. */
function afterFlags(flags: Flags, words: readonly string[]): readonly string[] {
  try {
    const { args, help } = parseFlags(flags, words, { interspersed: false });
    return help === "no" ? args : words;
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    return words;
  }
}

/** A verb by its name, or by another one that its help lists under "Aliases". */
function findVerb(
  commands: Readonly<Record<string, Node>>,
  verb: string,
  path: string,
): [name: string, node: Node] | undefined {
  const direct = Object.hasOwn(commands, verb) ? commands[verb] : undefined;
  if (direct !== undefined) return [verb, direct];
  return Object.entries(commands).find(
    ([, node]) => node.kind === "command" && node.aliases?.includes(`${path} ${verb}`) === true,
  );
}

async function runCommand(cli: Cli, found: Command, path: string, words: readonly string[]): Promise<Result> {
  const target = found;
  const usage = usageLine(found, path);
  const parsed = parseOrRefuse(target.flags, words, target.interspersed !== false, path, usage);
  for (const name of parsed.deprecated)
    await cli.out(`Flag --${name} has been deprecated, ${target.flags[name]?.traits.deprecated ?? ""}\n`);
  if (parsed.help !== "no") {
    if (parsed.help === "shorthand") await cli.out("Flag shorthand -h has been deprecated, use --help\n");
    await cli.out(commandHelp(found, path, helpColumns(cli.invocation.terminal)));
    return 0;
  }
  const unsupported = refuseFlags(target.flags, parsed.changed);
  if (unsupported !== undefined) throw new StatusError(1, unsupported);
  const refusal = refuseArguments(target.args, parsed.args.length, path, usage);
  const isPlugin = target.traits?.plugin === true;
  if (refusal !== undefined) throw new StatusError(1, isPlugin ? `ERROR: ${refusal}` : refusal);
  const run = target.run({ cli, flags: parsed.values, changed: parsed.changed, args: parsed.args, path });
  return isPlugin ? run.catch((error: unknown) => failAsPlugin(cli, error)) : run;
}

function failAsPlugin(cli: Cli, error: unknown): never {
  if (error instanceof StatusError || error instanceof BrokenPipe || cli.invocation.signal.aborted) throw error;
  throw new StatusError(1, withHint(`ERROR: ${errorText(error)}`, error));
}

function parseOrRefuse<F extends Flags>(
  flags: F,
  words: readonly string[],
  interspersed: boolean,
  path: string,
  usage: string,
): ParsedFlags<F> {
  try {
    return parseFlags(flags, words, { interspersed });
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    throw new StatusError(125, `${error.message}\n\nUsage:  ${usage}\n\nRun '${path} --help' for more information`);
  }
}

async function help(cli: Cli, words: readonly string[]): Promise<Result> {
  let path = "docker";
  let node: Node = root;
  for (const word of words) {
    const next: [string, Node] | undefined = node.kind === "group" ? findVerb(node.commands, word, path) : undefined;
    if (next === undefined) throw new StatusError(1, `unknown help topic: ${word}`);
    path = `${path} ${next[0]}`;
    node = next[1];
  }
  const columns = helpColumns(cli.invocation.terminal);
  const instead = node.kind === "command" ? node.instead?.(cli.invocation.env) : undefined;
  if (node === root) await printRootHelp(cli, "out");
  else if (node.kind === "group") await cli.out(groupHelp(node, path, columns));
  else await cli.out(commandHelp(instead?.command ?? node, instead?.path ?? path, columns));
  return 0;
}
