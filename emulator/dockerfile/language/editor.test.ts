import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hover } from "./hover.ts";
import { folds, outline } from "./outline.ts";
import { scan } from "./scan.ts";
import { wordAt } from "./word-at.ts";
import { format } from "./format.ts";

function hoverAt(marked: string) {
  const before = marked.slice(0, marked.indexOf("|")).split("\n");
  return hover(marked.replace("|", ""), { line: before.length, column: (before.at(-1) ?? "").length + 1 });
}

describe("hover", () => {
  it.each<[marked: string, title: string | undefined]>([
    ["FR|OM x", "FROM image [AS name]"],
    ["from x\nr|un ls", "RUN command"],
    ["FROM --plat|form=a x", "--platform=platform"],
    ["FROM x\nCOPY --fr|om=y a b", "--from=stage|image|number"],
    ["FROM x AS y\nFROM z\nCOPY --from=|y a b", "stage y"],
    ["FROM x AS y\nFROM z\nCOPY --from=0| a b", "stage y"],
    ["FROM x AS y\nFROM |y", "stage y"],
    ["FROM scr|atch", "scratch"],
    ["FROM x A|S y", "AS name"],
    ["FROM x\nRUN --mount=type=ca|che,target=/x ls", "type=cache"],
    ["FROM x\nRUN --mount=type=cache,tar|get=/x ls", "target"],
    ["# syn|tax=docker/dockerfile:1\nFROM x", "# syntax=image"],
    ["FROM x\nARG VER=2\nRUN echo $V|ER", "$VER"],
    ["FROM x\nARG VER=2\nRUN echo ${V|ER}", "$VER"],
    ["FROM --platform=$BUILD|PLATFORM x", "$BUILDPLATFORM"],
    ["FROM x\nONBUILD CO|PY a b", "COPY source… destination"],
    ["FROM x\nRUN a \\\n  && ech|o", undefined],
    ["FROM x\n# RU|N a", undefined],
    ["FROM x\nRUN <<E\nRU|N\nE", undefined],
    ["FROM x\nFO|O a", undefined],
    ["FROM x\n|", undefined],
  ])("%j is %s", (marked, title) => {
    expect(hoverAt(marked)?.title).toBe(title);
  });

  it("names the value and the line of a variable", () => {
    expect(hoverAt("FROM x\nENV A=1\nARG A=2\nRUN $|A")).toMatchObject({ body: "ARG on line 3.", example: "ARG A=2" });
  });
});

describe("outline and folds", () => {
  const text = "# one\n# two\nARG V\nFROM a AS b\nRUN x \\\n  y\n\nFROM c\nCOPY <<E /x\nhi\nE\nFOO bar";

  it("puts instructions under their stage", () => {
    expect(
      outline(text).map(({ name, lines, children }) => [name, lines.end, children.map((each) => each.name)]),
    ).toEqual([
      ["ARG V", 3, []],
      ["FROM a AS b", 6, ["RUN x y"]],
      ["FROM c", 12, ["COPY <<E /x", "FOO bar"]],
    ]);
  });

  it("folds stages, long instructions, heredocs and comments", () => {
    expect(folds(text).map(({ start, end }) => `${start}-${end}`)).toEqual(["1-2", "4-6", "5-6", "8-12", "9-11"]);
  });
});

describe("wordAt", () => {
  it.each<[column: number, word: string | undefined]>([
    [1, "COPY"],
    [5, "COPY"],
    [6, "src/a.js"],
    [16, undefined],
  ])("at %i", (column, word) => {
    expect(wordAt("COPY src/a.js   x", { line: 1, column })?.text).toBe(word);
  });
});

describe("a text in any state", () => {
  it("never throws, and every line is in one item at most", () => {
    const piece = fc.constantFrom(
      "FROM a",
      "run ",
      "\n",
      "\\\n",
      "<<E",
      "\nE\n",
      "#",
      " ",
      "\t",
      "'",
      '"',
      "$",
      "${",
      "ONBUILD ",
      "\r\n",
      "`",
      "# escape=`\n",
      "\ufeff",
      "--x=",
      "\0",
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join("");
        let last = 0;
        for (const { lines } of scan(text).items) {
          expect(lines.start).toBeGreaterThan(last);
          expect(lines.end).toBeGreaterThanOrEqual(lines.start);
          last = lines.end;
        }
        expect(last).toBeLessThanOrEqual(text.split("\n").length);
        outline(text);
        folds(text);
        const once = format(text);
        expect(format(once)).toBe(once);
        text.split("\n").forEach((line, index) => {
          for (let column = 1; column <= line.length + 1; column += 3) hover(text, { line: index + 1, column });
        });
      }),
      { numRuns: 500 },
    );
  });
});
