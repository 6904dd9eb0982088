import { describe, expect, it } from "vitest";
import { IgnoreError, IgnoreMatcher, keepBuildFiles, parseIgnore } from "./dockerignore.ts";

describe("a .dockerignore", () => {
  it("is its patterns, clean", () => {
    const text = [
      "\ufeff# not a pattern",
      "a//b/./c/",
      "/rooted",
      "",
      "  spaces around\t",
      " # no comment",
      "! /kept",
      "!",
      "../up",
      "x\\ y ",
      "/",
      "dos\r",
    ].join("\n");
    expect(parseIgnore(text)).toEqual([
      "a/b/c",
      "rooted",
      "spaces around",
      "# no comment",
      "!kept",
      "!",
      "../up",
      "x\\ y",
      "/",
      "dos",
    ]);
  });

  it("has no line of more than 65,535 bytes", () => {
    expect(parseIgnore("x".repeat(65_535))).toHaveLength(1);
    expect(() => parseIgnore(`a\n${"é".repeat(32_768)}`)).toThrow(IgnoreError);
  });
});

describe("rules", () => {
  const cases: [rules: string, path: string, ignored: boolean][] = [
    ["node_modules", "node_modules/a/b.js", true],
    ["node_modules", "sub/node_modules", false],
    ["**/node_modules", "sub/node_modules/x", true],
    ["*\n!src\n!package.json", "src/deep/file", false],
    ["*\n!src\n!package.json", "package.json", false],
    ["*\n!src\n!package.json", "README.md", true],
    ["docs\n!docs/*.md\ndocs/secret.md", "docs/a.md", false],
    ["docs\n!docs/*.md\ndocs/secret.md", "docs/secret.md", true],
    ["docs\n!docs/*.md\ndocs/secret.md", "docs/a.txt", true],
    ["!docs/a.md\ndocs", "docs/a.md", true],
    // A rule behind an exception does not count anew for a directory that was left out before it.
    ["foo\n!foo/bar\nfoo", "foo/bar", false],
    ["*/temp*", "a/temporary", true],
    ["*/temp*", "a/b/temp", false],
    ["temp?", "tempa", true],
    ["temp?", "temp", false],
    ["secret/", "secret/x", true],
    ["/secret", "secret", true],
    [".", "a", false],
    ["..", "a", false],
    ["a/../b", "b", true],
  ];
  it.each(cases)("%j and %s: %s", (rules, path, ignored) => {
    expect(new IgnoreMatcher(parseIgnore(rules)).ignores(path, false)).toBe(ignored);
  });

  it("answer the same walked from the top and asked at once", () => {
    const patterns = parseIgnore("*\n!a\na/b\n!a/b/**/keep\n");
    const paths = ["a", "a/b", "a/b/c", "a/b/c/keep", "a/x", "z"];
    const walked = new IgnoreMatcher(patterns);
    const first = paths.map((path) => walked.ignores(path, true));
    expect(first).toEqual([false, true, true, false, false, true]);
    expect(paths.map((path) => new IgnoreMatcher(patterns).ignores(path, false))).toEqual(first);
  });

  it("say where exceptions may be", () => {
    const matcher = new IgnoreMatcher(["a", "!a/b/c/**"]);
    expect(["a", "a/b", "a/b/c", "a/x", "b"].map((path) => matcher.mayHoldExceptions(path))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(new IgnoreMatcher(["a", "!**/x"]).mayHoldExceptions("a")).toBe(true);
    expect(new IgnoreMatcher(["a"]).mayHoldExceptions("a")).toBe(false);
  });

  it.each([
    ["!", 'illegal exclusion pattern: "!"'],
    ["[", "syntax error in pattern"],
    ["a[]", "syntax error in pattern"],
    ["a[z-a]", "syntax error in pattern"],
    ["a\\", "syntax error in pattern"],
  ])("%s are refused: %s", (pattern, message) => {
    expect(() => new IgnoreMatcher([pattern])).toThrow(message);
  });

  it("keep what a build can't do without", () => {
    expect(keepBuildFiles(["*"], "Dockerfile")).toEqual(["*", "!.dockerignore", "!Dockerfile"]);
    expect(keepBuildFiles(["*"], undefined)).toEqual(["*", "!.dockerignore"]);
    expect(keepBuildFiles(["a"], "Dockerfile")).toEqual(["a"]);
  });
});
