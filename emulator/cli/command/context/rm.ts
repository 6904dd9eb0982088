import { bool } from "../../flag/scalar.ts";
import { atLeast } from "../../arguments.ts";
import { command } from "../../command.ts";
import { contextNotFound, defaultContext } from "./default-context.ts";

export const rm = command({
  use: "rm CONTEXT [CONTEXT...]",
  short: "Remove one or more contexts",
  aliases: ["docker context rm", "docker context remove"],
  args: atLeast(1),
  flags: {
    force: bool("f", "Force the removal of a context in use"),
  },
  run({ args }) {
    const [name = ""] = args;
    return Promise.reject(name === defaultContext.Name ? new Error(refusal(name)) : contextNotFound(name));
  },
});

function refusal(name: string): string {
  return `context ${JSON.stringify(name)} cannot be removed`;
}
