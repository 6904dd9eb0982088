import type { HttpHandler, HttpRequest, HttpResponse } from "../../client/inprocess.ts";

export interface SeenRequest {
  readonly method: string;
  /** Without the version prefix and the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What a route answers: JSON with status 200, bytes, or a whole response. */
export type Answer = HttpResponse | Uint8Array | string | object | null;
export type Route = (request: SeenRequest, match: readonly string[]) => Answer | Promise<Answer>;

/** An engine of canned answers: keys are `METHOD /path`, where `*` stands for one segment. */
export function fakeEngine(routes: Readonly<Record<string, Route | Answer>>): {
  readonly handler: HttpHandler;
  readonly seen: SeenRequest[];
} {
  const seen: SeenRequest[] = [];
  const table = Object.entries({ ...ping, ...routes }).map(([key, route]) => ({ pattern: toPattern(key), route }));
  const handler: HttpHandler = async (request) => {
    const found = await read(request);
    seen.push(found);
    const line = `${found.method} ${found.path}`;
    for (const { pattern, route } of table) {
      const match = pattern.exec(line);
      if (match === null) continue;
      return toResponse(typeof route === "function" ? await (route as Route)(found, match.slice(1)) : route);
    }
    return json(404, { message: "page not found" });
  };
  return { handler, seen };
}

const ping: Readonly<Record<string, Route>> = {
  "HEAD /_ping": () => ({
    status: 200,
    headers: { "api-version": "1.45", ostype: "linux", swarm: "inactive", "builder-version": "1" },
    body: null,
  }),
};

export function failure(status: number, message: string): HttpResponse {
  return json(status, { message });
}

export function json(status: number, value: unknown): HttpResponse {
  return {
    status,
    headers: { "content-type": "application/json", "api-version": "1.45", ostype: "linux" },
    body: new TextEncoder().encode(`${JSON.stringify(value)}\n`),
  };
}

function toResponse(answer: Answer): HttpResponse {
  if (answer === null) return { status: 204, headers: {}, body: null };
  if (answer instanceof Uint8Array) return { status: 200, headers: {}, body: answer };
  if (typeof answer === "string")
    return { status: 200, headers: { "content-type": "application/json" }, body: new TextEncoder().encode(answer) };
  if ("status" in answer && "headers" in answer) return answer as HttpResponse;
  return json(200, answer);
}

function toPattern(key: string): RegExp {
  return new RegExp(
    `^${key
      .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
      .replaceAll("**", "\0")
      .replaceAll("*", "([^/]+)")
      .replaceAll("\0", "(.+)")}$`,
  );
}

async function read(request: HttpRequest): Promise<SeenRequest> {
  const [path = "", query = ""] = request.target.split("?");
  const chunks: Uint8Array[] = [];
  if (request.body !== null) for await (const chunk of request.body) chunks.push(chunk);
  const body = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return {
    method: request.method,
    path: decodeURIComponent(path.replace(/^\/v\d+\.\d+/, "")),
    query: new URLSearchParams(query),
    headers: request.headers,
    body,
  };
}
