import * as execs from "../client/exec.ts";
import type { Cli } from "./command.ts";
import type { Invocation, ResumePoint } from "./invocation.ts";
import { main, withErrors } from "./main.ts";
import { followTerminalSize } from "./resize.ts";
import { stream } from "./stream.ts";

/** Goes on where a command stood when the machine was saved. Returns its exit code; never rejects. */
export async function resume(invocation: Invocation, point: ResumePoint): Promise<number> {
  switch (point.kind) {
    case "command":
      return main({ ...invocation, args: point.args });
    case "exec":
      return withErrors(invocation, (cli) => attachExec(cli, point));
    default:
      return point satisfies never;
  }
}

/** The process of `docker exec` is still there; its terminal is joined again. */
async function attachExec(
  cli: Cli,
  { id, tty, stdin, detachKeys }: Extract<ResumePoint, { kind: "exec" }>,
): Promise<number> {
  cli.invocation.checkpoint?.(() => ({ kind: "exec", id, tty, stdin, detachKeys }));
  const connection = await execs.attach(cli.engine, id, { tty });
  const forget =
    tty && cli.invocation.stdin.isTerminal
      ? followTerminalSize(cli, (size) => execs.resize(cli.engine, id, size))
      : () => undefined;
  try {
    await stream(cli, connection, { tty, stdin, stdout: true, stderr: true, detachKeys });
  } finally {
    forget();
  }
  const code = (await execs.inspect(cli.engine, id))["ExitCode"];
  return typeof code === "number" ? code : 0;
}
