import * as containers from "../../../client/container.ts";
import { string } from "../../flag/scalar.ts";
import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { onEachContainer } from "./each.ts";

export const kill = command({
  use: "kill [OPTIONS] CONTAINER [CONTAINER...]",
  short: "Kill one or more running containers",
  aliases: ["docker container kill", "docker kill"],
  args: atLeast(1),
  flags: {
    signal: string("s", "Signal to send to the container"),
  },
  run: ({ cli, flags, args }) =>
    onEachContainer(cli, args, (name) => containers.kill(cli.engine, name, flags.signal || undefined)),
});
