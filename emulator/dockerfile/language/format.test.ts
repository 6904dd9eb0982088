import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DockerfileError, type Dockerfile, type Instruction } from "../instruction.ts";
import { parseDockerfile } from "../parse.ts";
import { format } from "./format.ts";

describe("format", () => {
  it.each<[name: string, text: string, expected: string]>([
    ["keywords", "from x as y\nrun ls\n", "FROM x AS y\nRUN ls\n"],
    ["blanks between words", "FROM   x   AS\ty\nCOPY  --from=y   a\tb   /c", "FROM x AS y\nCOPY --from=y a b /c"],
    ["blanks of a shell line", 'FROM x\nRUN   echo  "a   b"', 'FROM x\nRUN echo  "a   b"'],
    ["a line that goes on", "FROM x\nRUN a   \\\n  && b\\\n  && c", "FROM x\nRUN a \\\n    && b\\\n    && c"],
    [
      "lines one below the other",
      "FROM x\nRUN if a; then \\\n  b; \\\n    c; \\\n  fi",
      "FROM x\nRUN if a; then \\\n    b; \\\n      c; \\\n    fi",
    ],
    ["a line behind a tab", "FROM x\nRUN a \\\n\tb", "FROM x\nRUN a \\\n    b"],
    ["a value over two lines", "FROM x\nUSER  a \\\n  b", "FROM x\nUSER a \\\n  b"],
    ["a word over two lines", "FROM x\nRUN ec\\\nho a", "FROM x\nRUN ec\\\nho a"],
    ["quotes over two lines", "FROM x\nRUN echo 'a \\\n  b'", "FROM x\nRUN echo 'a \\\n  b'"],
    ["nested quotes", 'FROM x\nRUN echo "$(a "b \\\n  c")"', 'FROM x\nRUN echo "$(a "b \\\n  c")"'],
    ["JSON", 'FROM x\ncmd   [ "a",  "b" ]', 'FROM x\nCMD [ "a",  "b" ]'],
    ["a heredoc", "FROM x\nrun  <<E  cat\n  a   b\nE\n", "FROM x\nRUN <<E  cat\n  a   b\nE\n"],
    ["comments", "FROM x\n   #  a   b\nRUN a \\\n # c\n b", "FROM x\n   #  a   b\nRUN a \\\n # c\n    b"],
    ["ENV without =", "FROM x\nENV  a   b   c", "FROM x\nENV a b   c"],
    ["ENV with =", 'FROM x\nENV  a=1   b="2  3"', 'FROM x\nENV a=1 b="2  3"'],
    ["empty lines", "FROM x\n\n\n\nRUN a\n\n\n", "FROM x\n\nRUN a\n\n"],
    ["no line end", "FROM x", "FROM x"],
    ["lines of Windows", "from x\r\nrun  a \\\r\n b\r\n", "FROM x\r\nRUN a \\\r\n    b\r\n"],
    ["no directive is made", "\n\n\n# escape=`\nFROM x\n", "\n# escape=`\nFROM x\n"],
    ["what is no instruction", "from x\nfoo   bar", "FROM x\nfoo   bar"],
    ["ONBUILD", "FROM x\nonbuild   run  a", "FROM x\nONBUILD run  a"],
    ["a line that somebody writes", "FROM x\nrun a \\", "FROM x\nRUN a \\"],
  ])("%s", (_, text, expected) => {
    expect(format(text)).toBe(expected);
  });

  const blanks = fc.constantFrom(" ", "  ", "\t", " \\\n", " \\\n  ", "\\\n   ", " \\\n# c\n\t", " \\\n  # c\n      ");
  const word = fc.constantFrom(
    "a",
    "b=1",
    "'c  d'",
    '"e \\\n f"',
    "g\\ h",
    "&&",
    "i\\\nj",
    "$k",
    "x.txt",
    '"$(a "b")"',
    "it\\'s",
    "[",
    "--l",
  );
  const keyword = fc.constantFrom(
    "RUN",
    "run",
    "Copy",
    "ENV",
    "LABEL",
    "arg",
    "WORKDIR",
    "EXPOSE",
    "CMD",
    "ADD",
    "USER",
    "VOLUME",
    "HEALTHCHECK CMD",
    "ONBUILD RUN",
    "entrypoint",
  );
  const instruction = fc
    .tuple(fc.constantFrom("", "  "), keyword, fc.array(fc.tuple(blanks, word), { maxLength: 5 }))
    .map(([indent, name, words]) => indent + name + words.map(([blank, text]) => blank + text).join(""));
  const line = fc.oneof(
    { weight: 6, arbitrary: instruction },
    fc.constantFrom(
      "",
      "",
      "# comment",
      "  # check=skip=all",
      "RUN <<E\n  x \\\n   y\nE",
      'CMD  ["a",   "b"]',
      "FROM a  as   b",
    ),
  );
  const dockerfile = fc.array(line).map((lines) => `from  x\n${lines.join("\n")}\n`);

  it("twice is as once", () => {
    fc.assert(
      fc.property(dockerfile, (text) => {
        const once = format(text);
        expect(format(once)).toBe(once);
      }),
      { numRuns: 500 },
    );
  });

  it("means the same", () => {
    let parsed = 0;
    fc.assert(
      fc.property(dockerfile, (text) => {
        const before = read(text);
        if (before !== undefined) parsed++;
        expect(read(format(text))).toEqual(before);
      }),
      { numRuns: 1500 },
    );
    expect(parsed).toBeGreaterThan(100);
  });
});

/** What a Dockerfile says: without lines and the text as written, lines for the shell as a shell splits them. */
function read(text: string): unknown {
  let dockerfile: Dockerfile;
  try {
    dockerfile = parseDockerfile(text);
  } catch (error) {
    if (error instanceof DockerfileError) return undefined;
    throw error;
  }
  return {
    escape: dockerfile.directives.escape,
    stages: dockerfile.stages.map(({ from, instructions }) => [
      { base: from.base, name: from.name, platform: from.platform, comment: from.comment },
      instructions.map(bare),
    ]),
  };
}

function bare(instruction: Instruction): unknown {
  const { lines, original, ...rest } = instruction;
  expect(lines.start).toBeGreaterThan(0);
  expect(original).not.toBe("");
  const inline = "inline" in rest ? rest.inline.map((file) => ({ ...file, lines: undefined })) : undefined;
  if (rest.kind === "RUN" || rest.kind === "CMD" || rest.kind === "ENTRYPOINT")
    return {
      ...rest,
      inline,
      command: { ...rest.command, words: rest.command.shell ? rest.command.words.map(shellWords) : rest.command.words },
    };
  if (rest.kind === "HEALTHCHECK") return { ...rest, test: rest.test.map(shellWords) };
  if (rest.kind === "COPY" || rest.kind === "ADD")
    return {
      ...rest,
      sources: { ...rest.sources, inline: rest.sources.inline.map((file) => ({ ...file, lines: undefined })) },
    };
  return rest;
}

/** A line with its unquoted blanks down to one. */
function shellWords(line: string): string {
  let out = "";
  let open: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (character === "\\" && open !== "'") out += character + line.charAt(++at);
    else if (open === undefined && /\s/.test(character)) out += /\s$/.test(out) ? "" : " ";
    else {
      if (character === open) open = undefined;
      else if (open === undefined && (character === "'" || character === '"')) open = character;
      out += character;
    }
  }
  return out.trim();
}
