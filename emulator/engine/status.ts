import type { HttpResponse } from "../http/message.ts";
import {
  Conflict,
  Forbidden,
  InvalidParameter,
  messageOf,
  NotFound,
  NotImplemented,
  NotModified,
  System,
  Unauthorized,
  Unavailable,
} from "./errors.ts";

/** The only place that knows which HTTP status a class of errors has. */
const statuses = [
  [NotModified, 304],
  [InvalidParameter, 400],
  [Unauthorized, 401],
  [Forbidden, 403],
  [NotFound, 404],
  [Conflict, 409],
  [System, 500],
  [NotImplemented, 501],
  [Unavailable, 503],
] as const;

export function statusOf(error: unknown): number {
  return statuses.find(([kind]) => error instanceof kind)?.[1] ?? 500;
}

const encoder = new TextEncoder();

/** `{"message": …}` with the status of the error's class. */
export function errorResponse(error: unknown): HttpResponse {
  const status = statusOf(error);
  if (status === 304) return { status, headers: {}, body: null };
  return {
    status,
    headers: { "content-type": "application/json" },
    body: encoder.encode(`${JSON.stringify({ message: messageOf(error) })}\n`),
  };
}
