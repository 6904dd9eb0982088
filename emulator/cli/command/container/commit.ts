import * as containers from "../../../client/container.ts";
import { bool, string } from "../../flag/scalar.ts";
import { list } from "../../flag/list.ts";
import { between } from "../../arguments.ts";
import { command } from "../../command.ts";
import { familiarName, parseReference, withDefaultTag } from "../../reference.ts";

export const commit = command({
  use: "commit [OPTIONS] CONTAINER [REPOSITORY[:TAG]]",
  short: "Create a new image from a container's changes",
  aliases: ["docker container commit", "docker commit"],
  args: between(1, 2),
  flags: {
    author: string("a", 'Author (e.g., "John Hannibal Smith <hannibal@a-team.com>")'),
    change: list("c", "Apply Dockerfile instruction to the created image"),
    message: string("m", "Commit message"),
    pause: bool("p", "Pause container during commit", true),
  },
  async run({ cli, flags, args }) {
    const [container = "", name] = args;
    const reference = name === undefined || name === "" ? undefined : withDefaultTag(parseReference(name));
    if (reference?.digest !== undefined) throw new Error("cannot commit to digest reference");
    const id = await containers.commit(cli.engine, {
      container,
      repo: reference === undefined ? undefined : familiarName(reference),
      tag: reference?.tag,
      comment: flags.message,
      author: flags.author,
      changes: flags.change,
      pause: flags.pause,
    });
    await cli.out(`${id}\n`);
    return 0;
  },
});
