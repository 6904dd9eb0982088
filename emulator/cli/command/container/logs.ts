import * as containers from "../../../client/container.ts";
import { bool, string } from "../../flag/scalar.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { stdcopy } from "../../../client/stdcopy.ts";
import { hasTerminal } from "./inspected.ts";
import { timestampFlag } from "../../formatter/time.ts";

export const logs = command({
  use: "logs [OPTIONS] CONTAINER",
  short: "Fetch the logs of a container",
  aliases: ["docker container logs", "docker logs"],
  args: exactly(1),
  flags: {
    details: bool("", "Show extra details provided to logs"),
    follow: bool("f", "Follow log output"),
    since: string(
      "",
      'Show logs since timestamp (e.g. "2013-01-02T13:23:37Z") or relative (e.g. "42m" for 42 minutes)',
    ),
    tail: string("n", "Number of lines to show from the end of the logs", "all"),
    timestamps: bool("t", "Show timestamps"),
    until: string(
      "",
      'Show logs before a timestamp (e.g. "2013-01-02T13:23:37Z") or relative (e.g. "42m" for 42 minutes)',
    ),
  },
  async run({ cli, flags, args }) {
    const [name = ""] = args;
    const tty = await hasTerminal(cli, name);
    const now = cli.invocation.now();
    if (flags.follow)
      cli.invocation.checkpoint?.(() => ({
        kind: "command",
        args: [
          "logs",
          "--follow",
          `--since=${new Date(cli.invocation.now()).toISOString()}`,
          ...(flags.timestamps ? ["--timestamps"] : []),
          ...(flags.details ? ["--details"] : []),
          ...(flags.until === "" ? [] : [`--until=${flags.until}`]),
          name,
        ],
      }));
    const body = await containers.logs(cli.engine, name, {
      stdout: true,
      stderr: true,
      follow: flags.follow,
      timestamps: flags.timestamps,
      details: flags.details,
      since: timestampFlag("since", flags.since, now),
      until: timestampFlag("until", flags.until, now),
      tail: flags.tail,
    });
    if (tty) for await (const chunk of body) await cli.out(chunk);
    else
      for await (const { stream, payload } of stdcopy(body))
        await (stream === "stderr" ? cli.err(payload) : cli.out(payload));
    return 0;
  },
});
