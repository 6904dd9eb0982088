import { bool } from "../../flag/scalar.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { noSignatures } from "./no-signatures.ts";

export const sign = command({
  use: "sign IMAGE:TAG",
  short: "Sign an image",
  args: exactly(1),
  flags: {
    local: bool("", "Sign a locally tagged image"),
  },
  run: ({ cli, args }) => noSignatures(cli, args[0] ?? ""),
});
