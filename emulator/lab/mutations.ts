import type { HttpHandler, HttpRequest } from "../http/message.ts";

/** Requests that wait for something to happen, or stream: they change nothing while they last. */
const waiting = /\/(wait|attach|logs|events|stats|resize|images\/create|build)(\?|$)/;

/**
 * Knows which requests are changing the engine right now, so that a save can wait for the moment when none is: then the
 * engine's state has no effect half done.
 */
export class Mutations {
  #active = 0;
  readonly #idle = new Set<() => void>();

  wrap(handler: HttpHandler): HttpHandler {
    return async (request) => {
      if (!changes(request)) return handler(request);
      this.#active++;
      try {
        return await handler(request);
      } finally {
        this.#active--;
        if (this.#active === 0) for (const resolve of this.#idle) resolve();
      }
    };
  }

  /** Resolves when no request is changing anything; false when that took longer than `patience` milliseconds. */
  async settled(patience: number): Promise<boolean> {
    if (this.#active === 0) return true;
    return new Promise((resolve) => {
      const finish = (settled: boolean) => {
        clearTimeout(timer);
        this.#idle.delete(idle);
        resolve(settled);
      };
      const idle = () => finish(true);
      const timer = setTimeout(() => finish(false), patience);
      this.#idle.add(idle);
    });
  }
}

function changes(request: HttpRequest): boolean {
  return request.method !== "GET" && request.method !== "HEAD" && !waiting.test(request.target);
}
