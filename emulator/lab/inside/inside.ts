import type { HttpHandler, HttpResponse } from "../../http/message.ts";

/** Answers below `/inside/<part>/`; `path` is what follows, with a leading slash and without the query. */
export type InsidePart = (request: {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: ReadableStream<Uint8Array> | null;
  readonly signal: AbortSignal;
}) => Promise<HttpResponse>;

/** A part says so when it has nothing to answer with; the page shows the message. */
export class InsideError extends Error {
  constructor(
    readonly status: 400 | 404 | 409 | 500 | 507,
    message: string,
  ) {
    super(message);
    this.name = "InsideError";
  }
}

const encoder = new TextEncoder();

export function json(value: unknown, status = 200): HttpResponse {
  return { status, headers: { "content-type": "application/json" }, body: encoder.encode(JSON.stringify(value)) };
}

/**
 * The Engine API, and beside it what only the page asks: layers from within, files of the guest, builds. The engine's
 * clients in the guest never get here: they are served by the engine's own handler.
 */
export function insideHandler(engine: HttpHandler, parts: Readonly<Record<string, InsidePart>>): HttpHandler {
  return async (request) => {
    const [, name, path] = /^\/inside\/([a-z]+)(\/[^?]*)?(?:\?.*)?$/.exec(request.target) ?? [];
    if (name === undefined) return engine(request);
    const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
    if (part === undefined) return json({ message: `nothing is known of ${name}` }, 404);
    const mark = request.target.indexOf("?");
    try {
      return await part({
        method: request.method,
        path: path ?? "/",
        query: new URLSearchParams(mark < 0 ? "" : request.target.slice(mark + 1)),
        body: request.body,
        signal: request.signal,
      });
    } catch (error) {
      const status = error instanceof InsideError ? error.status : 500;
      return json({ message: error instanceof Error ? error.message : String(error) }, status);
    }
  };
}
