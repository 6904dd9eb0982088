import * as containers from "../../../client/container.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";

const letters = ["C", "A", "D"] as const;

export const diff = command({
  use: "diff CONTAINER",
  short: "Inspect changes to files or directories on a container's filesystem",
  aliases: ["docker container diff", "docker diff"],
  args: exactly(1),
  flags: {},
  async run({ cli, args }) {
    const [name = ""] = args;
    if (name === "") throw new Error("Container name cannot be empty");
    const found = await containers.changes(cli.engine, name);
    await cli.out(found.map(({ Kind, Path }) => `${letters[Kind]} ${Path}\n`).join(""));
    return 0;
  },
});
