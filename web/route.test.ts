import { describe, expect, it } from "vitest";
import { hrefOf, isWork, parseRoute, toLesson, toTerm, type Route } from "./route.ts";

const routes: readonly [string, Route][] = [
  ["", { kind: "home" }],
  ["#/", { kind: "home" }],
  ["#/lessons", { kind: "lessons" }],
  ["#/playground", { kind: "playground" }],
  ["#/glossary", { kind: "glossary", term: undefined }],
  ["#/glossary/pid%20namespace", { kind: "glossary", term: "pid namespace" }],
  ["#/lesson/01-first/02-client", { kind: "lesson", id: "01-first/02-client", task: undefined }],
  ["#/lesson/01-first/02-client/ask", { kind: "lesson", id: "01-first/02-client", task: "ask" }],
];

describe("routes", () => {
  it.each(routes)("%s", (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
    expect(parseRoute(hrefOf(route))).toEqual(route);
  });

  it.each(["#/lesson/only", "#/lesson/a/b/c/d", "#/nowhere", "#/lessons/x", "#/glossary/%E0%A4%A"])(
    "%s is no place of the site",
    (hash) => expect(parseRoute(hash).kind).toBe("unknown"),
  );

  it("share the workbench where a machine is at work", () => {
    expect(routes.filter(([, route]) => isWork(route)).map(([hash]) => hash)).toEqual([
      "#/playground",
      "#/lesson/01-first/02-client",
      "#/lesson/01-first/02-client/ask",
    ]);
  });

  it("write addresses", () => {
    expect(toLesson("01-first/02-client", "ask")).toBe("#/lesson/01-first/02-client/ask");
    expect(toTerm("copy-on-write")).toBe("#/glossary/copy-on-write");
  });
});
