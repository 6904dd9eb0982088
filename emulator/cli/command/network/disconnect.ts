import * as networks from "../../../client/network.ts";
import { bool } from "../../flag/scalar.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";

export const disconnect = command({
  use: "disconnect [OPTIONS] NETWORK CONTAINER",
  short: "Disconnect a container from a network",
  args: exactly(2),
  flags: {
    force: bool("f", "Force the container to disconnect from a network"),
  },
  async run({ cli, flags, args }) {
    const [network = "", container = ""] = args;
    await networks.disconnect(cli.engine, network, container, flags.force);
    return 0;
  },
});
