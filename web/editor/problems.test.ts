import { describe, expect, it } from "vitest";
import { applyEdits } from "../../emulator/dockerfile/language/position.ts";
import { problemsOf } from "./problems.ts";
import { templates } from "./templates.ts";

describe("problems", () => {
  it("points at the word that cannot be read, and mends it", () => {
    const text = "FROM busybox:1.35\nWROKDIR /app\n";
    const [problem, ...others] = problemsOf(text);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      severity: "error",
      message: "unknown instruction: WROKDIR (did you mean WORKDIR?)",
      rule: undefined,
      range: { start: { line: 2, column: 1 }, end: { line: 2, column: 8 } },
    });
    expect(applyEdits(text, problem?.fixes[0]?.edits ?? [])).toBe("FROM busybox:1.35\nWORKDIR /app\n");
  });

  it("mends a flag where it stands", () => {
    const text = "FROM busybox:1.35\nCOPY --form=x a b\n";
    const [problem] = problemsOf(text);
    expect(applyEdits(text, problem?.fixes[0]?.edits ?? [])).toBe("FROM busybox:1.35\nCOPY --from=x a b\n");
  });

  it("come in the order of the lines, and underline one line at most", () => {
    const problems = problemsOf("FROM busybox:1.35 AS Build\nMAINTAINER me\nCMD echo \\\n  hi\n");
    const lines = problems.map(({ range }) => range.start.line);
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
    expect(problems.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(["StageNameCasing", "MaintainerDeprecated", "JSONArgsRecommended"]),
    );
    expect(problems.every(({ range }) => range.start.line === range.end.line)).toBe(true);
  });

  it("are none in an empty file", () => {
    expect(problemsOf("\n \n")).toEqual([]);
  });

  it.each(templates.map((template) => [template.name, template] as const))(
    "are none in the %s template",
    (_, { files }) => {
      expect(problemsOf(files["Dockerfile"] ?? "").map(({ rule, message }) => `${rule}: ${message}`)).toEqual([]);
    },
  );
});
