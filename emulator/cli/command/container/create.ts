import { string } from "../../flag/scalar.ts";
import { atLeast } from "../../arguments.ts";
import { command, StatusError } from "../../command.ts";
import { containerConfig } from "./container-config.ts";
import { containerFlags, creationFlags } from "./container-flags.ts";
import { checkPullPolicy, createContainer } from "./create-container.ts";
import { withHelp } from "./exit.ts";

export const create = command({
  use: "create [OPTIONS] IMAGE [COMMAND] [ARG...]",
  short: "Create a new container",
  aliases: ["docker container create", "docker create"],
  args: atLeast(1),
  interspersed: false,
  flags: {
    ...containerFlags,
    ...creationFlags,
    pull: string("", 'Pull image before creating ("always", "|missing", "never")', "missing"),
  },
  async run({ cli, flags, changed, args }) {
    const [image = "", ...words] = args;
    const options = { flags, changed, image, command: words, invocation: cli.invocation };
    const body = await (async () => {
      checkPullPolicy(flags.pull);
      return containerConfig(options);
    })().catch((error: unknown) => {
      throw new StatusError(125, withHelp(error, "create"));
    });
    const id = await createContainer(cli, body, flags);
    await cli.out(`${id}\n`);
    return 0;
  },
});
