import { bool } from "../../flag/scalar.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { BUILDX_VERSION } from "./builder.ts";

export const version = command({
  use: "version",
  short: "Show buildx version information",
  args: exactly(0),
  traits: { plugin: true },
  flags: { debug: bool("D", "Enable debug logging") },
  async run({ cli }) {
    await cli.out(`${BUILDX_VERSION}\n`);
    return 0;
  },
});
