import type { Cli } from "../command.ts";
import type { ProgressMode } from "./display.ts";

/** The display for `--progress`, `--quiet` and BUILDKIT_PROGRESS. Throws with buildx's words. */
export function progressMode(cli: Cli, flag: string, quiet: boolean): ProgressMode {
  const { env, stderr, terminal } = cli.invocation;
  if (quiet || flag === "quiet") {
    if (!["auto", "quiet", "none"].includes(flag))
      throw new Error(`progress=${flag} and quiet cannot be used together`);
    return "quiet";
  }
  const fromEnv = env["BUILDKIT_PROGRESS"] ?? "";
  const mode = flag === "auto" && fromEnv !== "" ? fromEnv : flag;
  const hasTerminal = stderr.isTerminal && terminal !== undefined;
  switch (mode) {
    case "":
    case "auto":
      return hasTerminal ? "tty" : "plain";
    case "tty":
      if (!hasTerminal) throw new Error("failed to get console: provided file is not a console");
      return "tty";
    case "none":
      return "quiet";
    case "plain":
    case "quiet":
    case "rawjson":
      return mode;
    default:
      throw new Error(`invalid progress mode ${mode}`);
  }
}
