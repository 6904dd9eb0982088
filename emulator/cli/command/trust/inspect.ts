import { bool } from "../../flag/scalar.ts";
import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { noSignatures } from "./no-signatures.ts";

export const inspect = command({
  use: "inspect IMAGE[:TAG] [IMAGE[:TAG]...]",
  short: "Return low-level information about keys and signatures",
  args: atLeast(1),
  flags: {
    pretty: bool("", "Print the information in a human friendly format"),
  },
  run: ({ cli, args }) => noSignatures(cli, args[0] ?? ""),
});
