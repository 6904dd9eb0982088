import { describe, expect, it } from "vitest";
import { WordError, expandHeredoc, expandWithNames, expandWord, expandWords, type WordOptions } from "./word.ts";

const values: Readonly<Record<string, string>> = {
  X: "value",
  E: "",
  SP: " a  b ",
  F: "/usr/lib/app.tar.gz",
  STAR: "*",
  L: "one\ntwo",
};
const lookup = (name: string) => (Object.hasOwn(values, name) ? values[name] : undefined);
const plain: WordOptions = { escape: "\\" };

function outcome(word: string, options = plain): string {
  try {
    return expandWord(word, lookup, options);
  } catch (error) {
    if (error instanceof WordError) return `error: ${error.message}`;
    throw error;
  }
}

describe("a word", () => {
  it.each([
    ["a$X.b", "avalue.b"],
    ["${X}_$X_", "value_"],
    ["'$X' \"$X\" \\$X", "$X value $X"],
    ["a\\", "a"],
    ["$", "$"],
    ["$.", "$."],
    ["$1x$@y", "xy"],
    ["${U-w}${U:-w}${E-w}${E:-w}", "www"],
    ["${U+w}${X+w}${E+w}${E:+w}", "ww"],
    ["${X?m}${E?m}", "value"],
    ['${U:-${V:-"$X z"}}', "value z"],
    ["${U:-a\\}b}", "a}b"],
    ["${F#*/}", "usr/lib/app.tar.gz"],
    ["${F##*/}", "app.tar.gz"],
    ["${F%.*}", "/usr/lib/app.tar"],
    ["${F%%.*}", "/usr/lib/app"],
    ["${F%%x*}", "/usr/lib/app.tar.gz"],
    ["${F#/???/}", "lib/app.tar.gz"],
    ["${F/a*r/-}", "/usr/lib/-.gz"],
    ["${F//\\//:}", ":usr:lib:app.tar.gz"],
    ["${F//p/<$0>}", "/usr/lib/a<><>.tar.gz"],
    ["${X//?/[\\$0]}", "[\\v][\\a][\\l][\\u][\\e]"],
    ["${X///-}", "-v-a-l-u-e-"],
    ["${X/$STAR/z}", "z"],
    ["${L#*}|${L##*}", "one\ntwo|\ntwo"],
    ["<<EOF < <", "<<EOF < <"],
    ["\ufeffa", "a"],
  ])("%j is %j", (word, expected) => {
    expect(outcome(word)).toBe(expected);
  });

  it.each([
    ["${x", 'failed to process "${x": unsupported modifier (\ufffd) in substitution'],
    ['"${x"', 'failed to process "\\"${x\\"": unsupported modifier (") in substitution'],
    ["${", "failed to process \"${\": syntax error: missing '}'"],
    ["${x:-a", "failed to process \"${x:-a\": syntax error: missing '}'"],
    ["${x/a", "failed to process \"${x/a\": syntax error: missing '/' in ${}"],
    ["${x/a/b", "failed to process \"${x/a/b\": syntax error: missing '}'"],
    ["${}", 'failed to process "${}": syntax error: bad substitution'],
    ["${:-x}", 'failed to process "${:-x}": syntax error: bad substitution'],
    ["${X:=b}", 'failed to process "${X:=b}": unsupported modifier (:=) in substitution'],
    ["${X:#b}", 'failed to process "${X:#b}": unsupported modifier (:#) in substitution'],
    ["${X^}", 'failed to process "${X^}": unsupported modifier (^) in substitution'],
    ["${U?}", 'failed to process "${U?}": U: is not allowed to be unset'],
    ["${E:?}", 'failed to process "${E:?}": E: is not allowed to be empty'],
    ["${U:?no $X}", 'failed to process "${U:?no $X}": U: no value'],
    ["${X#\\a}", "failed to process \"${X#\\\\a}\": invalid pattern (\\a) in substitution: invalid escape '\\a'"],
    ["'a", 'failed to process "\'a": unexpected end of statement while looking for matching single-quote'],
    ['"a', 'failed to process "\\"a": unexpected end of statement while looking for matching double-quote'],
  ])("%j is refused: %s", (word, message) => {
    expect(outcome(word)).toBe(`error: ${message}`);
  });

  it("keeps what it is told to keep", () => {
    expect(outcome('\'a\' "$X\\"" \\b', { ...plain, rawQuotes: true })).toBe('\'a\' "value"" b');
    expect(outcome("a\\b", { ...plain, rawEscapes: true })).toBe("a\\b");
    expect(outcome("$U ${U} ${U:-${V}} ${U%x} ${U/a/b}$X", { ...plain, skipUnset: true })).toBe(
      "$U ${U} ${U:-${V}} ${U%x} ${U/a/b}value",
    );
  });

  it("is escaped with `, where the Dockerfile says so", () => {
    expect(outcome("`$X C:\\$X", { escape: "`" })).toBe("$X C:\\value");
  });

  it("tells which variables it asked for", () => {
    const { used, unmatched } = expandWithNames("$X ${U:-$E}${V+$W}", lookup, plain);
    expect([[...used].sort(), [...unmatched].sort()]).toEqual([
      ["E", "X"],
      ["U", "V", "W"],
    ]);
  });
});

describe("words", () => {
  it.each([
    ["a b\tc", ["a", "b", "c"]],
    ["x$SP", ["x", "a", "b"]],
    ['x"$SP"y', ["x a  b y"]],
    ["'a b' c\\ d", ["a b", "c d"]],
    ["'' \"\"", []],
    // The buffer of the word is one for all levels, as in BuildKit.
    ["80${U:-81}", ["81"]],
    ["${U:-80}/tcp", ["80/tcp"]],
  ])("of %j are %j", (word, expected) => {
    expect(expandWords(word, lookup, plain)).toEqual(expected);
  });
});

describe("a heredoc's body", () => {
  it("has variables and escapes, but no quotes", () => {
    expect(expandHeredoc("'$X' \"${U:-it's}\"\n\\$X\n", lookup).result).toBe("'value' \"it's\"\n$X\n");
  });
});

describe("a hostile word", () => {
  it("is not nested without end", () => {
    expect(outcome("${U:-".repeat(5000))).toMatch(/nested too deeply/);
  });

  it("does not grow without end", () => {
    const long = "x".repeat(1_000_000);
    expect(() => expandWord("$a".repeat(10), () => long, plain)).toThrow("the expanded word is too long");
    expect(() => expandWord("${a//x/yyyyyyyy}", () => long, plain)).toThrow(WordError);
  });

  it("does not match without end", () => {
    const long = "a".repeat(60_000);
    expect(() => expandWord(`\${a##${"*a".repeat(20_000)}b}`, () => long, plain)).toThrow(
      "pattern in substitution takes too long to match",
    );
  });
});
