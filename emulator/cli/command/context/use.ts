import { anyArguments } from "../../arguments.ts";
import { command } from "../../command.ts";
import { contextNotFound, defaultContext, invalidContextName } from "./default-context.ts";

export const use = command({
  use: "use CONTEXT",
  short: "Set the current docker context",
  args: anyArguments,
  flags: {},
  async run({ cli, args }) {
    const [name = ""] = args;
    if (name !== defaultContext.Name) throw invalidContextName(name) ?? contextNotFound(name);
    await cli.out(`${name}\n`);
    await cli.err(`Current context is now ${JSON.stringify(name)}\n`);
    return 0;
  },
});
