import * as networks from "../../../client/network.ts";
import { bool } from "../../flag/scalar.ts";
import { atLeast } from "../../arguments.ts";
import { command, StatusError } from "../../command.ts";
import { EngineError } from "../../../client/error.ts";
import { errorText } from "../../error-text.ts";

export const rm = command({
  use: "rm NETWORK [NETWORK...]",
  short: "Remove one or more networks",
  aliases: ["docker network rm", "docker network remove"],
  args: atLeast(1),
  flags: {
    force: bool("f", "Do not error if the network does not exist"),
  },
  async run({ cli, flags, args }) {
    let failed = false;
    for (const name of args)
      try {
        await networks.remove(cli.engine, name);
        await cli.out(`${name}\n`);
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        if (flags.force && error.status === 404) continue;
        await cli.err(`${errorText(error)}\n`);
        failed = true;
      }
    if (failed) throw new StatusError(1, "exit status 1");
    return 0;
  },
});
