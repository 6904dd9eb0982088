import { EngineError } from "../client/error.ts";

/** An error with a line of our own, which stands after Docker's words. */
export class HintedError extends Error {
  constructor(
    readonly reason: unknown,
    readonly hint: string,
  ) {
    super(errorText(reason));
  }
}

/** An error as the command line shows it. */
export function errorText(error: unknown): string {
  if (error instanceof EngineError) return `Error response from daemon: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

/** Puts the hint of an error, if it has one, on the last line. */
export function withHint(text: string, error: unknown): string {
  return error instanceof HintedError ? `${text}\n${error.hint}` : text;
}

/** Runs a step for each name; errors are gathered, so that one of them does not keep the others from their turn. */
export async function forEachName(names: readonly string[], step: (name: string) => Promise<void>): Promise<string[]> {
  const failures: string[] = [];
  for (const name of names) {
    try {
      await step(name);
    } catch (error) {
      if (!(error instanceof Error) || error.name === "BrokenPipe") throw error;
      failures.push(errorText(error));
    }
  }
  return failures;
}
