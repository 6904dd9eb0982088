import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DockerfileError, type Instruction } from "./instruction.ts";
import { classicMessageOf, messageOf } from "./message.ts";
import { parseDockerfile, parseInstruction } from "./parse.ts";

const testdata = join(import.meta.dirname, "testdata");
const read = (name: string) => readFileSync(join(testdata, name), "utf8");

function failure(text: string): DockerfileError {
  try {
    parseDockerfile(text);
  } catch (error) {
    if (error instanceof DockerfileError) return error;
    throw error;
  }
  throw new Error(`parsed: ${text}`);
}

/** The last instruction of a stage with nothing else in it. */
function one(line: string): Instruction {
  const instruction = parseDockerfile(`FROM scratch\n${line}\n`).stages[0]?.instructions.at(-1);
  if (instruction === undefined) throw new Error("no instruction");
  return instruction;
}

describe("a Dockerfile", () => {
  const names = readdirSync(testdata).filter((name) => name.endsWith(".Dockerfile"));

  it("of every kind is there", () => {
    expect(names.length).toBeGreaterThanOrEqual(25);
  });

  it.each(names)("%s says what its instructions are", (name) => {
    const expected: unknown = JSON.parse(read(name.replace(/Dockerfile$/, "json")));
    expect(JSON.parse(JSON.stringify(parseDockerfile(read(name))))).toEqual(expected);
  });

  it.each(names)("%s has lines that hold its instructions", (name) => {
    const text = read(name);
    const lines = text.split("\n");
    const { metaArgs, stages } = parseDockerfile(text);
    let end = 0;
    for (const each of [...metaArgs, ...stages.flatMap(({ from, instructions }) => [from, ...instructions])]) {
      expect(each.lines.start).toBeGreaterThan(end);
      end = each.lines.end;
      const first = lines[each.lines.start - 1]?.replace(/^\ufeff/, "").trim() ?? "";
      expect(first.toUpperCase().startsWith(each.kind)).toBe(true);
    }
    expect(end).toBeLessThanOrEqual(lines.length);
  });

  it.each(names)("%s says the same when its logical lines are read again", (name) => {
    const { directives, stages } = parseDockerfile(read(name));
    for (const each of stages.flatMap(({ instructions }) => instructions)) {
      if (/<</.test(each.original)) continue;
      const again = parseInstruction(each.original, directives);
      expect({ ...again, lines: each.lines, comment: each.comment }).toEqual(each);
    }
  });
});

describe("what cannot be read", () => {
  const rows = JSON.parse(read("errors.json")) as [text: string, message: string, start: number, end: number][];

  it.each(rows)("%j: %s", (text, message, start, end) => {
    const error = failure(text);
    expect(messageOf(error)).toBe(message);
    expect(error.lines).toEqual({ start, end });
  });

  it("is a line of more than 65,535 bytes", () => {
    const fits = `RUN ${"é".repeat((65_535 - 5) / 2)}x`;
    expect(one(fits).original).toBe(fits);
    const error = failure(`FROM a\nRUN x\n${fits}y\nRUN z\n`);
    expect(messageOf(error)).toBe("dockerfile line greater than max allowed size of 65535");
    expect(error.lines).toEqual({ start: 3, end: 3 });
  });

  it("is told in the classic builder's words", () => {
    const classic = (text: string) => classicMessageOf(failure(text));
    expect(classic("FROM a\nCOPY --bogus x y\n")).toBe("dockerfile parse error on line 2: unknown flag: bogus");
    expect(classic("FROM a\nCOPY --link=x x y\n")).toBe(
      "dockerfile parse error on line 2: expecting boolean value for flag link, not: x",
    );
    expect(classic("")).toBe("the Dockerfile (Dockerfile) cannot be empty");
    expect(classic("FROM a\nENV b\n")).toBe("failed to parse Dockerfile: ENV must have two arguments");
    expect(classic("RUN a")).toBe("no build stage in current context");
  });

  it("names what was meant on its own", () => {
    const error = failure("FORM a");
    expect([error.message, error.suggestion]).toEqual(["unknown instruction: FORM", "FROM"]);
  });
});

describe("a stage", () => {
  it("goes on to the comment of the next", () => {
    const { stages } = parseDockerfile("FROM a AS one\nRUN x\n\n# two\n# is next\nFROM b\n\n");
    expect(stages.map(({ lines }) => lines)).toEqual([
      { start: 1, end: 3 },
      { start: 6, end: 7 },
    ]);
    expect(stages[1]?.from.comment).toEqual(["two", "is next"]);
  });

  it("has a name in lower case", () => {
    const from = parseDockerfile("FROM a As Base").stages[0]?.from;
    expect([from?.name, from?.nameAsWritten, from?.asKeyword]).toEqual(["base", "Base", "As"]);
  });
});

describe("a line", () => {
  it.each([
    ["RUN a \\\n  b", "RUN a   b", 2, 3],
    ["RUN a \\  \n b", "RUN a  b", 2, 3],
    ["RUN a \\\n# c\n\n b", "RUN a  b", 2, 5],
    ["RUN a \\", "RUN a", 2, 2],
    ["RUN a \\\\", "RUN a \\\\", 2, 2],
    ["\\\nRUN a", "RUN a", 2, 3],
    ["  RUN a", "RUN a", 2, 2],
    ["RUN a\\\n\\\nb", "RUN ab", 2, 4],
  ])("%j is %j", (text, original, start, end) => {
    const run = one(text);
    expect([run.original, run.lines]).toEqual([original, { start, end }]);
  });

  it("that is empty in a continuation is a warning", () => {
    expect(parseDockerfile("FROM a\nRUN a \\\n\n b\n").warnings).toEqual([
      { rule: "NoEmptyContinuation", lines: { start: 4, end: 4 } },
    ]);
    expect(parseDockerfile("FROM a\nRUN a \\\n# c\n b\n").warnings).toEqual([]);
  });

  it("of a comment belongs to the instruction below, an empty one starts anew", () => {
    expect(one("# a\n#\n# b\n\n#c\nRUN x").comment).toEqual(["b", "c"]);
  });
});

describe("directives", () => {
  const of = (text: string) => parseDockerfile(`${text}\nFROM a\n`).directives;

  it.each([
    ["# escape=`", "`"],
    ["#ESCAPE = `  ", "`"],
    ["# unknown=x\n# escape=`", "\\"],
    ["# comment\n# escape=`", "\\"],
    ["\n# escape=`", "\\"],
    ["# syntax=x\n# escape=`", "`"],
  ])("%j: escape %s", (text, escape) => {
    expect(of(text).escape).toBe(escape);
  });

  it("say their line", () => {
    expect(of("#!/bin/x\n# syntax=docker/dockerfile:1 and more\n# check = error=true skip=A")).toEqual({
      escape: "\\",
      syntax: { value: "docker/dockerfile:1", line: 2 },
      check: { skip: [], error: true, experimental: [], line: 3 },
    });
    expect(of("# check=skip=A,B;error=1;experimental=all").check).toEqual({
      skip: ["A", "B"],
      error: true,
      experimental: "all",
      line: 1,
    });
  });
});

describe("heredocs", () => {
  it("of COPY are files, with their own lines", () => {
    expect(one("COPY <<A <<-'B' x /d/\n1\nA\n\t2\n\tB")).toMatchObject({
      lines: { start: 2, end: 6 },
      sources: {
        paths: ["x"],
        destination: "/d/",
        inline: [
          { name: "A", content: "1\n", expand: true, chomp: false, lines: { start: 3, end: 3 } },
          { name: "B", content: "2\n", expand: false, chomp: true, lines: { start: 5, end: 5 } },
        ],
      },
    });
  });

  it("that are empty end before they start", () => {
    expect(one("COPY <<A /x\nA")).toMatchObject({
      sources: { inline: [{ content: "", lines: { start: 3, end: 2 } }] },
    });
  });

  it.each([
    'RUN ["cat", "<<EOF"]',
    "RUN echo '<<EOF'",
    "RUN echo \\<\\<EOF",
    "CMD cat <<EOF",
    "RUN cat <<<EOF",
    "RUN a << b<c",
  ])("are not in %s", (line) => {
    expect(one(line).lines).toEqual({ start: 2, end: 2 });
  });

  it("keep comments, continuations and line ends of their body", () => {
    expect(one("RUN <<E\n# c\na \\\r\n\nE")).toMatchObject({ inline: [{ content: "# c\na \\\r\n\n" }] });
  });

  it("go with the trigger of ONBUILD, and are read from it again", () => {
    const onbuild = one("ONBUILD COPY <<A <<B /x/\n1\nA\n2\nB");
    if (onbuild.kind !== "ONBUILD") throw new Error(onbuild.kind);
    expect(onbuild.expression).toBe("COPY <<A <<B /x/\n1\nA\n2\nB");
    expect(parseInstruction(onbuild.expression)).toMatchObject({
      kind: "COPY",
      sources: { inline: [{ content: "1\n" }, { content: "2\n" }] },
    });
  });
});

describe("a single instruction", () => {
  it("is read with the escape it is given", () => {
    expect(parseInstruction("ENV A=`$B", { escape: "`" })).toMatchObject({ entries: [{ key: "A", value: "`$B" }] });
  });

  it.each([
    ["RUN a\nRUN b", "onbuild trigger should be a single expression"],
    ["FROM a", "*instructions.Stage is not a command type"],
    ["", "file with no instructions"],
    ["ENV", "dockerfile parse error on line 1: ENV requires at least one argument"],
  ])("%j is none: %s", (text, message) => {
    let told = "";
    try {
      parseInstruction(text);
    } catch (error) {
      told = error instanceof DockerfileError ? messageOf(error) : String(error);
    }
    expect(told).toBe(message);
  });
});
