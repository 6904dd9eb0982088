/**
 * The fields of a payload: little-endian integers, and texts and byte strings with their length in front. A schema is
 * an ordered record of fields; it is at once the encoder, the decoder and the TypeScript type of a message.
 */

/** The bytes are not what the protocol says. Never raised for what a well-behaved peer sends. */
export class ProtocolError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ProtocolError";
  }
}

export class FieldWriter {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** May replace the buffer: call it before naming that. */
  #room(count: number): number {
    const at = this.#length;
    if (at + count > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, at + count));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#length = at + count;
    return at;
  }
  u32(value: number): void {
    if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) throw new RangeError(`not a u32: ${value}`);
    const at = this.#room(4);
    this.#view.setUint32(at, value, true);
  }
  i32(value: number): void {
    if (!Number.isInteger(value) || value < -0x80000000 || value > 0x7fffffff)
      throw new RangeError(`not an i32: ${value}`);
    const at = this.#room(4);
    this.#view.setInt32(at, value, true);
  }
  u64(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a safe u64: ${value}`);
    const at = this.#room(8);
    this.#view.setBigUint64(at, BigInt(value), true);
  }
  raw(bytes: Uint8Array): void {
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
  }
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}

export class FieldReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  #take(count: number): number {
    const at = this.#at;
    if (count > this.#bytes.length - at) throw new ProtocolError("payload ends inside a field");
    this.#at = at + count;
    return at;
  }
  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }
  i32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }
  u64(): number {
    const value = Number(this.#view.getBigUint64(this.#take(8), true));
    if (!Number.isSafeInteger(value)) throw new ProtocolError("integer beyond 2^53");
    return value;
  }
  raw(count: number): Uint8Array {
    const at = this.#take(count);
    return this.#bytes.subarray(at, at + count);
  }
  get remaining(): number {
    return this.#bytes.length - this.#at;
  }
  /** Every payload is consumed to its last byte. */
  finish(): void {
    if (this.remaining !== 0) throw new ProtocolError(`${this.remaining} bytes after the last field`);
  }
}

export interface Field<T> {
  encode(writer: FieldWriter, value: T): void;
  decode(reader: FieldReader): T;
}

export const u32: Field<number> = { encode: (w, v) => w.u32(v), decode: (r) => r.u32() };
export const i32: Field<number> = { encode: (w, v) => w.i32(v), decode: (r) => r.i32() };
/** Up to 2^53 - 1. */
export const u64: Field<number> = { encode: (w, v) => w.u64(v), decode: (r) => r.u64() };
export const bool: Field<boolean> = {
  encode: (w, v) => w.u32(v ? 1 : 0),
  decode: (r) => {
    const value = r.u32();
    if (value > 1) throw new ProtocolError(`not a boolean: ${value}`);
    return value === 1;
  },
};
export const bytes: Field<Uint8Array> = {
  encode: (w, v) => {
    w.u32(v.length);
    w.raw(v);
  },
  decode: (r) => r.raw(r.u32()),
};

const encoder = new TextEncoder();
// A byte order mark is a part of a file's name like any other.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** UTF-8 with a NUL behind it that the length does not count, so that C reads it in place. */
export const text: Field<string> = {
  encode: (w, v) => {
    if (v.includes("\0")) throw new RangeError("a text cannot contain NUL");
    const encoded = encoder.encode(v);
    w.u32(encoded.length);
    w.raw(encoded);
    w.raw(NUL);
  },
  decode: (r) => {
    const encoded = r.raw(r.u32());
    if (r.raw(1)[0] !== 0 || encoded.includes(0)) throw new ProtocolError("text is not NUL-terminated");
    return decoder.decode(encoded);
  },
};
const NUL = new Uint8Array(1);

export function list<T>(field: Field<T>): Field<readonly T[]> {
  return {
    encode: (w, values) => {
      w.u32(values.length);
      for (const value of values) field.encode(w, value);
    },
    decode: (r) => {
      const count = r.u32();
      // Every element takes four bytes at least, so a lying count is refused before anything is allocated.
      if (count > r.remaining / 4) throw new ProtocolError(`list of ${count} in ${r.remaining} bytes`);
      return Array.from({ length: count }, () => field.decode(r));
    },
  };
}

/** Fields in their order on the wire. (`Field` has methods, so a `Field<number>` is a `Field<unknown>`.) */
export type Schema = Readonly<Record<string, Field<unknown>>>;
export type Fields<S extends Schema> = { readonly [K in keyof S]: S[K] extends Field<infer T> ? T : never };

function encodeInto<S extends Schema>(writer: FieldWriter, schema: S, values: Fields<S>): void {
  for (const [name, field] of Object.entries(schema)) field.encode(writer, values[name]);
}

function decodeFrom<S extends Schema>(reader: FieldReader, schema: S): Fields<S> {
  const values: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(schema)) values[name] = field.decode(reader);
  return values as Fields<S>;
}

/** A record as a field of its own, for lists of records. */
export function record<S extends Schema>(schema: S): Field<Fields<S>> {
  return { encode: (w, v) => encodeInto(w, schema, v), decode: (r) => decodeFrom(r, schema) };
}

export function encodeFields<S extends Schema>(schema: S, values: Fields<S>): Uint8Array {
  const writer = new FieldWriter();
  encodeInto(writer, schema, values);
  return writer.finish();
}

/** Throws ProtocolError unless `payload` is exactly these fields. */
export function decodeFields<S extends Schema>(schema: S, payload: Uint8Array): Fields<S> {
  const reader = new FieldReader(payload);
  const values = decodeFrom(reader, schema);
  reader.finish();
  return values;
}
