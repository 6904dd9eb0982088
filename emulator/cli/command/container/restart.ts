import { withTraits } from "../../flag/flag.ts";
import * as containers from "../../../client/container.ts";
import { string, int } from "../../flag/scalar.ts";
import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { onEachContainer } from "./each.ts";

export const restart = command({
  use: "restart [OPTIONS] CONTAINER [CONTAINER...]",
  short: "Restart one or more containers",
  aliases: ["docker container restart", "docker restart"],
  args: atLeast(1),
  flags: {
    signal: string("s", "Signal to send to the container"),
    timeout: int("t", "Seconds to wait before killing the container"),
    time: withTraits(int("", "Seconds to wait before killing the container"), {
      hidden: true,
      aliasFor: "timeout",
      deprecated: "use --timeout instead",
    }),
  },
  run: ({ cli, flags, changed, args }) =>
    onEachContainer(cli, args, (name) => {
      const timeout = changed.has("timeout") ? flags.timeout : undefined;
      return containers.restart(cli.engine, name, { timeout, signal: flags.signal || undefined });
    }),
});
