import type { SolveStatus, Vertex, VertexStatus, VertexWarning } from "../../spec/build.ts";
import type { Clock } from "../world.ts";
import { rfc3339 } from "../time.ts";

/** Tells what a build does, in BuildKit's words; every call is one message to the client. */
export class Progress {
  readonly #send: (status: SolveStatus) => void;
  readonly #clock: Clock;

  constructor(clock: Clock, send: (status: SolveStatus) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  /** Says what is to come; nothing of it has begun. */
  announce(vertexes: readonly { digest: string; name: string; inputs: readonly string[] }[]): void {
    if (vertexes.length > 0) this.#send({ vertexes });
  }

  begin(vertex: { readonly digest: string; readonly name: string; readonly inputs?: readonly string[] }): Running {
    const running = new Running(this.#clock, this.#send, vertex);
    running.started();
    return running;
  }

  warn(warnings: readonly VertexWarning[]): void {
    if (warnings.length > 0) this.#send({ warnings });
  }
}

/** One vertex that is under way. */
export class Running {
  readonly #clock: Clock;
  readonly #send: (status: SolveStatus) => void;
  #vertex: Vertex;
  readonly #statuses = new Map<string, string>();
  readonly startedAt: number;

  constructor(
    clock: Clock,
    send: (status: SolveStatus) => void,
    vertex: { readonly digest: string; readonly name: string; readonly inputs?: readonly string[] },
  ) {
    this.#clock = clock;
    this.#send = send;
    this.startedAt = clock.now();
    this.#vertex = { ...vertex, started: rfc3339(this.startedAt) };
  }

  started(): void {
    this.#send({ vertexes: [this.#vertex] });
  }

  get #now(): string {
    return rfc3339(this.#clock.now());
  }

  /** A line under the vertex, from its beginning or with numbers as it goes on; `done` ends it. */
  status(id: string, numbers: { current?: number; total?: number; done?: boolean } = {}): void {
    const now = this.#now;
    const started = this.#statuses.get(id) ?? now;
    this.#statuses.set(id, started);
    const status: VertexStatus = {
      id,
      vertex: this.#vertex.digest,
      current: numbers.current ?? 0,
      ...(numbers.total === undefined ? {} : { total: numbers.total }),
      timestamp: now,
      started,
      ...(numbers.done === true ? { completed: now } : {}),
    };
    this.#send({ statuses: [status] });
  }

  log(stream: 1 | 2, bytes: Uint8Array): void {
    this.#send({
      logs: [{ vertex: this.#vertex.digest, stream, data: base64(bytes), timestamp: this.#now }],
    });
  }

  end(outcome: { readonly cached?: boolean; readonly error?: string } = {}): void {
    this.#vertex = {
      ...this.#vertex,
      completed: this.#now,
      ...(outcome.cached === true ? { cached: true } : {}),
      ...(outcome.error === undefined ? {} : { error: outcome.error }),
    };
    this.#send({ vertexes: [this.#vertex] });
  }
}

export function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
