import { describe, expect, it } from "vitest";
import { asText, contentOf } from "./content.ts";
import { diffText, textDiff } from "./text-diff.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("contentOf", () => {
  it("is text, line by line", () => {
    expect(contentOf(bytes("a\nb\n"), 4)).toEqual({ kind: "text", lines: ["a", "b"], left: 0 });
  });

  it("says how much is left", () => {
    expect(contentOf(bytes("abc"), 10)).toEqual({ kind: "text", lines: ["abc"], left: 7 });
    const long = contentOf(bytes("x\n".repeat(6000)), 12_000);
    expect(long).toMatchObject({ kind: "text", left: 2000 });
  });

  it("shows binary as hex", () => {
    const content = contentOf(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 1), 6);
    expect(content).toEqual({
      kind: "binary",
      rows: [{ offset: "00000000", hex: "7f 45 4c 46 00 01", text: ".ELF.." }],
      left: 0,
    });
  });

  it("takes what is no UTF-8 for binary, but not a character torn at the cut", () => {
    expect(asText(Uint8Array.of(0x61, 0xff, 0x62), false)).toBeUndefined();
    expect(asText(bytes("aé").subarray(0, 2), true)).toBe("a");
    expect(asText(bytes("a€b").subarray(0, 3), true)).toBe("a");
    expect(asText(bytes("aé").subarray(0, 2), false)).toBeUndefined();
  });

  it("cuts a line that nobody can read", () => {
    const content = contentOf(bytes("y".repeat(5000)), 5000);
    expect(content.kind === "text" && content.lines[0]?.length).toBe(2001);
  });
});

describe("textDiff", () => {
  it("numbers lines on both sides and skips what is equal", () => {
    const before = Array.from({ length: 10 }, (_, i) => `line ${i + 1}\n`).join("");
    const diff = textDiff(before, before.replace("line 8", "changed"));
    expect(diff).toMatchObject({ added: 1, removed: 1 });
    expect(diff?.lines.map(({ kind, before: b, after: a }) => [kind, b, a])).toEqual([
      ["skipped", undefined, undefined],
      ["same", 5, 5],
      ["same", 6, 6],
      ["same", 7, 7],
      ["removed", 8, undefined],
      ["added", undefined, 8],
      ["same", 9, 9],
      ["same", 10, 10],
    ]);
    expect(diff && diffText(diff)).toContain("-line 8\n+changed\n");
  });

  it("keeps the mark of a missing newline out of the numbers", () => {
    expect(textDiff("a\n", "a")?.lines.map(({ text }) => text)).toEqual(["a", "a", "\\ No newline at end of file"]);
  });

  it("finds nothing between equals", () => {
    expect(textDiff("a\nb\n", "a\nb\n")).toEqual({ lines: [], added: 0, removed: 0 });
  });

  it("gives up on what has nothing in common", () => {
    const lines = (start: number) => Array.from({ length: 5000 }, (_, i) => `${start + i}\n`).join("");
    expect(textDiff(lines(0), lines(1_000_000))).toBeUndefined();
  });
});
