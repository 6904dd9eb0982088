import { describe, expect, it } from "vitest";
import { instructionFlags, instructionNames, kindOf, suggest } from "./names.ts";
import { quote } from "./quote.ts";

describe("a suggestion", () => {
  it.each([
    ["FORM", "FROM"],
    ["form", "from"],
    ["Form", "from"],
    ["COPPPY", "COPY"],
    ["WORKDIRS", "WORKDIR"],
    ["COPPPPY", undefined],
    ["RUN", undefined],
    ["run", undefined],
    ["", undefined],
  ])("for %s is %s", (written, meant) => {
    expect(suggest(written, instructionNames)).toBe(meant);
  });

  it("for a flag minds the case", () => {
    const flags = Object.keys(instructionFlags.COPY ?? {});
    expect(suggest("chwon", flags, true)).toBe("chown");
    expect(suggest("CHOWN", flags, true)).toBe(undefined);
  });
});

it.each([
  ["run", "RUN"],
  ["Run", "RUN"],
  ["ſhell", undefined],
  ["__proto__", undefined],
  ["constructor", undefined],
])("%s is the instruction %s", (name, kind) => {
  expect(kindOf(name)).toBe(kind);
});

it.each([
  ['a"b\\', '"a\\"b\\\\"'],
  ["\x07\n\x01\x7f", '"\\a\\n\\x01\\x7f"'],
  ["é한😀", '"é한😀"'],
  ["\u00a0\u200b\u{e0001}", '"\\u00a0\\u200b\\U000e0001"'],
  ["\ud800", '"\ufffd"'],
])("%j is quoted as %s", (text, quoted) => {
  expect(quote(text)).toBe(quoted);
});
