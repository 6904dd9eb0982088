import { string } from "../../../flag/scalar.ts";
import { exactly } from "../../../arguments.ts";
import { command } from "../../../command.ts";
import { noSignatures } from "../no-signatures.ts";

export const load = command({
  use: "load [OPTIONS] KEYFILE",
  short: "Load a private key file for signing",
  args: exactly(1),
  flags: {
    name: string("", "Name for the loaded key", "signer"),
  },
  run: ({ cli, args }) => noSignatures(cli, args[0] ?? ""),
});
