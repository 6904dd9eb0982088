import { string } from "../../../flag/scalar.ts";
import { exactly } from "../../../arguments.ts";
import { command } from "../../../command.ts";
import { noSignatures } from "../no-signatures.ts";

export const generate = command({
  use: "generate NAME",
  short: "Generate and load a signing key-pair",
  args: exactly(1),
  flags: {
    dir: string("", "Directory to generate key in, defaults to current directory"),
  },
  run: ({ cli, args }) => noSignatures(cli, args[0] ?? ""),
});
