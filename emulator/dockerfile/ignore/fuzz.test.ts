import fc from "fast-check";
import { expect, it } from "vitest";
import { BadPattern, matches, parsePattern } from "./match.ts";
import { PatternMatcher } from "./pattern-matcher.ts";
import { readIgnoreFile } from "./read-ignore-file.ts";

const pattern = fc.string({
  unit: fc.constantFrom("a", "b", "/", "*", "?", "[", "]", "^", "-", "!", "\\", ".", " "),
  maxLength: 12,
});
const path = fc.string({ unit: fc.constantFrom("a", "b", "/", "."), minLength: 1, maxLength: 10 });

it("any text is a pattern or an error", () => {
  fc.assert(
    fc.property(pattern, path, (text, at) => {
      try {
        expect(typeof matches(parsePattern(text), at)).toBe("boolean");
      } catch (error) {
        expect(error).toBeInstanceOf(BadPattern);
      }
    }),
    { numRuns: 2000 },
  );
});

it("any ignore file is a matcher or an error, and answers the same walking down as at once", () => {
  fc.assert(
    fc.property(
      fc.array(pattern, { maxLength: 5 }),
      fc.array(fc.constantFrom("a", "b", "ab", ".a"), { minLength: 1, maxLength: 4 }),
      (lines, parts) => {
        let matcher: PatternMatcher;
        try {
          matcher = new PatternMatcher(readIgnoreFile(new TextEncoder().encode(lines.join("\n"))));
        } catch (error) {
          expect((error as Error).message).toMatch(/^(syntax error in pattern|illegal exclusion pattern: "!")$/);
          return;
        }
        let answer: ReturnType<PatternMatcher["match"]> = { matched: false, info: [] };
        parts.forEach((_part, i) => {
          answer = matcher.match(parts.slice(0, i + 1).join("/"), answer.info);
        });
        const atOnce = matcher.matches(parts.join("/"));
        // An exception of a directory that was not left out itself is not looked at again for what is in it.
        if (!matcher.hasExclusions) expect(answer.matched).toBe(atOnce);
      },
    ),
    { numRuns: 2000 },
  );
});

/** A pattern as a regular expression, as far as Go's rules for `*`, `?` and letters go. */
it("wildcards match what the same regular expression does", () => {
  const simple = fc.string({ unit: fc.constantFrom("a", "b", "/", "*", "?"), maxLength: 8 });
  fc.assert(
    fc.property(simple, path, (text, at) => {
      const source = text.replaceAll(".", "\\.").replaceAll("*", "[^/]*").replaceAll("?", "[^/]");
      expect(matches(parsePattern(text), at)).toBe(new RegExp(`^${source}$`).test(at));
    }),
    { numRuns: 2000 },
  );
});
