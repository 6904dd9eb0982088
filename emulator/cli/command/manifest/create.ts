import { bool } from "../../flag/scalar.ts";
import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { noSuchManifest } from "./no-such-manifest.ts";

export const create = command({
  use: "create MANIFEST_LIST MANIFEST [MANIFEST...]",
  short: "Create a local manifest list for annotating and pushing to a registry",
  args: atLeast(2),
  traits: { experimentalCommand: true },
  flags: {
    amend: bool("a", "Amend an existing manifest list"),
    insecure: bool("", "Allow communication with an insecure registry"),
  },
  run: ({ args }) => noSuchManifest(args.at(-1) ?? ""),
});
