import { describe, expect, it } from "vitest";
import { CookieJar } from "./cookies.ts";
import { parsePreviewPath, previewPath, rewriteLocation } from "./protocol.ts";

const here = { slot: "machine-1", port: 8080, target: "/a/b?c=1" };

describe("preview addresses", () => {
  it("survive the way into a path and back, below any base", () => {
    for (const base of ["/", "/docs/drydock/"])
      expect(parsePreviewPath(base, new URL(`http://h${previewPath(base, here)}`))).toEqual(here);
  });

  it.each([
    "/preview/",
    "/preview/machine-1",
    "/preview/machine-1/0/",
    "/preview/machine-1/70000/",
    "/preview/machine-1/80x/",
    "/preview/a%2f/80/",
    "/other/machine-1/80/",
  ])("refuse %s", (path) => {
    expect(parsePreviewPath("/", new URL(`http://h${path}`))).toBeUndefined();
  });

  it.each([
    ["/login", "/preview/machine-1/8080/login"],
    ["x", "/preview/machine-1/8080/a/x"],
    ["http://localhost:8080/", "/preview/machine-1/8080/"],
    ["http://127.0.0.1:9090/y?z", "/preview/machine-1/9090/y?z"],
    ["https://example.com/", "https://example.com/"],
    ["http://[", "http://["],
  ])("rewrite Location %s to %s", (location, expected) => {
    expect(rewriteLocation(location, "/", here)).toBe(expected);
  });
});

describe("the cookie jar", () => {
  it("gives back what was set, longest path first, per slot", () => {
    const jar = new CookieJar();
    jar.set("one", "id=1; Path=/; HttpOnly", "/", 0);
    jar.set("one", "deep=2; Path=/a/b", "/", 0);
    expect(jar.header("one", "/a/b/c?d", 0)).toBe("deep=2; id=1");
    expect(jar.header("one", "/ab", 0)).toBe("id=1");
    expect(jar.header("two", "/", 0)).toBeUndefined();
  });

  it("forgets what has expired, or is taken back", () => {
    const jar = new CookieJar();
    jar.set("s", "a=1; Max-Age=10", "/", 0);
    expect(jar.header("s", "/", 9_999)).toBe("a=1");
    expect(jar.header("s", "/", 10_000)).toBeUndefined();
    jar.set("t", "b=1", "/", 0);
    jar.set("t", "b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "/", 1);
    expect(jar.header("t", "/", 1)).toBeUndefined();
  });

  it("ignores a cookie without a name", () => {
    const jar = new CookieJar();
    jar.set("s", "=x", "/", 0);
    jar.set("s", "nothing", "/", 0);
    expect(jar.header("s", "/", 0)).toBeUndefined();
  });
});
