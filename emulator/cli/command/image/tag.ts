import * as images from "../../../client/image.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { familiarName, parseReference, withDefaultTag } from "../../reference.ts";

export const tag = command({
  use: "tag SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
  short: "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE",
  aliases: ["docker image tag", "docker tag"],
  args: exactly(2),
  flags: {},
  async run({ cli, args }) {
    const [source = "", target = ""] = args;
    const reference = parseTarget(target);
    if (reference.digest !== undefined) throw new Error("refusing to create a tag with a digest reference");
    await images.tag(cli.engine, source, { repo: familiarName(reference), tag: reference.tag ?? "latest" });
    return 0;
  },
});

function parseTarget(target: string): ReturnType<typeof parseReference> {
  try {
    return withDefaultTag(parseReference(target));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Error parsing reference: ${JSON.stringify(target)} is not a valid repository/tag: ${reason}`, {
      cause: error,
    });
  }
}
