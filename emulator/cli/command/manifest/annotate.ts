import { string } from "../../flag/scalar.ts";
import { strings } from "../../flag/list.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { noSuchManifest } from "./no-such-manifest.ts";

export const annotate = command({
  use: "annotate [OPTIONS] MANIFEST_LIST MANIFEST",
  short: "Add additional information to a local image manifest",
  args: exactly(2),
  traits: { experimentalCommand: true },
  flags: {
    arch: string("", "Set architecture"),
    os: string("", "Set operating system"),
    "os-features": strings("", "Set operating system feature"),
    "os-version": string("", "Set operating system version"),
    variant: string("", "Set architecture variant"),
  },
  run: ({ args }) => noSuchManifest(args.at(-1) ?? ""),
});
