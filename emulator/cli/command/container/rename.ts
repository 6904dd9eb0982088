import * as containers from "../../../client/container.ts";
import { exactly } from "../../arguments.ts";
import { command, StatusError } from "../../command.ts";
import { errorText } from "../../error-text.ts";

export const rename = command({
  use: "rename CONTAINER NEW_NAME",
  short: "Rename a container",
  aliases: ["docker container rename", "docker rename"],
  args: exactly(2),
  flags: {},
  async run({ cli, args }) {
    const [from = "", to = ""] = args.map((name) => name.trim());
    if (from === "" || to === "") throw new Error("Error: Neither old nor new names may be empty");
    try {
      await containers.rename(cli.engine, from, to);
    } catch (error) {
      await cli.err(`${errorText(error)}\n`);
      throw new StatusError(1, `Error: failed to rename container named ${from}`);
    }
    return 0;
  },
});
