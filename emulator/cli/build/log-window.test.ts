import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LogWindow } from "./log-window.ts";

const written = (...texts: readonly string[]): string[] => {
  const window = new LogWindow(3, 10);
  for (const text of texts) window.write(text);
  return window.lines().map((line) => line.trimEnd());
};

describe("the window of a step's output", () => {
  it.each([
    ["the last lines", ["a\nb\n", "c\nd\n"], ["b", "c", "d"]],
    ["long lines wrapped", ["0123456789abc"], ["0123456789", "abc"]],
    ["a line written over", ["10%\r20%\r30%"], ["30%"]],
    ["a line erased", ["abc\x1b[2K\rx"], ["x"]],
    ["the rest of a line erased", ["abcdef\x1b[3D\x1b[K"], ["abc"]],
    ["a cursor that goes up", ["a\nb\n\x1b[2Ac"], ["c", "b"]],
    ["colours left out, also when they come in pieces", ["\x1b[3", "1mred\x1b[", "0m!"], ["red!"]],
    ["tabs and backspaces", ["a\tb\b\bc"], ["a      cb"]],
    ["no line for blanks", ["\n \nx"], ["x"]],
    ["all erased", ["a\nb\x1b[2J\x1b[Hc"], ["c"]],
  ])("has %s", (_what, texts, lines) => expect(written(...texts)).toEqual(lines));

  it("takes anything, keeps its size, and finds the same whatever the pieces", () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom("\x1b[", "\x1b[5A", "\x1b[99B", "\x1b[;H", "\n", "\r", "\x9b2J"),
    );
    fc.assert(
      fc.property(fc.array(piece), fc.integer({ min: -3, max: 9 }), fc.integer({ min: -3, max: 30 }), (texts, h, w) => {
        const window = new LogWindow(h, w);
        for (const text of texts) window.write(text);
        window.resize(4, 12);
        window.write(texts.join(""));
        const lines = window.lines();
        expect(lines.length).toBeLessThanOrEqual(4);
        for (const line of lines) expect([...line].length).toBe(12);
      }),
    );
  });
});
