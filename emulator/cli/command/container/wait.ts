import * as containers from "../../../client/container.ts";
import { atLeast } from "../../arguments.ts";
import { command, StatusError } from "../../command.ts";
import { forEachName } from "../../error-text.ts";

export const wait = command({
  use: "wait CONTAINER [CONTAINER...]",
  short: "Block until one or more containers stop, then print their exit codes",
  aliases: ["docker container wait", "docker wait"],
  args: atLeast(1),
  flags: {},
  async run({ cli, args }) {
    const left = [...args];
    cli.invocation.checkpoint?.(() => ({ kind: "command", args: ["wait", ...left] }));
    const failures = await forEachName(args, async (name) => {
      const { exited } = await containers.wait(cli.engine, name);
      await cli.out(`${(await exited).statusCode}\n`);
      left.shift();
    });
    if (failures.length > 0) throw new StatusError(1, failures.join("\n"));
    return 0;
  },
});
