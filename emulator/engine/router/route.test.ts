import { describe, expect, it } from "vitest";
import * as v from "valibot";
import type { Daemon } from "../daemon/daemon.ts";
import { Conflict, NotModified } from "../errors.ts";
import { bytesStream } from "../streams.ts";
import type { HttpRequest } from "../../http/message.ts";
import { Filters } from "./filters.ts";
import { json, noContent } from "./response.ts";
import { get, post, serve, type Route } from "./route.ts";

const routes: readonly Route[] = [
  get("/things/json", (_daemon, call) => json({ all: call.flag("all"), n: call.integer("n") ?? null })),
  get("/things/{name:.*}/json", (_daemon, call) => json({ name: call.parameter("name"), version: call.version })),
  get("/exec/{id}/json", (_daemon, call) => json({ id: call.parameter("id") })),
  post("/things", async (_daemon, call) => json(await call.json(v.object({ size: v.nullish(v.number()) })))),
  post("/same", () => {
    throw new NotModified("");
  }),
  post("/conflict", () => {
    throw new Conflict("it is taken");
  }),
  post("/none", noContent),
];
const handle = serve({} as Daemon, routes);

async function ask(method: HttpRequest["method"], target: string, body?: string, type = "application/json") {
  const response = await handle({
    method,
    target,
    headers: type === "" ? {} : { "content-type": type },
    body: body === undefined ? null : bytesStream(new TextEncoder().encode(body)),
    signal: new AbortController().signal,
  });
  const text = response.body instanceof Uint8Array ? new TextDecoder().decode(response.body) : "";
  return {
    status: response.status,
    headers: response.headers,
    answer: text === "" ? undefined : (JSON.parse(text) as unknown),
  };
}

describe("routes", () => {
  it("take names with slashes, encoded or not", async () => {
    for (const name of ["a/b:c", "a%2Fb%3Ac"])
      expect((await ask("GET", `/v1.40/things/${name}/json`)).answer).toEqual({ name: "a/b:c", version: "1.40" });
    expect((await ask("GET", "/exec/a/b/json")).status).toBe(404);
  });

  it.each([
    [
      "/v1.23/things/json",
      400,
      "client version 1.23 is too old. Minimum supported API version is 1.24, please upgrade your client to a newer version",
    ],
    ["/v1.46/things/json", 400, "client version 1.46 is too new. Maximum supported API version is 1.45"],
    ["/nowhere", 404, "page not found"],
    ["/%zz", 400, 'invalid URL escape in "/%zz"'],
    ["/things/json?n=x", 400, 'strconv.Atoi: parsing "x": invalid syntax'],
  ])("%s", async (target, status, message) => {
    expect(await ask("GET", target)).toMatchObject({ status, answer: { message } });
  });

  it("say which API they are", async () => {
    expect((await ask("GET", "/things/json")).headers).toMatchObject({ "api-version": "1.45", ostype: "linux" });
  });

  it.each([
    ["", false],
    ["all=", false],
    ["all=0", false],
    ["all=No", false],
    ["all=none", false],
    ["all=false", false],
    ["all=1", true],
    ["all=yes", true],
  ])("read %j as %j", async (query, all) => {
    expect((await ask("GET", `/things/json?${query}`)).answer).toMatchObject({ all });
  });

  it("answer errors by their class", async () => {
    expect(await ask("POST", "/conflict")).toMatchObject({ status: 409, answer: { message: "it is taken" } });
    expect(await ask("POST", "/same")).toMatchObject({ status: 304, answer: undefined });
    expect(await ask("POST", "/none")).toMatchObject({ status: 204, answer: undefined });
  });

  it.each([
    ['{"size":1,"other":2}', "application/json", { size: 1 }],
    ['{"size":null}', "application/json; charset=utf-8", { size: null }],
    [
      '{"size":1}',
      "text/plain",
      { message: "unsupported Content-Type header (text/plain): must be 'application/json'" },
    ],
    ['{"size":1}', "", { message: "malformed Content-Type header (): mime: no media type" }],
    ["", "application/json", { message: "invalid JSON: got EOF while reading request body" }],
    [
      '{"size":"x"}',
      "application/json",
      { message: "invalid JSON: json: cannot unmarshal string into field size of type number" },
    ],
  ])("read the body %j of %j", async (body, type, answer) => {
    expect((await ask("POST", "/things", body, type)).answer).toEqual(answer);
  });
});

describe("filters", () => {
  it("come as lists or as sets", () => {
    for (const text of ['{"name":["a","b"]}', '{"name":{"a":true,"b":true,"c":false}}'])
      expect(Filters.parse(text, ["name"]).get("name")).toEqual(["a", "b"]);
  });

  it.each(["nonsense", "[]", '{"name":5}'])("%j is none", (text) => {
    expect(() => Filters.parse(text, undefined)).toThrow("invalid filter");
  });

  it("of an unknown name are refused", () => {
    expect(() => Filters.parse('{"x":["1"]}', ["name"])).toThrow("invalid filter 'x'");
  });

  it("match texts, labels and booleans", () => {
    const filters = Filters.parse('{"name":["^we","["],"label":["a","b=1"],"on":["true"]}', undefined);
    expect([filters.match("name", "web"), filters.match("name", "["), filters.match("name", "awe")]).toEqual([
      true,
      true,
      false,
    ]);
    expect(filters.labels("label", { a: "x", b: "1" })).toBe(true);
    expect(filters.labels("label", { a: "x", b: "2" })).toBe(false);
    expect([filters.boolean("on", false), filters.boolean("off", true)]).toEqual([true, true]);
    expect(() => filters.boolean("name", false)).toThrow("invalid filter 'name=[^we []'");
  });
});
