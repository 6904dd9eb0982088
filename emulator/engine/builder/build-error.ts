import type { LineRange } from "../../dockerfile/instruction.ts";

/** A build that failed, with the place in the Dockerfile where the reason is. */
export class BuildError extends Error {
  constructor(
    message: string,
    readonly lines: LineRange | undefined,
    /** Of the command that failed. */
    readonly exitCode?: number,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = "BuildError";
  }
}

/** The error with a place, unless it has one. */
export function at(lines: LineRange, error: unknown): BuildError {
  if (error instanceof BuildError && error.lines !== undefined) return error;
  const message = error instanceof Error ? error.message : String(error);
  const exitCode = error instanceof BuildError ? error.exitCode : undefined;
  return new BuildError(message, lines, exitCode, { cause: error });
}

/** The client went, or asked for it. */
export class BuildCanceled extends Error {
  constructor() {
    super("Canceled: context canceled");
    this.name = "BuildCanceled";
  }
}
