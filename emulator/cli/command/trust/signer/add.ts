import { list } from "../../../flag/list.ts";
import { atLeast } from "../../../arguments.ts";
import { command } from "../../../command.ts";
import { noSignatures } from "../no-signatures.ts";

export const add = command({
  use: "add OPTIONS NAME REPOSITORY [REPOSITORY...] ",
  short: "Add a signer",
  args: atLeast(2),
  flags: {
    key: list("", "Path to the signer's public key file"),
  },
  run: ({ cli, args }) => noSignatures(cli, args[0] ?? ""),
});
