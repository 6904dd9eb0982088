import * as containers from "../../../client/container.ts";
import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { onEachContainer } from "./each.ts";

export const unpause = command({
  use: "unpause CONTAINER [CONTAINER...]",
  short: "Unpause all processes within one or more containers",
  aliases: ["docker container unpause", "docker unpause"],
  args: atLeast(1),
  flags: {},
  run: ({ cli, args }) => onEachContainer(cli, args, (name) => containers.unpause(cli.engine, name)),
});
