import * as containers from "../../../client/container.ts";
import * as execs from "../../../client/exec.ts";
import { bool, string } from "../../flag/scalar.ts";
import { list } from "../../flag/list.ts";
import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { validateEnv, readEnvironment } from "../../opts/environment.ts";
import { followTerminalSize } from "../../resize.ts";
import { parseDetachKeys, stream } from "../../stream.ts";

export const exec = command({
  use: "exec [OPTIONS] CONTAINER COMMAND [ARG...]",
  short: "Execute a command in a running container",
  aliases: ["docker container exec", "docker exec"],
  args: atLeast(2),
  interspersed: false,
  flags: {
    detach: bool("d", "Detached mode: run command in the background"),
    "detach-keys": string("", "Override the key sequence for detaching a container"),
    env: list("e", "Set environment variables", { parse: validateEnv }),
    "env-file": list("", "Read in a file of environment variables"),
    interactive: bool("i", "Keep STDIN open even if not attached"),
    privileged: bool("", "Give extended privileges to the command"),
    tty: bool("t", "Allocate a pseudo-TTY"),
    user: string("u", 'Username or UID (format: "<name|uid>[:<group|gid>]")'),
    workdir: string("w", "Working directory inside the container"),
  },
  async run({ cli, flags, args }) {
    const [name = "", ...words] = args;
    const env = await readEnvironment(cli.invocation, flags["env-file"], flags.env);
    await containers.inspect(cli.engine, name);
    const stdin = flags.interactive && !flags.detach;
    if (stdin && flags.tty && !cli.invocation.stdin.isTerminal) throw new Error("the input device is not a TTY");
    const detachKeys = flags["detach-keys"];
    if (detachKeys !== "") parseDetachKeys(detachKeys);
    const terminal = cli.invocation.terminal;
    const size = terminal === undefined ? undefined : { rows: terminal.rows, columns: terminal.columns };
    const id = await execs.create(cli.engine, name, {
      User: flags.user,
      Privileged: flags.privileged,
      Tty: flags.tty,
      ...(flags.tty && size !== undefined ? { ConsoleSize: [size.rows, size.columns] } : {}),
      AttachStdin: stdin,
      AttachStdout: !flags.detach,
      AttachStderr: !flags.detach,
      ...(detachKeys === "" ? {} : { DetachKeys: detachKeys }),
      Env: env,
      WorkingDir: flags.workdir,
      Cmd: words,
    });
    if (flags.detach) {
      await execs.start(cli.engine, id, { tty: flags.tty });
      return 0;
    }
    const sized = flags.tty && size !== undefined ? { size } : {};
    const connection = await execs.attach(cli.engine, id, { tty: flags.tty, ...sized });
    cli.invocation.checkpoint?.(() => ({ kind: "exec", id, tty: flags.tty, stdin, detachKeys }));
    const forget =
      flags.tty && cli.invocation.stdin.isTerminal
        ? followTerminalSize(cli, (changed) => execs.resize(cli.engine, id, changed))
        : () => undefined;
    try {
      await stream(cli, connection, { tty: flags.tty, stdin, stdout: true, stderr: true, detachKeys });
    } finally {
      forget();
    }
    const code = (await execs.inspect(cli.engine, id))["ExitCode"];
    return typeof code === "number" ? code : 0;
  },
});
