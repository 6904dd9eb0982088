/** The part of RFC 1035 that the embedded resolver speaks: one question in, answers of the types A and PTR out. */

export const types = { A: 1, PTR: 12, MX: 15, AAAA: 28, SRV: 33 } as const;
export const codes = { success: 0, formatError: 1, serverFailure: 2, nameError: 3, notImplemented: 4 } as const;
const classInternet = 1;
const classAny = 255;
const typeOpt = 41;

export interface Query {
  readonly id: number;
  readonly opcode: number;
  readonly recursionDesired: boolean;
  readonly name: readonly string[];
  readonly type: number;
  readonly internetClass: boolean;
  /** The question section's bytes, which a reply repeats with the case the client chose. */
  readonly question: Uint8Array;
  /** Largest UDP answer the client takes. */
  readonly udpSize: number;
}

export type Answer =
  | { readonly type: typeof types.A; readonly address: number }
  | { readonly type: typeof types.PTR; readonly name: readonly string[] };

export interface Reply {
  readonly code: number;
  readonly answers: readonly Answer[];
}

export class MalformedMessage extends Error {
  constructor(
    message: string,
    /** What a format error can still be addressed to. */
    readonly id: number | undefined,
  ) {
    super(message);
    this.name = "MalformedMessage";
  }
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Throws MalformedMessage for what is no query with exactly one question. */
export function parseQuery(message: Uint8Array): Query {
  if (message.length < 12) throw new MalformedMessage("shorter than a header", undefined);
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const id = view.getUint16(0);
  const flags = view.getUint16(2);
  if ((flags & 0x8000) !== 0) throw new MalformedMessage("not a query", undefined);
  if (view.getUint16(4) !== 1) throw new MalformedMessage("not one question", id);
  const { labels, end } = readName(message, 12, id);
  if (end + 4 > message.length) throw new MalformedMessage("question cut short", id);
  const type = view.getUint16(end);
  const questionClass = view.getUint16(end + 2);
  return {
    id,
    opcode: (flags >>> 11) & 15,
    recursionDesired: (flags & 0x0100) !== 0,
    name: labels,
    type,
    internetClass: questionClass === classInternet || questionClass === classAny,
    question: message.slice(12, end + 4),
    udpSize: udpSizeOf(message, end + 4, view),
  };
}

/** Labels up to the root. A query has nothing before its question to point to, so compression is malformed. */
function readName(message: Uint8Array, start: number, id: number): { labels: string[]; end: number } {
  const labels: string[] = [];
  let at = start;
  for (;;) {
    const length = message[at];
    if (length === undefined) throw new MalformedMessage("name cut short", id);
    if (length === 0) return { labels, end: at + 1 };
    if (length > 63) throw new MalformedMessage("compressed name in a question", id);
    if (at + 1 + length > message.length || at + 1 + length - start > 255)
      throw new MalformedMessage("name too long", id);
    labels.push(decoder.decode(message.subarray(at + 1, at + 1 + length)));
    at += 1 + length;
  }
}

/** EDNS(0): an OPT record directly behind the question carries the size in its class. */
function udpSizeOf(message: Uint8Array, at: number, view: DataView): number {
  if (view.getUint16(6) !== 0 || view.getUint16(8) !== 0 || view.getUint16(10) === 0) return 512;
  if (at + 11 > message.length || message[at] !== 0 || view.getUint16(at + 1) !== typeOpt) return 512;
  return Math.max(512, view.getUint16(at + 3));
}

/** Seconds an answer may be kept: what Docker's resolver says. */
const timeToLive = 600;

/** The reply, cut to whole answers and marked as truncated where it would exceed `limit` bytes. */
export function composeReply(query: Query, reply: Reply, limit: number): Uint8Array {
  const records = reply.answers.map(record);
  let size = 12 + query.question.length;
  let count = 0;
  for (const bytes of records) {
    if (size + bytes.length > limit) break;
    size += bytes.length;
    count++;
  }
  const truncated = count < records.length;
  const message = new Uint8Array(size);
  const view = new DataView(message.buffer);
  view.setUint16(0, query.id);
  view.setUint16(
    2,
    0x8080 | (query.opcode << 11) | (truncated ? 0x0200 : 0) | (query.recursionDesired ? 0x0100 : 0) | reply.code,
  );
  view.setUint16(4, 1);
  view.setUint16(6, count);
  message.set(query.question, 12);
  let at = 12 + query.question.length;
  for (const bytes of records.slice(0, count)) {
    message.set(bytes, at);
    at += bytes.length;
  }
  return message;
}

/** A reply without a question, for a message that could not be read. */
export function composeFormatError(id: number): Uint8Array {
  const message = new Uint8Array(12);
  const view = new DataView(message.buffer);
  view.setUint16(0, id);
  view.setUint16(2, 0x8080 | codes.formatError);
  return message;
}

/** Its name is a pointer to the question's. */
function record(answer: Answer): Uint8Array {
  const data = answer.type === types.A ? addressBytes(answer.address) : nameBytes(answer.name);
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xc00c);
  view.setUint16(2, answer.type);
  view.setUint16(4, classInternet);
  view.setUint32(6, timeToLive);
  view.setUint16(10, data.length);
  bytes.set(data, 12);
  return bytes;
}

function addressBytes(address: number): Uint8Array {
  return Uint8Array.of(address >>> 24, (address >>> 16) & 255, (address >>> 8) & 255, address & 255);
}

function nameBytes(labels: readonly string[]): Uint8Array {
  const bytes: number[] = [];
  for (const label of labels) {
    const encoded = encoder.encode(label).subarray(0, 63);
    bytes.push(encoded.length, ...encoded);
  }
  bytes.push(0);
  return Uint8Array.from(bytes);
}
