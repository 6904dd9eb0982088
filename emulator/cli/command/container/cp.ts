import { bool } from "../../flag/scalar.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { copyFromContainer } from "./copy-from.ts";
import { copyToContainer } from "./copy-to.ts";

export const cp = command({
  use: "cp [OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n\tdocker cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH",
  short: "Copy files/folders between a container and the local filesystem",
  long: "Copy files/folders between a container and the local filesystem\n\nUse '-' as the source to read a tar archive from stdin\nand extract it to a directory destination in a container.\nUse '-' as the destination to stream a tar archive of a\ncontainer source to stdout.",
  aliases: ["docker container cp", "docker cp"],
  args: exactly(2),
  flags: {
    archive: bool("a", "Archive mode (copy all uid/gid information)"),
    "follow-link": bool("L", "Always follow symbol link in SRC_PATH"),
    quiet: bool(
      "q",
      "Suppress progress output during copy. Progress output is automatically suppressed if no terminal is attached",
    ),
  },
  async run({ cli, flags, changed, args }) {
    const [source = "", destination = ""] = args;
    if (source === "") throw new Error("source can not be empty");
    if (destination === "") throw new Error("destination can not be empty");
    const [from, to] = [splitCpArgument(source), splitCpArgument(destination)];
    const options = {
      archive: flags.archive,
      followLink: flags["follow-link"],
      quiet: changed.has("quiet") ? flags.quiet : !cli.invocation.stderr.isTerminal,
    };
    if (from.container !== "" && to.container !== "") throw new Error("copying between containers is not supported");
    if (from.container !== "") return copyFromContainer(cli, from.container, from.path, to.path, options);
    if (to.container !== "") return copyToContainer(cli, from.path, to.container, to.path, options);
    throw new Error("must specify at least one container source");
  },
});

export interface CopyOptions {
  /** Keep user and group ids. */
  readonly archive: boolean;
  readonly followLink: boolean;
  readonly quiet: boolean;
}

/** `CONTAINER:PATH`; a path that is absolute, or begins with a dot, is never a container's. */
function splitCpArgument(argument: string): { readonly container: string; readonly path: string } {
  const colon = argument.indexOf(":");
  if (argument.startsWith("/") || argument.startsWith(".") || colon === -1) return { container: "", path: argument };
  return { container: argument.slice(0, colon), path: argument.slice(colon + 1) };
}
