import * as containers from "../../../client/container.ts";
import { StatusError, type Cli } from "../../command.ts";
import { errorText, withHint } from "../../error-text.ts";

/** An error of run and create, with the way to help. */
export function withHelp(error: unknown, verb: string): string {
  return withHint(`docker: ${errorText(error)}\n\nRun 'docker ${verb} --help' for more information`, error);
}

/** What `docker run` exits with when the container could not be made or started. */
export function startFailure(error: unknown): StatusError {
  const text = errorText(error);
  const has = (part: string): boolean => text.includes(part);
  let status = 125;
  if (has("executable file not found") || has("no such file or directory")) status = 127;
  else if (has("permission denied") || has("is a directory")) status = 126;
  return new StatusError(status, withHelp(error, "run"));
}

/** The wait is registered when this resolves; `code` is the container's exit code. */
export async function watchExit(
  cli: Cli,
  id: string,
  removed: boolean,
): Promise<{ readonly code: () => Promise<number> }> {
  const { exited } = await containers.wait(cli.engine, id, removed ? "removed" : "next-exit");
  exited.catch(() => undefined);
  return {
    async code() {
      const result = await exited;
      if (result.error === undefined) return result.statusCode;
      await cli.err(`Error waiting for container: ${result.error}\n`);
      return 125;
    },
  };
}
