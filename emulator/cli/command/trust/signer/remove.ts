import { bool } from "../../../flag/scalar.ts";
import { atLeast } from "../../../arguments.ts";
import { command } from "../../../command.ts";
import { noSignatures } from "../no-signatures.ts";

export const remove = command({
  use: "remove [OPTIONS] NAME REPOSITORY [REPOSITORY...]",
  short: "Remove a signer",
  args: atLeast(2),
  flags: {
    force: bool("f", "Do not prompt for confirmation before removing the most recent signer"),
  },
  run: ({ cli, args }) => noSignatures(cli, args[0] ?? ""),
});
