import * as system from "../../../client/system.ts";
import { bool, string } from "../../flag/scalar.ts";
import { atMost } from "../../arguments.ts";
import { command } from "../../command.ts";
import { readAll } from "../../confirm.ts";

const DEFAULT_SERVER = "https://index.docker.io/v1/";

export const login = command({
  use: "login [OPTIONS] [SERVER]",
  short: "Authenticate to a registry",
  long: "Authenticate to a registry.\nDefaults to Docker Hub if no server is specified.",
  args: atMost(1),
  flags: {
    password: string("p", "Password or Personal Access Token (PAT)"),
    "password-stdin": bool("", "Take the Password or Personal Access Token (PAT) from stdin"),
    username: string("u", "Username"),
  },
  async run({ cli, flags, args }) {
    if (flags.password !== "" && flags["password-stdin"])
      throw new Error("conflicting options: cannot specify both --password and --password-stdin");
    if (flags.password !== "")
      await cli.err("WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n");
    if (flags["password-stdin"] && flags.username === "")
      throw new Error("the --password-stdin option requires --username to be set");
    const password = flags["password-stdin"]
      ? (await readAll(cli)).replace(/\n$/, "").replace(/\r$/, "")
      : flags.password;
    if (flags.username === "" || password === "")
      throw new Error(
        cli.invocation.stdin.isTerminal
          ? "Error: Cannot perform an interactive login: no registry can be reached from this machine"
          : "Error: Cannot perform an interactive login from a non TTY device",
      );
    const answer = await system.auth(cli.engine, {
      username: flags.username,
      password,
      serveraddress: args[0] ?? DEFAULT_SERVER,
    });
    if (typeof answer["Status"] === "string") await cli.out(`${answer["Status"]}\n`);
    return 0;
  },
});
