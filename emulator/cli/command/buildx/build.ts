import { exactly } from "../../arguments.ts";
import { ask } from "../../build/ask.ts";
import { parseCallFunction } from "../../build/call-function.ts";
import { buildWithBuildKit } from "../../build/run.ts";
import { command } from "../../command.ts";
import { buildFlags, flagWarnings } from "./build-flags.ts";
import { buildArguments, platformOf, refuseUnsupported, solveOptions } from "./build-options.ts";
import { parseOutput } from "../../build/output.ts";
import { parseSecret } from "../../build/secret.ts";
import { progressMode } from "../../build/progress-mode.ts";

export const build = command({
  use: "build [OPTIONS] PATH | URL | -",
  short: "Start a build",
  aliases: ["docker build", "docker builder build", "docker image build", "docker buildx b"],
  args: exactly(1),
  flags: buildFlags,
  traits: { plugin: true },
  async run({ cli, flags, changed, args }) {
    for (const [name, warning] of Object.entries(flagWarnings))
      if (changed.has(name)) await cli.err(`WARNING: ${warning}\n`);
    const outputs = flags.output.filter((text) => text !== "").map(parseOutput);
    const secrets = flags.secret.filter((text) => text !== "").map(parseSecret);
    if (flags.iidfile !== "" && outputs.some(({ type }) => type === "local" || type === "tar"))
      throw new Error("local and tar exporters are incompatible with image ID file");
    const progress = progressMode(cli, flags.progress, flags.quiet);
    const question = parseCallFunction(flags.check ? "check" : flags.call);
    if (question !== undefined)
      return ask(cli, {
        call: question,
        path: args[0] ?? "",
        file: flags.file,
        target: flags.target,
        platform: platformOf(cli, flags.platform),
        buildArgs: buildArguments(cli, flags["build-arg"]),
        progress,
      });
    return buildWithBuildKit(cli, {
      path: args[0] ?? "",
      file: flags.file,
      outputs: flags.load && outputs.length > 0 ? [...outputs, loaded] : outputs,
      secrets,
      progress,
      quiet: flags.quiet || flags.progress === "quiet",
      debug: flags.debug,
      imageIdFile: flags.iidfile,
      metadataFile: flags["metadata-file"],
      options() {
        refuseUnsupported(flags);
        return solveOptions(cli, flags);
      },
    });
  },
});

/** `--load` */
const loaded = { type: "docker", attributes: {}, destination: undefined } as const;
