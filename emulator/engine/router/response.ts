import type { HttpResponse } from "../../http/message.ts";

const encoder = new TextEncoder();

export function json(value: unknown, status = 200): HttpResponse {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: encoder.encode(`${JSON.stringify(value)}\n`),
  };
}

export function noContent(): HttpResponse {
  return { status: 204, headers: {}, body: null };
}

/** An empty answer that still says 200: what resize and archive PUT give. */
export function ok(): HttpResponse {
  return { status: 200, headers: {}, body: new Uint8Array(0) };
}

export function stream(body: ReadableStream<Uint8Array>, contentType: string): HttpResponse {
  return { status: 200, headers: { "content-type": contentType }, body };
}

/** One JSON value a line, sent as it comes: events, pull progress, stats. */
export function jsonLine(value: unknown): Uint8Array {
  return encoder.encode(`${JSON.stringify(value)}\n`);
}
