import { StatusError, type Cli, type Result } from "../../command.ts";
import { forEachName } from "../../error-text.ts";

/** Does one thing to each container, printing the names of those it worked for. */
export async function onEachContainer(
  cli: Cli,
  names: readonly string[],
  act: (name: string) => Promise<void>,
): Promise<Result> {
  const failures = await forEachName(names, async (name) => {
    await act(name);
    await cli.out(`${name}\n`);
  });
  if (failures.length > 0) throw new StatusError(1, failures.join("\n"));
  return 0;
}
