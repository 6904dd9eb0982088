import * as containers from "../../../client/container.ts";
import { bool } from "../../flag/scalar.ts";
import { tableFormat } from "../../flag/format.ts";
import { anyArguments } from "../../arguments.ts";
import { command, type Cli } from "../../command.ts";
import type { JsonObject } from "../../../client/json.ts";
import { MalformedResponse } from "../../../client/error.ts";
import { render } from "../../formatter/format.ts";
import { readSample, statsFormat, statsTable, type StatsRow } from "../../formatter/stats.ts";

const REFRESH = 500;

export const stats = command({
  use: "stats [OPTIONS] [CONTAINER...]",
  short: "Display a live stream of container(s) resource usage statistics",
  aliases: ["docker container stats", "docker stats"],
  args: anyArguments,
  flags: {
    all: bool("a", "Show all containers (default shows just running)"),
    format: tableFormat(),
    "no-stream": bool("", "Disable streaming stats and only pull the first result"),
    "no-trunc": bool("", "Do not truncate output"),
  },
  async run({ cli, flags, args }) {
    const template = flags.format === "" ? "table" : flags.format;
    const stream = !flags["no-stream"];
    const names = args.length > 0 ? args : await listed(cli, flags.all);
    const rows = new Map<string, StatsRow>();
    for (const name of names) rows.set(name, { container: name, id: "", name: "", sample: undefined });
    const show = (): string => render(statsFormat(!flags["no-trunc"]), template, statsTable, [...rows.values()]);
    const collecting = names.map((name) => collect(cli, name, stream, rows));
    if (!stream) {
      await Promise.all(collecting);
      await cli.out(show());
      return 0;
    }
    await follow(cli, Promise.all(collecting), show, args.length === 0);
    return 0;
  },
});

async function listed(cli: Cli, all: boolean): Promise<string[]> {
  const found = await containers.list(cli.engine, { all });
  return found.flatMap(({ Id }) => (Id === undefined ? [] : [Id]));
}

async function collect(cli: Cli, name: string, stream: boolean, rows: Map<string, StatsRow>): Promise<void> {
  for await (const sample of await containers.stats(cli.engine, name, { stream })) rows.set(name, rowOf(name, sample));
}

function rowOf(container: string, sample: JsonObject): StatsRow {
  const { id, name } = sample;
  if (typeof id !== "string" || typeof name !== "string") throw new MalformedResponse("stats: not a sample");
  return { container, id, name, sample: readSample(sample) };
}

/** Redraws until the samples end or the user does. */
async function follow(cli: Cli, ended: Promise<unknown>, show: () => string, endless: boolean): Promise<void> {
  const { signal } = cli.invocation;
  const stop = new AbortController();
  const end = (): void => stop.abort();
  signal.addEventListener("abort", end, { once: true });
  // With nobody named the screen stays, as containers may come.
  const over = endless ? new Promise<void>(() => undefined) : ended;
  const failed = ended.then(() => undefined);
  failed.catch(end);
  over.then(end, end);
  while (!stop.signal.aborted) {
    await pause(stop.signal);
    if (!signal.aborted) await cli.out(`\x1b[H${show().replaceAll("\n", "\x1b[K\n")}\x1b[J`);
  }
  signal.throwIfAborted();
  await failed;
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, REFRESH);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
