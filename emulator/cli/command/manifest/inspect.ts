import { bool } from "../../flag/scalar.ts";
import { between } from "../../arguments.ts";
import { command } from "../../command.ts";
import { noSuchManifest } from "./no-such-manifest.ts";

export const inspect = command({
  use: "inspect [OPTIONS] [MANIFEST_LIST] MANIFEST",
  short: "Display an image manifest, or manifest list",
  args: between(1, 2),
  traits: { experimentalCommand: true },
  flags: {
    insecure: bool("", "Allow communication with an insecure registry"),
    verbose: bool("v", "Output additional info including layers and platform"),
  },
  run: ({ args }) => noSuchManifest(args.at(-1) ?? ""),
});
