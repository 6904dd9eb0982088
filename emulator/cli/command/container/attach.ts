import * as containers from "../../../client/container.ts";
import { attachAgain } from "./attach-again.ts";
import { bool, string } from "../../flag/scalar.ts";
import { exactly } from "../../arguments.ts";
import { command, type Cli, type Result } from "../../command.ts";
import { followTerminalSize } from "../../resize.ts";
import { stream } from "../../stream.ts";
import { containerFacts, type ContainerFacts } from "./inspected.ts";
import { withProxiedSignals } from "./signal-proxy.ts";

export const attach = command({
  use: "attach [OPTIONS] CONTAINER",
  short: "Attach local standard input, output, and error streams to a running container",
  aliases: ["docker container attach", "docker attach"],
  args: exactly(1),
  flags: {
    "detach-keys": string("", "Override the key sequence for detaching a container"),
    "no-stdin": bool("", "Do not attach STDIN"),
    "sig-proxy": bool("", "Proxy all received signals to the process", true),
  },
  async run({ cli, flags, args }) {
    const [name = ""] = args;
    const facts = await containerFacts(cli, name);
    if (!facts.running) throw new Error("cannot attach to a stopped container, start it first");
    if (facts.paused) throw new Error("cannot attach to a paused container, unpause it first");
    if (facts.restarting) throw new Error("cannot attach to a restarting container, wait until it is running");
    const { id, tty } = facts;
    const stdin = !flags["no-stdin"] && facts.openStdin;
    if (stdin && tty && !cli.invocation.stdin.isTerminal) throw new Error("the input device is not a TTY");
    const detachKeys = flags["detach-keys"];
    const streams = { stdin, detachKeys, sigProxy: flags["sig-proxy"] };
    if (!flags["sig-proxy"] || tty) return streamAttached(cli, facts, streams);
    return withProxiedSignals(cli, id, (proxied) => streamAttached(proxied, facts, streams));
  },
});

async function streamAttached(
  cli: Cli,
  { id, tty }: ContainerFacts,
  given: { readonly stdin: boolean; readonly detachKeys: string; readonly sigProxy: boolean },
): Promise<Result> {
  const { stdin, detachKeys } = given;
  const { exited } = await containers.wait(cli.engine, id);
  exited.catch(() => undefined);
  const streams = { stdin, stdout: true, stderr: true };
  const keys = detachKeys === "" ? undefined : detachKeys;
  const connection = await containers.attach(cli.engine, id, { stream: true, ...streams, detachKeys: keys });
  cli.invocation.checkpoint?.(() => attachAgain(id, given));
  const forget =
    tty && cli.invocation.stdout.isTerminal
      ? followTerminalSize(cli, (size) => containers.resize(cli.engine, id, size))
      : () => undefined;
  try {
    await stream(cli, connection, { tty, ...streams, detachKeys });
  } finally {
    forget();
  }
  const result = await exited;
  if (result.error !== undefined) throw new Error(result.error);
  return result.statusCode;
}
