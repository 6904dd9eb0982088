import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bool,
  bytes,
  decodeFields,
  encodeFields,
  i32,
  list,
  ProtocolError,
  record,
  text,
  u32,
  u64,
  type Schema,
} from "./fields.ts";
import { creditFields, events, failureFields, reasonFields, verbs } from "./messages.ts";

const everything = {
  u32,
  i32,
  u64,
  bool,
  text,
  bytes,
  list: list(text),
  records: list(record({ name: text, at: u64 })),
};
const word = fc.string({ unit: "binary" }).filter((value) => !value.includes("\0"));
const values = fc.record({
  u32: fc.nat({ max: 0xffffffff }),
  i32: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
  u64: fc.maxSafeNat(),
  bool: fc.boolean(),
  text: word,
  bytes: fc.uint8Array(),
  list: fc.array(word),
  records: fc.array(fc.record({ name: word, at: fc.maxSafeNat() })),
});

const schemas: readonly (readonly [string, Schema])[] = [
  ...Object.entries(verbs).flatMap(([name, { request, reply }]): [string, Schema][] => [
    [`${name} request`, request],
    [`${name} reply`, reply],
  ]),
  ...Object.entries(events).map(([name, { fields }]): [string, Schema] => [name, fields]),
  ["FAILURE", failureFields],
  ["CREDIT", creditFields],
  ["reason", reasonFields],
];

function refusedOrDecoded(schema: Schema, payload: Uint8Array): void {
  try {
    decodeFields(schema, payload);
  } catch (error) {
    expect(error).toBeInstanceOf(ProtocolError);
  }
}

describe("fields", () => {
  test("come back as they went", () => {
    fc.assert(
      fc.property(values, (given) => {
        expect(decodeFields(everything, encodeFields(everything, given))).toEqual(given);
      }),
    );
  });

  test("a byte order mark is part of a name", () => {
    expect(decodeFields({ text }, encodeFields({ text }, { text: "\ufefffile" }))).toEqual({ text: "\ufefffile" });
  });

  test("every truncation, and every byte too many, is refused", () => {
    fc.assert(
      fc.property(values, fc.nat(), (given, at) => {
        const payload = encodeFields(everything, given);
        expect(() => decodeFields(everything, payload.subarray(0, at % payload.length))).toThrow(ProtocolError);
        expect(() => decodeFields(everything, Uint8Array.of(...payload, 0))).toThrow(ProtocolError);
      }),
      { numRuns: 50 },
    );
  });

  test("damage is refused or decoded, nothing else", () => {
    fc.assert(
      fc.property(values, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1 }), (given, damage) => {
        const payload = encodeFields(everything, given).slice();
        for (const [at, value] of damage) payload[at % payload.length] = value;
        refusedOrDecoded(everything, payload);
      }),
    );
  });

  test.each(schemas)("any bytes as %s", (_name, schema) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (payload) => refusedOrDecoded(schema, payload)),
      { numRuns: 40 },
    );
  });

  test("a list that lies about its length is refused before anything is allocated", () => {
    const payload = Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0);
    for (const schema of [{ list: list(u32) }, { list: list(text) }, { list: list(record({ a: bytes, b: text })) }])
      expect(() => decodeFields<Schema>(schema, payload)).toThrow(ProtocolError);
  });

  test.each([
    ["a boolean of 2", { bool }, [2, 0, 0, 0]],
    ["a text without its NUL", { text }, [1, 0, 0, 0, 65, 65]],
    ["a text with a NUL in it", { text }, [2, 0, 0, 0, 65, 0, 0]],
    ["an integer beyond 2^53", { u64 }, [0, 0, 0, 0, 0, 0, 0, 1]],
    ["a text longer than everything", { text }, [255, 255, 255, 255, 0]],
  ])("refuses %s", (_name, schema, payload) => {
    expect(() => decodeFields<Schema>(schema, Uint8Array.from(payload))).toThrow(ProtocolError);
  });

  test("what cannot be written is the caller's RangeError", () => {
    expect(() => encodeFields({ u32 }, { u32: -1 })).toThrow(RangeError);
    expect(() => encodeFields({ u32 }, { u32: 1.5 })).toThrow(RangeError);
    expect(() => encodeFields({ i32 }, { i32: 2 ** 31 })).toThrow(RangeError);
    expect(() => encodeFields({ u64 }, { u64: 2 ** 53 })).toThrow(RangeError);
    expect(() => encodeFields({ text }, { text: "a\0b" })).toThrow(RangeError);
  });
});
