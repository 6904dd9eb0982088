import { bool, duration } from "../../flag/scalar.ts";
import { atMost } from "../../arguments.ts";
import { command } from "../../command.ts";
import { align } from "../../formatter/tabwriter.ts";
import { BUILDKIT_VERSION, loadBuilder } from "./builder.ts";
import { builderFlags, checkBuilder } from "./builder-flags.ts";

export const inspect = command({
  use: "inspect [NAME]",
  short: "Inspect current builder instance",
  args: atMost(1),
  traits: { plugin: true },
  flags: {
    ...builderFlags,
    bootstrap: bool("", "Ensure builder has booted before inspecting"),
    timeout: duration("", "Override the default timeout for loading builder status", "20s"),
  },
  async run({ cli, flags, args }) {
    checkBuilder(args[0] ?? flags.builder);
    const { platforms } = await loadBuilder(cli);
    const fields = [
      "Name:\tdefault\nDriver:\tdocker\n\nNodes:\nName:\tdefault\nEndpoint:\tdefault\nStatus:\trunning",
      `BuildKit version:\t${BUILDKIT_VERSION}`,
      `Platforms:\t${platforms.join(", ")}\n`,
    ];
    await cli.out(align(fields.join("\n"), 0, 1));
    return 0;
  },
});
