import { between } from "../../arguments.ts";
import { command } from "../../command.ts";
import { contextNotFound, defaultContext } from "./default-context.ts";

export const exportCommand = command({
  use: "export [OPTIONS] CONTEXT [FILE|-]",
  short: "Export a context to a tar archive FILE or a tar stream on STDOUT.",
  args: between(1, 2),
  flags: {},
  run({ args }) {
    const [name = ""] = args;
    return Promise.reject(name === defaultContext.Name ? new Error(refusal(name)) : contextNotFound(name));
  },
});

function refusal(name: string): string {
  return `context ${JSON.stringify(name)} cannot be exported`;
}
