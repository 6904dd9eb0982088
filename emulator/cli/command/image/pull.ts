import { bool, string } from "../../flag/scalar.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { familiarString, fullName, parseReference, withDefaultTag } from "../../reference.ts";
import { pullImage } from "./pull-image.ts";

export const pull = command({
  use: "pull [OPTIONS] NAME[:TAG|@DIGEST]",
  short: "Download an image from a registry",
  aliases: ["docker image pull", "docker pull"],
  args: exactly(1),
  flags: {
    "all-tags": bool("a", "Download all tagged images in the repository"),
    "disable-content-trust": bool("", "Skip image verification", true),
    platform: string("", "Set platform if server is multi-platform capable"),
    quiet: bool("q", "Suppress verbose output"),
  },
  async run({ cli, flags, args }) {
    const [name = ""] = args;
    const given = parseReference(name);
    const all = flags["all-tags"];
    if (all && (given.tag !== undefined || given.digest !== undefined))
      throw new Error("tag can't be used with --all-tags/-a");
    const reference = all ? given : withDefaultTag(given);
    if (!all && given.tag === undefined && given.digest === undefined && !flags.quiet)
      await cli.out(`Using default tag: ${reference.tag ?? ""}\n`);
    await pullImage(cli, {
      name: familiarString(reference),
      allTags: all,
      platform: flags.platform,
      quiet: flags.quiet,
      to: "out",
    });
    const version =
      reference.digest === undefined
        ? reference.tag === undefined
          ? ""
          : `:${reference.tag}`
        : `@${reference.digest}`;
    await cli.out(`${fullName(reference)}${version}\n`);
    return 0;
  },
});
