import * as containers from "../../../client/container.ts";
import { attachAgain } from "./attach-again.ts";
import { bool, string } from "../../flag/scalar.ts";
import { atLeast } from "../../arguments.ts";
import { command, StatusError, type Cli, type Result } from "../../command.ts";
import type { CreateBody } from "../../../client/container.ts";
import { followTerminalSize } from "../../resize.ts";
import { Detached, parseDetachKeys, stream } from "../../stream.ts";
import { containerConfig } from "./container-config.ts";
import { containerFlags, creationFlags } from "./container-flags.ts";
import { checkPullPolicy, createContainer, type CreationFlags } from "./create-container.ts";
import { startFailure, watchExit, withHelp } from "./exit.ts";
import { withProxiedSignals } from "./signal-proxy.ts";

export const run = command({
  use: "run [OPTIONS] IMAGE [COMMAND] [ARG...]",
  short: "Create and run a new container from an image",
  aliases: ["docker container run", "docker run"],
  args: atLeast(1),
  interspersed: false,
  flags: {
    ...containerFlags,
    ...creationFlags,
    detach: bool("d", "Run container in background and print container ID"),
    "detach-keys": string("", "Override the key sequence for detaching a container"),
    pull: string("", 'Pull image before running ("always", "missing", "never")', "missing"),
    "sig-proxy": bool("", "Proxy received signals to the process", true),
  },
  async run({ cli, flags, changed, args }) {
    const body = await prepare(() => {
      checkPullPolicy(flags.pull);
      const [image = "", ...words] = args;
      return containerConfig({ flags, changed, image, command: words, invocation: cli.invocation });
    });
    if (!flags.detach) {
      if (body.AttachStdin === true && body.Tty === true && !cli.invocation.stdin.isTerminal)
        throw new Error("the input device is not a TTY");
      return runContainer(cli, body, flags);
    }
    if (flags.attach.length > 0) throw new Error("conflicting options: cannot specify both --attach and --detach");
    const background = { AttachStdin: false, AttachStdout: false, AttachStderr: false, StdinOnce: false };
    return runContainer(cli, { ...body, ...background }, flags);
  },
});

interface RunFlags extends CreationFlags {
  readonly rm: boolean;
  readonly "detach-keys": string;
  readonly "sig-proxy": boolean;
}

async function prepare(make: () => Promise<CreateBody>): Promise<CreateBody> {
  try {
    return await make();
  } catch (error) {
    throw new StatusError(125, withHelp(error, "run"));
  }
}

/** Create, attach, start, stream, wait: in this order nothing of the container's output or exit can be missed. */
async function runContainer(cli: Cli, body: CreateBody, flags: RunFlags): Promise<Result> {
  const terminal = cli.invocation.terminal;
  const size = terminal === undefined ? {} : { ConsoleSize: [terminal.rows, terminal.columns] };
  const sized = { ...body, HostConfig: { ...body.HostConfig, ...size } };
  const id = await createContainer(cli, sized, flags).catch((error: unknown) => {
    throw startFailure(error);
  });
  if (!flags["sig-proxy"]) return startAndStream(cli, id, body, flags);
  return withProxiedSignals(cli, id, (proxied) => startAndStream(proxied, id, body, flags));
}

async function startAndStream(cli: Cli, id: string, body: CreateBody, flags: RunFlags): Promise<Result> {
  const { AttachStdin: stdin = false, AttachStdout: stdout = false, AttachStderr: stderr = false } = body;
  const isBackground = !stdout && !stderr;
  if (isBackground) await cli.out(`${id}\n`);
  const tty = body.Tty === true;
  const detachKeys = flags["detach-keys"];
  const attach = stdin || !isBackground;
  if (attach) parseDetachKeys(detachKeys);
  const keys = detachKeys === "" ? undefined : detachKeys;
  const connection = attach
    ? await containers.attach(cli.engine, id, { stream: true, stdin, stdout, stderr, detachKeys: keys })
    : undefined;
  const exit = isBackground && !flags.rm ? undefined : await watchExit(cli, id, flags.rm);
  try {
    await containers.start(cli.engine, id, {});
  } catch (error) {
    await connection?.readable.cancel().catch(() => undefined);
    if (flags.rm) await exit?.code();
    throw startFailure(error);
  }
  if (connection !== undefined) {
    cli.invocation.checkpoint?.(() => attachAgain(id, { stdin, sigProxy: flags["sig-proxy"], detachKeys }));
    const forget =
      tty && cli.invocation.stdout.isTerminal
        ? followTerminalSize(cli, (changedSize) => containers.resize(cli.engine, id, changedSize))
        : () => undefined;
    try {
      await stream(cli, connection, { tty, stdin, stdout, stderr, detachKeys });
    } catch (error) {
      if (error instanceof Detached) return 0;
      throw error;
    } finally {
      forget();
    }
  }
  return isBackground ? 0 : exit?.code();
}
