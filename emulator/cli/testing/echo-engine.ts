import { failure, type Answer, type Route, type SeenRequest } from "./fake-engine.ts";

/** Fields that depend on the terminal a test happens to have. */
const skipped = new Set(["ConsoleSize"]);

/** Lists that Docker's client sends in no order of its own. */
const unordered = new Set(["Env", "Binds"]);

/** Without what says nothing (null, zero, false, empty texts and lists), keys sorted. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value)
    .filter(([name, field]) => !skipped.has(name) && !saysNothing(field))
    .map(
      ([name, field]) =>
        [name, unordered.has(name) ? canonical([...(field as string[])].sort()) : canonical(field)] as const,
    );
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function saysNothing(value: unknown): boolean {
  return (
    value === null || value === "" || value === 0 || value === false || (Array.isArray(value) && value.length === 0)
  );
}

function echo(request: SeenRequest): Answer {
  const query = [...request.query]
    .filter(([, value]) => value !== "")
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ` ${name}=${fullPath(sortedObject(value))}`);
  return failure(418, `${request.method} ${fullPath(request.path)}${query.join("")}${bodyText(request.body)}`);
}

/** The order of filters is not the client's to choose. */
function sortedObject(value: string): string {
  return value.startsWith("{") ? JSON.stringify(canonical(JSON.parse(value))) : value;
}

/** A name and its full form mean the same image. */
function fullPath(path: string): string {
  return path.replace("docker.io/library/", "");
}

function bodyText(body: Uint8Array): string {
  if (body.length === 0) return "";
  try {
    const text = JSON.stringify(canonical(JSON.parse(new TextDecoder().decode(body))));
    return text === "{}" ? "" : ` ${text}`;
  } catch {
    return ` (${body.length} bytes)`;
  }
}

/** An engine that answers every request that changes something with an error that says what was asked. */
export const echoRoutes: Readonly<Record<string, Route>> = {
  "POST /**": echo,
  "PUT /**": echo,
  "DELETE /**": echo,
  "GET /images/get": echo,
  "GET /events": echo,
  "GET /containers/*/logs": echo,
  "GET /containers/*/export": echo,
};
