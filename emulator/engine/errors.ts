/**
 * What can go wrong, by class. The class is chosen where the fact is known, the message is worded as Docker words it,
 * and `status.ts` alone knows the HTTP status of each.
 */
export class EngineFault extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

export class NotFound extends EngineFault {}
export class InvalidParameter extends EngineFault {}
export class Conflict extends EngineFault {}
/** The state asked for is the state there is: an answer without a body, no failure of the caller. */
export class NotModified extends EngineFault {}
export class Unauthorized extends EngineFault {}
export class Forbidden extends EngineFault {}
export class NotImplemented extends EngineFault {}
export class Unavailable extends EngineFault {}
/** The world below failed in a way the caller cannot mend. */
export class System extends EngineFault {}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
