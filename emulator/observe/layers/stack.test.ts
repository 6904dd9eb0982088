import { describe, expect, it } from "vitest";
import { instructionText, listed, stackText, stackView } from "./stack.ts";
import { build, digestOf, image, listing } from "./testing/fixtures.ts";

const base = listing("1", "bin/", "bin/sh 1000");
const files = listing("a", "src/", "src/app.js 4");
const history = [
  { created_by: "ADD rootfs.tar /" },
  { created_by: "ENV MODE=prod", empty_layer: true },
  { created_by: "COPY . . # buildkit" },
];

describe("stackView", () => {
  it("joins history and layers, and says what is shared", async () => {
    const other = { id: digestOf("f"), references: ["other:1"], diffIds: [base.diffId] };
    const view = stackView(image(history, [base, files]), [other], [build()]);
    await expect(stackText(view)).toMatchFileSnapshot("testdata/stack.txt");
    expect(view.rows.map(({ layer }) => layer?.index)).toEqual([0, undefined, 1]);
    expect(view.rows[2]?.built).toEqual({ line: 3, state: "executed" });
  });

  it("never counts the image itself as another", () => {
    const self = image(history, [base, files]);
    expect(stackView(self, [self]).answer).toContain("no other image here shares one");
  });

  it("shows layers that the history does not tell of", () => {
    const view = stackView(image(undefined, [base, files]), []);
    expect(view.rows.map(instructionText)).toEqual(Array(2).fill("(the history does not say)"));
    expect(view.rows.map(({ layer }) => layer?.height)).toEqual([0, 1]);
  });

  it("prefers the build that made this image to one that only made a layer of it", () => {
    const cachedCopy = build({
      id: "build0",
      imageId: digestOf("d"),
      stages: build().stages.map((stage) => ({
        ...stage,
        steps: stage.steps.map((step) => ({ ...step, state: "cached" as const })),
      })),
    });
    const view = stackView(image(history, [base, files]), [], [build(), cachedCopy]);
    expect(view.rows[2]?.built?.state).toBe("executed");
  });
});

describe("listed", () => {
  it("names up to three", () => {
    expect([["a"], ["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d", "e"]].map((names) => listed(names))).toEqual([
      "a",
      "a and b",
      "a, b and c",
      "a, b and 3 more",
    ]);
  });
});
