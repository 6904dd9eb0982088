import { attachAgain } from "./attach-again.ts";
import * as containers from "../../../client/container.ts";
import { bool, string } from "../../flag/scalar.ts";
import { withTraits } from "../../flag/flag.ts";
import { atLeast } from "../../arguments.ts";
import { command, StatusError, type Cli, type Result } from "../../command.ts";
import { errorText } from "../../error-text.ts";
import { followTerminalSize } from "../../resize.ts";
import { Detached, stream } from "../../stream.ts";
import { watchExit } from "./exit.ts";
import { containerFacts, type ContainerFacts } from "./inspected.ts";
import { withProxiedSignals } from "./signal-proxy.ts";

export const start = command({
  use: "start [OPTIONS] CONTAINER [CONTAINER...]",
  short: "Start one or more stopped containers",
  aliases: ["docker container start", "docker start"],
  args: atLeast(1),
  flags: {
    attach: bool("a", "Attach STDOUT/STDERR and forward signals"),
    checkpoint: withTraits(string("", "Restore from this checkpoint"), { hidden: true, experimental: true }),
    "checkpoint-dir": withTraits(string("", "Use a custom checkpoint storage directory"), {
      hidden: true,
      experimental: true,
    }),
    "detach-keys": string("", "Override the key sequence for detaching a container"),
    interactive: bool("i", "Attach container's STDIN"),
  },
  async run({ cli, flags, args }) {
    if (!flags.attach && !flags.interactive) return startAll(cli, args);
    const [name = "", ...others] = args;
    if (others.length > 0) throw new Error("you cannot start and attach multiple containers at once");
    return startAttached(cli, name, flags);
  },
});

async function startAll(cli: Cli, names: readonly string[]): Promise<Result> {
  const failed: string[] = [];
  for (const name of names)
    try {
      await containers.start(cli.engine, name);
      await cli.out(`${name}\n`);
    } catch (error) {
      if (error instanceof Error && error.name === "BrokenPipe") throw error;
      await cli.err(`${errorText(error)}\n`);
      failed.push(name);
    }
  if (failed.length > 0) throw new StatusError(1, `Error: failed to start containers: ${failed.join(", ")}`);
  return 0;
}

interface AttachFlags {
  readonly interactive: boolean;
  readonly "detach-keys": string;
}

async function startAttached(cli: Cli, name: string, flags: AttachFlags): Promise<Result> {
  const facts = await containerFacts(cli, name);
  if (facts.tty) return streamStarted(cli, facts, flags);
  return withProxiedSignals(cli, facts.id, (proxied) => streamStarted(proxied, facts, flags));
}

async function streamStarted(cli: Cli, facts: ContainerFacts, flags: AttachFlags): Promise<Result> {
  const { id, tty, openStdin, autoRemove } = facts;
  const detachKeys = flags["detach-keys"];
  const streams = { stdin: flags.interactive && openStdin, stdout: true, stderr: true };
  const keys = detachKeys === "" ? undefined : detachKeys;
  const connection = await containers.attach(cli.engine, id, { stream: true, ...streams, detachKeys: keys });
  const exit = await watchExit(cli, id, autoRemove);
  try {
    await containers.start(cli.engine, id);
  } catch (error) {
    await connection.readable.cancel().catch(() => undefined);
    if (autoRemove) await exit.code();
    throw error;
  }
  cli.invocation.checkpoint?.(() => attachAgain(id, { stdin: streams.stdin, sigProxy: true, detachKeys }));
  const forget =
    tty && cli.invocation.stdout.isTerminal
      ? followTerminalSize(cli, (size) => containers.resize(cli.engine, id, size))
      : () => undefined;
  try {
    await stream(cli, connection, { tty, ...streams, detachKeys });
  } catch (error) {
    if (error instanceof Detached) return 0;
    throw error;
  } finally {
    forget();
  }
  return exit.code();
}
