import * as images from "../../../client/image.ts";
import { bool, string } from "../../flag/scalar.ts";
import { withTraits } from "../../flag/flag.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { displayMessages, progressOn } from "../../progress.ts";
import { familiarName, fullName, parseReference, withDefaultTag } from "../../reference.ts";

/** Base64 of `{}`: nobody is logged in. */
const ANONYMOUS = "e30=";

export const push = command({
  use: "push [OPTIONS] NAME[:TAG]",
  short: "Upload an image to a registry",
  aliases: ["docker image push", "docker push"],
  args: exactly(1),
  flags: {
    "all-tags": bool("a", "Push all tags of an image to the repository"),
    "disable-content-trust": bool("", "Skip image signing", true),
    platform: withTraits(
      string(
        "",
        "Push a platform-specific manifest as a single-platform image to the registry.\nImage index won't be pushed, meaning that other manifests, including attestations won't be preserved.\n'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)",
      ),
      { hidden: true, apiVersion: "1.46" },
    ),
    quiet: bool("q", "Suppress verbose output"),
  },
  async run({ cli, flags, args }) {
    const [name = ""] = args;
    const given = parseReference(name);
    const all = flags["all-tags"];
    if (all && given.tag !== undefined) throw new Error("tag can't be used with --all-tags/-a");
    const reference = all ? given : withDefaultTag(given);
    if (!all && given.tag === undefined && given.digest === undefined && !flags.quiet)
      await cli.out(`Using default tag: ${reference.tag ?? ""}\n`);
    const messages = await images.push(cli.engine, {
      image: familiarName(reference),
      ...(reference.tag === undefined ? {} : { tag: reference.tag }),
      auth: ANONYMOUS,
    });
    const output = progressOn(cli, "out");
    const quiet = { ...output, isTerminal: false, write: () => Promise.resolve() };
    await displayMessages(messages, flags.quiet ? quiet : output);
    if (flags.quiet) await cli.out(`${fullName(reference)}${reference.tag === undefined ? "" : `:${reference.tag}`}\n`);
    return 0;
  },
});
