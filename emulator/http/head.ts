import { HttpSyntaxError, type ByteReader } from "./byte-reader.ts";
import type { HeaderFields } from "./message.ts";

export interface RequestHead {
  readonly method: string;
  readonly target: string;
  /** Minor version of HTTP/1. */
  readonly minor: 0 | 1;
  readonly headers: HeaderFields;
}

export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  readonly minor: 0 | 1;
  readonly headers: HeaderFields;
  /** As they came, names lower-cased: `set-cookie` may be there many times. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** Bytes of one line, and of all header lines together. */
const lineLimit = 16 << 10;
const headLimit = 64 << 10;
const fieldLimit = 200;

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
// Control characters but the tab have no place in a field's value.
// eslint-disable-next-line no-control-regex
const fieldValue = /^[^\0-\x08\x0a-\x1f\x7f]*$/;

/** Undefined when the stream ended before the request began. Throws HttpSyntaxError. */
export async function readRequestHead(reader: ByteReader): Promise<RequestHead | undefined> {
  let line = await reader.line(lineLimit);
  // Some clients send an empty line after a body.
  for (let i = 0; line === "" && i < 2; i++) line = await reader.line(lineLimit);
  if (line === undefined) return undefined;
  const match = /^(\S+) (\S+) (HTTP\/(\d)\.(\d))$/.exec(line);
  const [, method = "", target = "", , major = "", minor = ""] = match ?? [];
  if (match === null || !token.test(method)) throw new HttpSyntaxError("malformed request line");
  if (major !== "1") throw new HttpSyntaxError("unsupported protocol version", 505);
  const { headers } = fieldMap(await readFields(reader));
  if (minor !== "0" && headers["host"] === undefined) throw new HttpSyntaxError("missing required Host header");
  return { method, target: originForm(target), minor: minor === "0" ? 0 : 1, headers };
}

/** A proxy's form (`http://host/path`) to the path; what is neither is refused. */
function originForm(target: string): string {
  if (target.startsWith("/")) return target;
  const path = /^https?:\/\/[^/?#]*(.*)$/i.exec(target)?.[1];
  if (path === undefined) throw new HttpSyntaxError("malformed request target");
  return path.startsWith("/") ? path : `/${path}`;
}

/** Throws HttpSyntaxError, also when the stream ends before. */
export async function readResponseHead(reader: ByteReader): Promise<ResponseHead> {
  const line = await reader.line(lineLimit);
  if (line === undefined) throw new HttpSyntaxError("unexpected EOF");
  const match = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: (.*))?$/.exec(line);
  if (match === null) throw new HttpSyntaxError("malformed status line");
  const fields = await readFields(reader);
  return {
    status: Number(match[2]),
    reason: match[3] ?? "",
    minor: match[1] === "0" ? 0 : 1,
    fields,
    ...fieldMap(fields),
  };
}

/** Header or trailer fields up to the empty line. */
export async function readFields(reader: ByteReader): Promise<[string, string][]> {
  const fields: [string, string][] = [];
  let length = 0;
  for (;;) {
    const line = await reader.line(lineLimit);
    if (line === undefined) throw new HttpSyntaxError("unexpected EOF");
    if (line === "") return fields;
    length += line.length;
    if (length > headLimit || fields.length >= fieldLimit)
      throw new HttpSyntaxError("request header fields too large", 431);
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon));
    const value = line.slice(colon + 1).trim();
    if (colon < 0 || !token.test(name) || !fieldValue.test(value)) throw new HttpSyntaxError("malformed header field");
    fields.push([name.toLowerCase(), value]);
  }
}

function fieldMap(fields: readonly (readonly [string, string])[]): { headers: HeaderFields } {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of fields) {
    const before = headers[name];
    if (name === "content-length" && before !== undefined && before !== value)
      throw new HttpSyntaxError("conflicting Content-Length");
    if (name === "transfer-encoding" && before !== undefined) headers[name] = `${before}, ${value}`;
    else headers[name] = value;
  }
  return { headers };
}

const reasons: Readonly<Record<number, string>> = {
  // Docker's own word for it.
  101: "UPGRADED",
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No Content",
  206: "Partial Content",
  304: "Not Modified",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  413: "Request Entity Too Large",
  417: "Expectation Failed",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  501: "Not Implemented",
  503: "Service Unavailable",
  505: "HTTP Version Not Supported",
};

const encoder = new TextEncoder();

export function encodeResponseHead(status: number, headers: HeaderFields): Uint8Array {
  return encoder.encode(`HTTP/1.1 ${String(status)} ${reasons[status] ?? "Status"}\r\n${encodeFields(headers)}\r\n`);
}

export function encodeRequestHead(method: string, target: string, headers: HeaderFields): Uint8Array {
  return encoder.encode(`${method} ${target} HTTP/1.1\r\n${encodeFields(headers)}\r\n`);
}

function encodeFields(headers: HeaderFields): string {
  return Object.entries(headers)
    .map(([name, value]) => `${canonical(name)}: ${value.replace(/[\r\n\0]+/g, " ")}\r\n`)
    .join("");
}

/** `content-type` to `Content-Type`. */
function canonical(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_all, dash: string, letter: string) => dash + letter.toUpperCase());
}
