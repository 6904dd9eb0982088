/** An instruction, or a part of it, that cannot be read; the message is BuildKit's. Who knows the lines adds them. */
export class InstructionError extends Error {
  override name = "InstructionError";

  constructor(
    message: string,
    /** For `did you mean …?`. */
    readonly suggestion?: string,
  ) {
    super(message);
  }
}
