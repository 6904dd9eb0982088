import { bool } from "../../flag/scalar.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { noSuchManifest } from "./no-such-manifest.ts";

export const push = command({
  use: "push [OPTIONS] MANIFEST_LIST",
  short: "Push a manifest list to a repository",
  args: exactly(1),
  traits: { experimentalCommand: true },
  flags: {
    insecure: bool("", "Allow push to an insecure registry"),
    purge: bool("p", "Remove the local manifest list after push"),
  },
  run: ({ args }) => noSuchManifest(args.at(-1) ?? ""),
});
