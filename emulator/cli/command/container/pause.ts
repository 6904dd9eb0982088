import * as containers from "../../../client/container.ts";
import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { onEachContainer } from "./each.ts";

export const pause = command({
  use: "pause CONTAINER [CONTAINER...]",
  short: "Pause all processes within one or more containers",
  aliases: ["docker container pause", "docker pause"],
  args: atLeast(1),
  flags: {},
  run: ({ cli, args }) => onEachContainer(cli, args, (name) => containers.pause(cli.engine, name)),
});
