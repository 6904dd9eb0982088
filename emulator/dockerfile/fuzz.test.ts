import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IgnoreError, IgnoreMatcher, parseIgnore } from "./dockerignore.ts";
import { BadPattern } from "./ignore/match.ts";
import { LoneException } from "./ignore/pattern-matcher.ts";
import { DockerfileError, type Dockerfile, type LineRange } from "./instruction.ts";
import { InstructionError } from "./instruction-error.ts";
import { parseMount } from "./mount.ts";
import { instructionNames } from "./names.ts";
import { parseDockerfile, parseInstruction } from "./parse.ts";
import { WordError, expandHeredoc, expandWithNames } from "./word.ts";

/** Printed by fast-check with whatever fails; the same every time. */
const runs = (numRuns: number) => ({ seed: 20260821, numRuns });

/** What Dockerfiles are made of, and what breaks them. */
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...instructionNames.map((name) => `\n${name} `)) },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      " ",
      "\t",
      "\n",
      "\r\n",
      "\\\n",
      " \\\n",
      "`\n",
      "\\",
      "`",
      '"',
      "'",
      "$x",
      "${x:-",
      "}",
      "${",
      "<<EOF",
      "<<-'E F'",
      "\nEOF\n",
      "\n\tE F\n",
      "[",
      "]",
      '["a", "b"]',
      "[1]",
      ",",
      "=",
      "a=b",
      "--",
      "--from=x",
      "--mount=type=cache,target=/x",
      "--link",
      "# escape=`\n",
      "# syntax=x\n",
      "# check=skip=all\n",
      "\n# comment\n",
      "\ufeff",
      "\u0085",
      "\u00a0",
      "\0",
      "\ud800",
      "é",
      "😀",
      "AS b",
      "NONE",
      "CMD",
    ),
  },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 6 }) },
);
const dockerfile = fc
  .tuple(fc.constantFrom("", "FROM a\n", "# escape=`\nFROM a\n", "\ufeffFROM a\n"), fc.array(piece, { maxLength: 40 }))
  .map(([head, pieces]) => head + pieces.join(""));

/** Undefined where it is refused as it should be. */
function read(text: string): Dockerfile | undefined {
  try {
    return parseDockerfile(text);
  } catch (error) {
    if (!(error instanceof DockerfileError)) throw error;
    expectWithin(error.lines, lineCount(text));
    expect(error.message).not.toBe("");
    return undefined;
  }
}

function lineCount(text: string): number {
  return Math.max(1, text.split("\n").length);
}

function expectWithin({ start, end }: LineRange, count: number): void {
  expect(Number.isInteger(start) && Number.isInteger(end)).toBe(true);
  expect(start).toBeGreaterThanOrEqual(1);
  expect(end).toBeGreaterThanOrEqual(start);
  expect(end).toBeLessThanOrEqual(count);
}

describe("any text", () => {
  it("is a Dockerfile or an error with lines of it", () => {
    let readable = 0;
    fc.assert(
      fc.property(dockerfile, (text) => {
        const parsed = read(text);
        if (parsed === undefined) return;
        readable++;
        const count = lineCount(text);
        let before = 0;
        const all = parsed.stages.flatMap(({ from, instructions }) => [from, ...instructions]);
        for (const { lines } of [...parsed.metaArgs, ...all]) {
          expectWithin(lines, count);
          expect(lines.start).toBeGreaterThan(before);
          before = lines.end;
        }
        for (const { lines } of [...parsed.stages, ...parsed.warnings]) expectWithin(lines, count);
      }),
      runs(20_000),
    );
    expect(readable).toBeGreaterThan(500);
  });

  it("read instruction by instruction gives the same instructions", () => {
    let compared = 0;
    fc.assert(
      fc.property(dockerfile, (text) => {
        const parsed = read(text);
        for (const each of parsed?.stages.flatMap(({ instructions }) => instructions) ?? []) {
          // Where a heredoc begins, its body belongs to the text; a `#` or the escape at an end mean more on a line of
          // their own.
          const { original } = each;
          if (original.includes("<<") || original.startsWith("#") || /[\\`]$/.test(original)) continue;
          if (each.kind === "ONBUILD" || /[\n\r]/.test(original)) continue;
          const again = parseInstruction(original, parsed?.directives);
          expect({ ...again, lines: each.lines, comment: each.comment }).toEqual(each);
          compared++;
        }
      }),
      runs(5_000),
    );
    expect(compared).toBeGreaterThan(200);
  });

  it("is cut anywhere without harm", () => {
    const whole =
      "# syntax=a\n# escape=`\nARG A=1\nFROM a AS b\nRUN --mount=type=cache,target=/x <<-E `\n  b\n\tx\n\tE\n" +
      'COPY --from=b ["a", "b"] /c\nENV A="1 2" `\n# c\n\n B=$A\nHEALTHCHECK --retries=3 CMD x\nONBUILD RUN a\n';
    for (let end = 0; end <= whole.length; end++) {
      read(whole.slice(0, end));
      read(whole.slice(end));
    }
    expect(read(whole)?.stages[0]?.instructions).toHaveLength(5);
  });

  it.each([
    ["blanks", `RUN a${" ".repeat(60_000)}b\n`],
    ["blanks before a continuation", `RUN a \\${" ".repeat(60_000)}b\n`],
    ["a directive of blanks", `# escape=x${" ".repeat(60_000)}y\n`],
    ["quotes", `ENV A=${`"'`.repeat(30_000)}\n`],
    ["escapes", `ENV A=${"\\".repeat(60_001)}\n`],
    ["brackets", `CMD ${"[".repeat(60_000)}\n`],
    ["heredocs", `RUN ${"<<".repeat(30_000)}\n`],
    ["heredocs that all end", `RUN ${"<<A ".repeat(10_000)}\n${"A\n".repeat(10_000)}`],
    ["nested substitutions", `RUN <<A ${"${a:-".repeat(10_000)}\nA\n`],
    ["ONBUILD", `${"ONBUILD ".repeat(8_000)}\n`],
    ["lines", "RUN a\n".repeat(50_000)],
    ["continuations", "RUN a\\\n".repeat(50_000)],
    ["comments", "# a\n".repeat(50_000)],
    ["flags", `COPY ${"--exclude=a ".repeat(5_000)} a b\n`],
  ])("of very many %s ends", (_, text) => {
    read(`FROM a\n${text}`);
    read(text);
  });
});

describe("any word", () => {
  const letter = fc.constantFrom(
    ...["$", "${", "}", "x", "y", ":", "-", "+", "?", "#", "%", "/", "*", "\\", "`", "'", '"', " ", "<", "é", "\n"],
  );
  const word = fc.array(letter, { maxLength: 30 }).map((letters) => letters.join(""));

  it("is expanded, or an error", () => {
    const flags = fc.record({
      escape: fc.constantFrom("\\" as const, "`" as const),
      rawQuotes: fc.boolean(),
      rawEscapes: fc.boolean(),
      skipUnset: fc.boolean(),
    });
    let expanded = 0;
    fc.assert(
      fc.property(word, flags, (text, options) => {
        try {
          const { result, words } = expandWithNames(text, (name) => (name === "x" ? "a*b/c d" : undefined), options);
          expect(words.join("").replace(/\s/g, "").length).toBeLessThanOrEqual(result.replace(/\s/g, "").length);
          expandHeredoc(text, () => "v");
          expanded++;
        } catch (error) {
          expect(error).toBeInstanceOf(WordError);
        }
      }),
      runs(20_000),
    );
    expect(expanded).toBeGreaterThan(2_000);
  });

  it("without anything special is itself", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."abc .:/-_=é") }), (text) => {
        expect(expandWithNames(text, () => "v", { escape: "\\" }).result).toBe(text);
      }),
      runs(500),
    );
  });
});

describe("any mount", () => {
  const part = fc.oneof(
    fc.constantFrom(
      "type=cache",
      "type=secret",
      "target=/x",
      "ro",
      "id=a",
      "size=1m",
      "uid=1",
      '"',
      ",",
      "=",
      "mode=7",
    ),
    fc.string({ maxLength: 5 }),
  );
  it("is one, or an error", () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        try {
          expect(["bind", "cache", "secret"]).toContain(parseMount(parts.join(","), (text) => text).type);
        } catch (error) {
          expect(error).toBeInstanceOf(InstructionError);
        }
      }),
      runs(5_000),
    );
  });
});

describe("any .dockerignore", () => {
  const part = fc.constantFrom(
    "a",
    "b",
    "/",
    "*",
    "**",
    "?",
    "[",
    "]",
    "^",
    "-",
    "\\",
    "!",
    ".",
    "..",
    " ",
    "#",
    "\n",
    "é",
  );
  const text = fc.array(part, { maxLength: 20 }).map((parts) => parts.join(""));
  const path = fc
    .array(fc.constantFrom("a", "b", "ab", "é", "."), { minLength: 1, maxLength: 5 })
    .map((p) => p.join("/"));

  it("matches, or is an error", () => {
    let matched = 0;
    fc.assert(
      fc.property(text, path, (rules, file) => {
        try {
          const matcher = new IgnoreMatcher(parseIgnore(rules));
          const ignored = matcher.ignores(file, false);
          expect(matcher.ignores(file, false)).toBe(ignored);
          if (ignored) matched++;
        } catch (error) {
          expect(error instanceof IgnoreError || error instanceof BadPattern || error instanceof LoneException).toBe(
            true,
          );
        }
      }),
      runs(20_000),
    );
    expect(matched).toBeGreaterThan(200);
  });

  it.each(["*a", "**/a", "?*", "[ab]*", "**", "*/"])("of %s very often ends", (pattern) => {
    const matcher = new IgnoreMatcher([`${pattern.repeat(500)}x`]);
    expect(matcher.ignores(`${"a".repeat(255)}/${"a/".repeat(100)}y`, false)).toBe(false);
  });
});
