import * as containers from "../../../client/container.ts";
import { bool } from "../../flag/scalar.ts";
import { atLeast } from "../../arguments.ts";
import { command, StatusError } from "../../command.ts";
import { EngineError } from "../../../client/error.ts";
import { errorText, forEachName } from "../../error-text.ts";

export const rm = command({
  use: "rm [OPTIONS] CONTAINER [CONTAINER...]",
  short: "Remove one or more containers",
  aliases: ["docker container rm", "docker container remove", "docker rm"],
  args: atLeast(1),
  flags: {
    force: bool("f", "Force the removal of a running container (uses SIGKILL)"),
    link: bool("l", "Remove the specified link"),
    volumes: bool("v", "Remove anonymous volumes associated with the container"),
  },
  async run({ cli, flags, args }) {
    const failures = await forEachName(args, async (given) => {
      const name = given.replace(/^\/+|\/+$/g, "");
      if (name === "") throw new Error("container name cannot be empty");
      try {
        await containers.remove(cli.engine, name, flags);
        await cli.out(`${given}\n`);
      } catch (error) {
        if (!flags.force || !(error instanceof EngineError) || error.status !== 404) throw error;
        await cli.err(`${errorText(error)}\n`);
      }
    });
    if (failures.length > 0) throw new StatusError(1, failures.join("\n"));
    return 0;
  },
});
