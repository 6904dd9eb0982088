import { describe, expect, it } from "vitest";
import { addressProblem, deadLink } from "./links.ts";

describe("an address in a lesson", () => {
  it.each(["https://docs.docker.com/reference/api/engine/", "https://man7.org/linux/man-pages/man7/namespaces.7.html"])(
    "%s is one",
    (to) => expect(addressProblem(to)).toBeUndefined(),
  );

  it.each([
    ["https://", "no address"],
    ["http://docs.docker.com/", "write an https: address"],
    ["https://localhost/x", "not on the web"],
    [
      "https://docs.docker.com/engine/reference/builder/#run",
      "has moved: write https://docs.docker.com/reference/dockerfile/",
    ],
  ])("%s is told of", (to, why) => expect(addressProblem(to)).toContain(why));
});

describe("a page that is linked", () => {
  const answers = (byMethod: Record<string, number>): typeof fetch => {
    return (_to, init) => {
      const status = byMethod[init?.method ?? "GET"];
      return status === undefined
        ? Promise.reject(new Error("no route"))
        : Promise.resolve(new Response(null, { status }));
    };
  };

  it("is there when it answers to HEAD, or else to GET", async () => {
    expect(await deadLink("https://a.example/", answers({ HEAD: 200 }))).toBeUndefined();
    expect(await deadLink("https://a.example/", answers({ HEAD: 405, GET: 200 }))).toBeUndefined();
  });

  it("is told of when it is gone or nobody answers", async () => {
    expect(await deadLink("https://a.example/", answers({ HEAD: 404, GET: 404 }))).toBe(
      "https://a.example/ answers 404",
    );
    expect(await deadLink("https://a.example/", answers({}))).toBe("https://a.example/ does not answer: no route");
  });
});
