import type { Instruction } from "../../../dockerfile/instruction.ts";
import { mountFrom } from "../../../dockerfile/mount.ts";

/** What an instruction reads besides its own stage: one per `--from`, one per mount (undefined: none, or the context). */
export function sourcesOf(instruction: Instruction): (string | undefined)[] {
  switch (instruction.kind) {
    case "COPY": {
      if (instruction.from === undefined) return [];
      if (instruction.from.includes("$"))
        throw new Error(
          "variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround",
        );
      return [instruction.from];
    }
    case "RUN":
      return instruction.mounts.map((text) => {
        const from = mountFrom(text);
        return from === "" ? undefined : from;
      });
    default:
      return [];
  }
}
