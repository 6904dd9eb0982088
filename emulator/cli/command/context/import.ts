import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";

/** Contexts lead to other engines, and there is no way from here to any. */
export const importCommand = command({
  use: "import CONTEXT FILE|-",
  short: "Import a context from a tar or zip file",
  args: exactly(2),
  flags: {},
  run({ args }) {
    const [name = ""] = args;
    return Promise.reject(new Error(`unable to create context ${JSON.stringify(name)}: this machine has one engine`));
  },
});
