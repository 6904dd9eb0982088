import { noArguments } from "../../arguments.ts";
import { command } from "../../command.ts";
import { defaultContext } from "./default-context.ts";

export const show = command({
  use: "show",
  short: "Print the name of the current context",
  args: noArguments,
  flags: {},
  async run({ cli }) {
    await cli.out(`${defaultContext.Name}\n`);
    return 0;
  },
});
