import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compileLesson, compileTerm } from "./compile.ts";

const sample = readFileSync(join(import.meta.dirname, "testdata", "sample.md"), "utf8");
const compile = (text: string) => compileLesson({ path: "01-first/02-sample", text, files: [] });
const messages = (text: string) => {
  const compiled = compile(text);
  return "errors" in compiled ? compiled.errors.map(({ line, message }) => `${String(line)}: ${message}`) : [];
};
const head = sample.slice(0, sample.indexOf("## What"));
const body = (text: string) => messages(`${head}${text}`);
/** Of the first line of the body. */
const first = head.split("\n").length;

describe("a lesson", () => {
  it("becomes a tree with everything in it", async () => {
    await expect(JSON.stringify(compile(sample), undefined, 2)).toMatchFileSnapshot("testdata/sample.json");
  });

  it("counts its number from its folders", () => {
    const compiled = compile(sample);
    expect("lesson" in compiled && [compiled.lesson.number, compiled.lesson.part.title]).toEqual([
      "1.2",
      "First steps",
    ]);
  });

  it.each([
    ["no front matter", "just text", /^1: a lesson begins with front matter/],
    ["a field that is missing", sample.replace(/minutes: 5\n/, ""), /the front matter has no "minutes": add a line/],
    [
      "a field there is none of",
      sample.replace("minutes: 5", "minutes: 5\nauthor: me"),
      /^5: there is no field "author"/,
    ],
    [
      "a view there is none of",
      sample.replace("view: namespaces", "view: moon"),
      /^7: view: write one of none, layers/,
    ],
    ["YAML that is none", sample.replace("minutes: 5", "minutes: [5"), /the front matter is no YAML/],
  ])("with %s says so", (_what, text, expected) => {
    expect(messages(text).join("\n")).toMatch(expected);
  });

  it.each([
    ["HTML", "<b>x</b>", "HTML is not shown in lessons"],
    ["HTML in a line", "a <b>x</b>", "HTML is not shown in lessons (<b>)"],
    ["an unknown directive", ":::nota\nx\n:::", ":::nota is no directive: there are task, quiz"],
    ["an unknown inline directive", "a :trem[x] b", ":trem is no directive: write :term[namespace]"],
    ["a task without a check", ':::task{id="a" title="A"}\nDo.\n:::', "the task has no check: add a block ```sh check"],
    ["a check outside of a task", "```sh check\ntrue\n```", '```sh check belongs inside :::task{id="…"}'],
    ["an image", "![x](y.png)", "lessons have no images"],
    [
      "a quiz without a right answer",
      ':::quiz{id="q"}\nWhat?\n\n- [ ] a -- b\n- [ ] c -- d\n:::',
      "no answer is right",
    ],
    ["an answer without a reason", ':::quiz{id="q"}\nWhat?\n\n- [x] a\n- [ ] c -- d\n:::', "an answer says why"],
    ["a link to nowhere", "[x](javascript:alert(1))", "leads nowhere"],
    ["a first heading", "# Title", "headings in a lesson are ## and ###"],
    ["two things of one id", "## Same\n\n## Same", "two things are called #same"],
    ["a picture of nothing", '::picture{view="sun"}', 'picture: write view="…"'],
    ["a note that goes on and on", ":::note\nx\n", ":::note is not closed: end it with a line"],
    ["colons that close nothing", "x\n\n:::\n\ny", "a line of colons closes nothing"],
    ["output without its command", "```console verify\nx\n```", "stands right below the ```sh"],
    ["an empty script", ':::task{id="a" title="A"}\nDo.\n```sh check\n```\n:::', "the block ```sh check is empty"],
    ["one column", '::::compare\n:::column{title="a"}\nx\n:::\n::::', "compare needs two columns"],
  ])("with %s says what to write instead, with the line", (_what, text, expected) => {
    const found = body(text);
    expect(found.join("\n")).toContain(expected);
    expect(Number(found[0]?.split(":")[0])).toBeGreaterThanOrEqual(first);
  });

  it("tells all that is wrong at once", () => {
    expect(body("# a\n\n<i>b</i>\n\n:::nota\nx\n:::")).toHaveLength(3);
  });
});

describe("a term", () => {
  it("has a title, a sentence, and text", () => {
    const text =
      "---\ntitle: Image\nshort: A file system and how to start it.\nsee: [layer]\n---\n\nAn image is :term[layer]s.\n";
    expect(compileTerm("image", text)).toEqual({
      term: {
        id: "image",
        title: "Image",
        short: "A file system and how to start it.",
        see: ["layer"],
        blocks: [
          {
            kind: "paragraph",
            content: [
              { kind: "text", text: "An image is " },
              { kind: "term", term: "layer", content: [{ kind: "text", text: "layer" }] },
              { kind: "text", text: "s." },
            ],
          },
        ],
      },
    });
  });
});
