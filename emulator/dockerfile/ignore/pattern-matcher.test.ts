import { describe, expect, it } from "vitest";
import { PatternMatcher, cleanPattern } from "./pattern-matcher.ts";

describe("a pattern", () => {
  const cases: [pattern: string, path: string, matched: boolean][] = [
    ["**", "file", true],
    ["**", "dir/file", true],
    ["**/", "dir/file", true],
    ["**/**", "dir/file", true],
    ["dir/**", "dir/file", true],
    ["dir/**", "dir", false],
    ["dir/**", "dir/a/b/file", true],
    ["**/dir", "dir", true],
    ["**/dir", "a/b/dir", true],
    ["**/dir", "a/bdir", false],
    ["**/dir/*", "dir/file", true],
    ["**/dir2/*", "dir/dir2/dir2/file", true],
    ["**/dir2/**", "dir/dir2/a/file", true],
    ["**file", "dir/xfile", true],
    ["**.md", "docs/x.md", true],
    ["**/*.txt", "file.txt", true],
    ["**/*.txt", "a/b/file.txt", true],
    ["**/file.txt", "dir/file.txt", true],
    ["a**/*.txt", "a/dir/file.txt", true],
    ["a/*.txt", "a/b/file.txt", false],
    ["a[b-d]e", "ace", true],
    ["a[^b-d]e", "ace", false],
    ["a\\*b", "a*b", true],
    ["a\\*b", "axb", false],
    // An escaped letter is what RE2 makes of it: moby builds a regular expression of the pattern.
    ["a\\bc", "abc", false],
    ["a\\dc", "a1c", true],
    ["a\\-c", "a-c", true],
    ["[^a-c]x", "dx", true],
    ["x[[]y", "x[y", true],
    ["[*]a", "[]a", true],
    ["^a*", "ab", true],
    ["a^b*", "a^b", false],
    ["?", "é", true],
    ["a?b", "a/b", false],
    ["*", "a", true],
    ["*", "a/b", true],
    [".*", ".foo", true],
    [".*", "foo", false],
    ["abc.def", "abcdef", false],
    ["abc.def", "abcZdef", false],
    ["a(b)c/def", "a(b)c/def", true],
    ["a.|)$(}+{bc", "a.|)$(}+{bc", true],
    ["dist/*.whl", "dist/proxy.py-2.4.0rc3-py3-none-any.whl", true],
    ["./a", "a", true],
    ["a/", "a/b", true],
    ["a/../b", "b", true],
    ["foo", "foo/bar/baz", true],
  ];
  it.each(cases)("%s and %s: %s", (pattern, path, matched) => {
    expect(new PatternMatcher([pattern]).matches(path)).toBe(matched);
  });

  it.each(["[", "[^", "[]a]", "[-x]", "[x-]", "a\\", "[a-", "[a", "a["])("%s is none", (pattern) => {
    expect(() => new PatternMatcher([pattern])).toThrow("syntax error in pattern");
  });

  it("that is a lone ! is none", () => {
    expect(() => new PatternMatcher(["!"])).toThrow('illegal exclusion pattern: "!"');
  });
});

describe("patterns together", () => {
  const cases: [patterns: string[], path: string, matched: boolean][] = [
    [["*.md", "!README.md"], "README.md", false],
    [["*.md", "!README.md"], "x.md", true],
    [["!README.md", "*.md"], "README.md", true],
    [["docs", "!docs/README.md"], "docs/README.md", false],
    [["docs", "!docs/README.md"], "docs/other.md", true],
    [["docs", "!docs/a", "docs/a/secret*"], "docs/a/secret.txt", true],
    [["*", "!src"], "src/main.c", false],
    [["*", "!src"], "lib/main.c", true],
    [[" # no comment here "], "# no comment here", true],
    [["", "  "], "a", false],
  ];
  it.each(cases)("%j and %s: %s", (patterns, path, matched) => {
    expect(new PatternMatcher(patterns).matches(path)).toBe(matched);
  });

  it("answer for a path in a directory from the directory's answer", () => {
    const matcher = new PatternMatcher(["a/b", "!a/b/keep"]);
    const a = matcher.match("a", []);
    const b = matcher.match("a/b", a.info);
    expect([a.matched, b.matched]).toEqual([false, true]);
    expect(matcher.match("a/b/x", b.info).matched).toBe(true);
    expect(matcher.match("a/b/keep", b.info).matched).toBe(false);
  });

  it("take no longer for being many stars", () => {
    const matcher = new PatternMatcher([`${"**/a*".repeat(40)}/x`]);
    expect(matcher.matches(`${"a".repeat(200)}/${"a/".repeat(400)}y`)).toBe(false);
  });
});

it.each([
  ["a//b/./c/", "a/b/c"],
  ["/a/../..", "/"],
  ["../a", "../a"],
  ["a/..", "."],
  ["", "."],
])("%s is cleaned to %s", (text, cleaned) => {
  expect(cleanPattern(text)).toBe(cleaned);
});
