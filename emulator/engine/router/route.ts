import type { HttpHandler, HttpRequest, HttpResponse } from "../../http/message.ts";
import type { Daemon } from "../daemon/daemon.ts";
import { InvalidParameter, NotFound } from "../errors.ts";
import { errorResponse } from "../status.ts";
import { Call } from "./call.ts";

export const apiVersion = "1.45";
export const minimumApiVersion = "1.24";
export const serverVersion = "26.1.5";

export type Handler = (daemon: Daemon, call: Call) => HttpResponse | Promise<HttpResponse>;

/** `path` as in the API's description: `/containers/{name:.*}/json`; `{name}` is one segment, `{name:.*}` any number. */
export interface Route {
  readonly method: HttpRequest["method"];
  readonly path: string;
  readonly handle: Handler;
}

export const get = (path: string, handle: Handler): Route => ({ method: "GET", path, handle });
export const post = (path: string, handle: Handler): Route => ({ method: "POST", path, handle });
export const put = (path: string, handle: Handler): Route => ({ method: "PUT", path, handle });
export const del = (path: string, handle: Handler): Route => ({ method: "DELETE", path, handle });
export const head = (path: string, handle: Handler): Route => ({ method: "HEAD", path, handle });

/** The routes as one handler. The first that fits wins, so a greedy route comes after the ones it would swallow. */
export function serve(daemon: Daemon, routes: readonly Route[]): HttpHandler {
  const compiled = routes.map((route) => ({ ...route, ...compile(route.path) }));
  return async (request) => {
    try {
      const [path = "", query = ""] = split(request.target);
      const { version, rest } = readVersion(decode(path));
      for (const route of compiled) {
        if (route.method !== request.method) continue;
        const match = route.expression.exec(rest);
        if (match === null) continue;
        const names = route.names.map((name, i) => [name, match[i + 1] ?? ""] as const);
        return stamped(await route.handle(daemon, new Call(request, Object.fromEntries(names), query, version)));
      }
      throw new NotFound("page not found");
    } catch (error) {
      return stamped(errorResponse(error));
    }
  };
}

function compile(path: string): { expression: RegExp; names: readonly string[] } {
  const names: string[] = [];
  const source = path.replace(/\{(\w+)(:\.\*)?\}|[.+?^$()|[\]\\]/g, (found, name?: string, greedy?: string) => {
    if (name === undefined) return `\\${found}`;
    names.push(name);
    return greedy === undefined ? "([^/]+)" : "(.*)";
  });
  return { expression: new RegExp(`^${source}$`), names };
}

function split(target: string): [string, string] {
  const mark = target.indexOf("?");
  return mark < 0 ? [target, ""] : [target.slice(0, mark), target.slice(mark + 1)];
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new InvalidParameter(`invalid URL escape in ${JSON.stringify(path)}`);
  }
}

function readVersion(path: string): { version: string; rest: string } {
  const match = /^\/v(\d+\.\d+)(\/.*)$/.exec(path);
  if (match === null) return { version: apiVersion, rest: path };
  const [, version = "", rest = ""] = match;
  if (compareVersions(version, minimumApiVersion) < 0)
    throw new InvalidParameter(
      `client version ${version} is too old. Minimum supported API version is ${minimumApiVersion}, please upgrade your client to a newer version`,
    );
  if (compareVersions(version, apiVersion) > 0)
    throw new InvalidParameter(`client version ${version} is too new. Maximum supported API version is ${apiVersion}`);
  return { version, rest };
}

/** Negative, zero or positive, as for a sort. */
export function compareVersions(a: string, b: string): number {
  const [aMajor = 0, aMinor = 0] = a.split(".").map(Number);
  const [bMajor = 0, bMinor = 0] = b.split(".").map(Number);
  return aMajor - bMajor || aMinor - bMinor;
}

function stamped(response: HttpResponse): HttpResponse {
  return {
    ...response,
    headers: {
      "api-version": apiVersion,
      "docker-experimental": "false",
      ostype: "linux",
      server: `Docker/${serverVersion} (linux)`,
      ...response.headers,
    },
  };
}
