import { describe, expect, it } from "vitest";
import { checkText } from "../check.ts";
import type { CheckSource } from "../source.ts";
import { pages } from "./pages.ts";

/** The `.dockerignore` that an example names in its first line, and what else it takes to make it fire. */
function sourceOf(name: string, text: string): Omit<CheckSource, "dockerfile"> {
  const ignore = /^# \.dockerignore: (.*)$/m.exec(text)?.[1]?.split(" ");
  const foreign = name === "InvalidBaseImagePlatform" && text.includes("$BUILDPLATFORM");
  return {
    text,
    platform: "linux/386",
    ...(ignore === undefined ? {} : { ignore }),
    baseImage: () => (foreign ? { platform: "linux/arm64" } : { platform: "linux/386" }),
  };
}

describe.each(pages)("the page of $name", ({ name, title, what, why, bad, good }) => {
  const rules = (text: string) => {
    const { diagnostics, error } = checkText(sourceOf(name, text));
    expect(error).toBeUndefined();
    return diagnostics.map(({ rule }) => rule);
  };

  it("shows what fires", () => {
    expect(rules(bad)).toContain(name);
  });

  it("shows what does not", () => {
    expect(rules(good)).not.toContain(name);
  });

  it("is short", () => {
    expect(title).toMatch(/^[A-Z].{10,60}[^.]$/);
    for (const text of [what, why]) expect(text).toMatch(/^[A-Z`].*\.$/);
    expect(what.length + why.length).toBeLessThan(600);
  });
});
