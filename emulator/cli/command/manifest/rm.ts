import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { noSuchManifest } from "./no-such-manifest.ts";

export const rm = command({
  use: "rm MANIFEST_LIST [MANIFEST_LIST...]",
  short: "Delete one or more manifest lists from local storage",
  args: atLeast(1),
  traits: { experimentalCommand: true },
  flags: {},
  run: ({ args }) => noSuchManifest(args.at(-1) ?? ""),
});
