import { atMost } from "../../arguments.ts";
import { command } from "../../command.ts";

const DEFAULT_SERVER = "https://index.docker.io/v1/";

/** Credentials are never kept, so there are none to take away. */
export const logout = command({
  use: "logout [SERVER]",
  short: "Log out from a registry",
  long: "Log out from a registry.\nIf no server is specified, the default is defined by the daemon.",
  args: atMost(1),
  flags: {},
  async run({ cli, args }) {
    await cli.out(`Removing login credentials for ${args[0] ?? DEFAULT_SERVER}\n`);
    return 0;
  },
});
