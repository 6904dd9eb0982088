import { Readable, Writable } from "node:stream";
import { parseArgs } from "node:util";
import type { GuestProcess } from "../agent/agent.ts";
import type { Lab } from "../index.ts";
import { openLab } from "./open-lab.ts";

const help = `Usage:  npm run --silent lab -- [OPTIONS] ['SHELL COMMAND' | -s [ARGUMENTS]]

Starts the machine, runs the command in its shell, and passes output and exit status through. Without a command it is
an interactive shell on this terminal. Each call is a fresh machine unless a state file keeps it.

Options:
  -s             Read a script from standard input
  --state FILE   Go on from FILE, and save the machine there at the end
  --help         Show this
`;

/** `npm run lab`. */
export async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { script: { type: "boolean", short: "s" }, state: { type: "string" }, help: { type: "boolean" } },
  });
  if (values.help === true) {
    process.stdout.write(help);
    return;
  }
  let crashed = false;
  const { lab, save } = await openLab({
    ...(values.state === undefined ? {} : { state: values.state }),
    listeners: {
      onCrash(reason, lastOutput) {
        crashed = true;
        process.stderr.write(`\nThe machine stopped: ${reason}\n${lastOutput}\n`);
        process.exit(125);
      },
    },
  });
  const interactive = positionals.length === 0 && values.script !== true;
  const code =
    interactive && process.stdin.isTTY
      ? await terminal(lab)
      : await command(
          lab,
          values.script === true || interactive ? ["/bin/sh", "-s", ...positionals] : ["/bin/sh", "-c", ...positionals],
        );
  if (!crashed) await save();
  await lab.close();
  process.exit(code);
}

const toNode = (stream: NodeJS.WritableStream) =>
  Writable.toWeb(stream as Writable) as unknown as WritableStream<Uint8Array>;
const fromNode = (stream: NodeJS.ReadableStream) =>
  Readable.toWeb(stream as Readable) as unknown as ReadableStream<Uint8Array>;

async function command(lab: Lab, args: readonly string[]): Promise<number> {
  const child = await lab.sessions.command({ args, stdin: true, env: passedOn() });
  // A command that does not read its input leaves it; a terminal without a reader is not waited for.
  if (child.stdin !== undefined) {
    if (process.stdin.isTTY) await child.stdin.close();
    else
      fromNode(process.stdin)
        .pipeTo(child.stdin)
        .catch(() => undefined);
  }
  forwardSignals(child);
  await Promise.all([
    child.stdout?.pipeTo(toNode(process.stdout), { preventClose: true }),
    child.stderr?.pipeTo(toNode(process.stderr), { preventClose: true }),
  ]);
  return (await child.exited).code;
}

/** What scripts of the conformance tests set from outside. */
function passedOn(): string[] {
  return ["T_TIMEOUT", "DOCKER_BUILDKIT"].flatMap((name) =>
    process.env[name] === undefined ? [] : [`${name}=${process.env[name]}`],
  );
}

function forwardSignals(child: GuestProcess): void {
  process.on("SIGINT", () => void child.signal(2).catch(() => undefined));
  process.on("SIGTERM", () => void child.signal(15).catch(() => undefined));
}

async function terminal(lab: Lab): Promise<number> {
  const size = () => ({ columns: process.stdout.columns, rows: process.stdout.rows });
  const { process: shell } = await lab.sessions.shell("terminal", size());
  process.stdin.setRawMode(true);
  process.stdout.on("resize", () => void shell.resize(size()).catch(() => undefined));
  try {
    if (shell.stdin !== undefined)
      fromNode(process.stdin)
        .pipeTo(shell.stdin)
        .catch(() => undefined);
    await shell.stdout?.pipeTo(toNode(process.stdout), { preventClose: true });
    return (await shell.exited).code;
  } finally {
    process.stdin.setRawMode(false);
  }
}
