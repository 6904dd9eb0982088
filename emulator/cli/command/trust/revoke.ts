import { bool } from "../../flag/scalar.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { noSignatures } from "./no-signatures.ts";

export const revoke = command({
  use: "revoke [OPTIONS] IMAGE[:TAG]",
  short: "Remove trust for an image",
  args: exactly(1),
  flags: {
    yes: bool("y", "Do not prompt for confirmation"),
  },
  run: ({ cli, args }) => noSignatures(cli, args[0] ?? ""),
});
