import { inspectFormat } from "../../flag/format.ts";
import { anyArguments } from "../../arguments.ts";
import { command } from "../../command.ts";
import { inspectObjects } from "../../inspect.ts";
import { contextNotFound, defaultContext } from "./default-context.ts";

export const inspect = command({
  use: "inspect [OPTIONS] [CONTEXT] [CONTEXT...]",
  short: "Display detailed information on one or more contexts",
  args: anyArguments,
  flags: {
    format: inspectFormat("f"),
  },
  run({ cli, flags, args }) {
    const names = args.length === 0 ? [defaultContext.Name] : args;
    return inspectObjects(cli, names, flags.format, (name) =>
      name === defaultContext.Name
        ? Promise.resolve({ text: JSON.stringify(defaultContext), value: defaultContext })
        : Promise.reject(contextNotFound(name)),
    );
  },
});
