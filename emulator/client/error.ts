/** An error response of the engine: its HTTP status and the `message` of its body. */
export class EngineError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "EngineError";
  }
}

/** An answer that is not what the Engine API promises: bad JSON, a missing field, a torn stream. */
export class MalformedResponse extends Error {
  constructor(message: string) {
    super(message);
    this.name = "MalformedResponse";
  }
}
