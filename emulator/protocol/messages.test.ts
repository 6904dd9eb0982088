import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { HEADER_LENGTH, MAGIC, PAYLOAD_LIMIT, VERSION } from "./frame.ts";
import {
  DATA_LIMIT,
  events,
  FrameType,
  REPLY_LIMIT,
  REQUEST_LIMIT,
  verbs,
  WINDOW_TO_GUEST,
  WINDOW_TO_HOST,
} from "./messages.ts";

const agent = join(import.meta.dirname, "../guest/agent");

/** Every `NAME = number` of a C header. */
function numbers(header: string): Record<string, number> {
  const text = readFileSync(join(agent, header), "utf8").replace(/\/\*.*?\*\//gs, "");
  return Object.fromEntries(
    [...text.matchAll(/\b([A-Z][A-Z0-9_]*) = (0x[0-9a-f]+|\d+),/g)].map((m) => [m[1], Number(m[2])]),
  );
}

const prefixed = (prefix: string, table: Readonly<Record<string, { readonly code: number }>>) =>
  Object.entries(table).map(([name, { code }]) => [`${prefix}_${name}`, code]);

describe("the two tables", () => {
  test("protocol.h has the numbers of these tables, and no others", () => {
    expect(numbers("protocol.h")).toEqual({
      PROTOCOL_MAGIC: MAGIC,
      PROTOCOL_VERSION: VERSION,
      HEADER_LENGTH,
      PAYLOAD_LIMIT,
      WINDOW_TO_HOST,
      WINDOW_TO_GUEST,
      DATA_LIMIT,
      REQUEST_LIMIT,
      REPLY_LIMIT,
      ...Object.fromEntries(Object.entries(FrameType).map(([name, code]) => [`FRAME_${name}`, code])),
      ...Object.fromEntries(prefixed("VERB", verbs)),
      ...Object.fromEntries(prefixed("EVENT", events)),
    });
  });

  test("the agent has a handler for each verb", () => {
    const own = new Set(["HELLO", "BARRIER", "RELEASE"]); // link.c's
    const handled = [...readFileSync(join(agent, "verbs.c"), "utf8").matchAll(/\{ VERB_(\w+), verb_(\w+) \}/g)];
    expect(handled.map((m) => m[1]).sort()).toEqual(
      Object.keys(verbs)
        .filter((name) => !own.has(name))
        .sort(),
    );
    for (const [, code = "", handler] of handled) expect(handler).toBe(code.toLowerCase());
  });

  test("no code is used twice, and events are told from requests by the top bit", () => {
    const codes = [...Object.values(verbs), ...Object.values(events)].map(({ code }) => code);
    const all = [...codes, ...Object.values(FrameType)];
    expect(new Set(all).size).toBe(all.length);
    for (const { code } of Object.values(events)) expect(code & 0x8000).toBe(0x8000);
    for (const { code } of Object.values(verbs)) expect(code & 0x8000).toBe(0);
  });

  test("limits fit each other", () => {
    expect(DATA_LIMIT).toBeLessThanOrEqual(PAYLOAD_LIMIT);
    expect(DATA_LIMIT).toBeLessThanOrEqual(WINDOW_TO_GUEST / 2);
    expect(PAYLOAD_LIMIT).toBeLessThan(REQUEST_LIMIT);
    expect(REQUEST_LIMIT).toBeLessThan(REPLY_LIMIT);
  });
});
