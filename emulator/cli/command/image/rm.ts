import * as images from "../../../client/image.ts";
import { bool } from "../../flag/scalar.ts";
import { strings } from "../../flag/list.ts";
import { withTraits } from "../../flag/flag.ts";
import { atLeast } from "../../arguments.ts";
import { command, StatusError } from "../../command.ts";
import { EngineError } from "../../../client/error.ts";
import { errorText } from "../../error-text.ts";

export const rm = command({
  use: "rm [OPTIONS] IMAGE [IMAGE...]",
  short: "Remove one or more images",
  aliases: ["docker image rm", "docker image remove", "docker rmi"],
  args: atLeast(1),
  flags: {
    force: bool("f", "Force removal of the image"),
    "no-prune": bool("", "Do not delete untagged parents"),
    platform: withTraits(
      strings("", 'Remove only the given platform variant. Formatted as "os[/arch[/variant]]" (e.g., "linux/amd64")'),
      { hidden: true, apiVersion: "1.50" },
    ),
  },
  async run({ cli, flags, args }) {
    const failures: string[] = [];
    let fatal = false;
    for (const name of args)
      try {
        const options = { force: flags.force, noPrune: flags["no-prune"] };
        for (const { Deleted, Untagged } of await images.remove(cli.engine, name, options))
          await cli.out(
            Deleted === undefined || Deleted === "" ? `Untagged: ${Untagged ?? ""}\n` : `Deleted: ${Deleted}\n`,
          );
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        if (error.status !== 404) fatal = true;
        failures.push(errorText(error));
      }
    if (failures.length === 0) return 0;
    // With --force an image that is not there is told, but is no failure.
    if (flags.force && !fatal) {
      await cli.err(`${failures.join("\n")}\n`);
      return 0;
    }
    throw new StatusError(1, failures.join("\n"));
  },
});
