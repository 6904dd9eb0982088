import { describe, expect, it } from "vitest";
import { listing } from "./testing/fixtures.ts";
import { versionsText, versionsView, versionWords } from "./versions.ts";

const base = listing("1", "etc/", "etc/passwd 20");

describe("versionsView", () => {
  it("finds every layer that has its word on a path", async () => {
    const view = versionsView(
      [base, listing("2", "etc/passwd 30"), listing("3", "bin/x 1"), listing("4", "etc/.wh.passwd")],
      "etc/passwd",
    );
    expect(view.versions.map(({ layer, what }) => [layer, what])).toEqual([
      [0, "added"],
      [1, "changed"],
      [3, "removed"],
    ]);
    expect(view.shown).toBeUndefined();
    await expect(versionsText(view)).toMatchFileSnapshot("testdata/versions.txt");
  });

  it.each([
    ["with its directory", listing("2", ".wh.etc")],
    ["behind an opaque directory", listing("2", "etc/ opaque")],
    ["by something else in its path", listing("2", "etc 3")],
    ["by a whiteout", listing("2", "etc/.wh.passwd")],
  ])("says that it is removed %s", (words, layer) => {
    const { versions, answer } = versionsView([base, layer], "etc/passwd");
    expect(versions.map(versionWords)).toEqual(["added", `removed ${words}`]);
    expect(answer).toBe("Layer 2 removes it; 1 version still in the layers below.");
  });

  it("adds anew what was removed in between", () => {
    const { versions, shown } = versionsView(
      [base, listing("2", ".wh.etc"), listing("3", "etc/passwd 1")],
      "etc/passwd",
    );
    expect(versions.map(({ what }) => what)).toEqual(["added", "removed", "added"]);
    expect(shown?.layer).toBe(2);
  });

  it("is not deceived by names that begin alike", () => {
    expect(versionsView([base, listing("2", "etc/.wh.pass", ".wh.et")], "etc/passwd").versions).toHaveLength(1);
  });

  it("says so when there is none", () => {
    expect(versionsView([base], "nope").answer).toBe("No layer of this image has it.");
  });
});
