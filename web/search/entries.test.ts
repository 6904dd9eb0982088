import { describe, expect, it } from "vitest";
import { entriesOf, find } from "./entries.ts";

const lesson = {
  id: "02-how/01-namespaces",
  number: "2.1",
  part: { number: 2, title: "How containers work" },
  title: "Namespaces by hand",
  summary: "Build isolation step by step.",
  minutes: 10,
  concepts: ["namespace", "unshare"],
  needs: [],
  images: [],
  view: "namespaces",
  layout: "text-terminal",
  tasks: [{ id: "own-hostname", title: "A host name of your own" }],
} as const;
const term = { id: "pid-namespace", title: "PID namespace", short: "Numbers processes anew.", blocks: [], see: [] };
const commands = [
  { kind: "Command", title: "Dark theme", detail: "Theme", words: "night", to: { act: () => undefined } },
] as const;
const entries = entriesOf([lesson], [term], commands);
const titles = (query: string) => find(entries, query).map(({ title }) => title);

describe("search", () => {
  it("finds lessons, terms, tasks and commands by the beginnings of words", () => {
    expect(titles("names")[0]).toBe("2.1 Namespaces by hand");
    expect(titles("pid")).toEqual(["PID namespace"]);
    expect(titles("host own")).toEqual(["A host name of your own"]);
    expect(titles("night")).toEqual(["Dark theme"]);
    expect(titles("unshare")).toEqual(["2.1 Namespaces by hand"]);
  });

  it("wants all words", () => {
    expect(titles("namespace playground")).toEqual([]);
  });

  it("shows lessons and pages before anything is asked for", () => {
    expect(titles(" ")).toEqual(["2.1 Namespaces by hand", "Playground", "Lessons", "Glossary"]);
  });

  it("leads to the task", () => {
    expect(find(entries, "host own")[0]?.to).toEqual({ href: "#/lesson/02-how/01-namespaces/own-hostname" });
  });
});
