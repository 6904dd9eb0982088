import * as containers from "../../../client/container.ts";
import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { align } from "../../formatter/tabwriter.ts";

export const top = command({
  use: "top CONTAINER [ps OPTIONS]",
  short: "Display the running processes of a container",
  aliases: ["docker container top", "docker top"],
  args: atLeast(1),
  flags: {},
  interspersed: false,
  async run({ cli, args }) {
    const [name = "", ...psArgs] = args;
    const { Titles, Processes } = await containers.top(cli.engine, name, psArgs);
    const rows = [Titles ?? [], ...(Processes ?? [])].map((cells) => cells.join("\t"));
    await cli.out(`${align(rows.join("\n"), 20)}\n`);
    return 0;
  },
});
