import { describe, expect, it } from "vitest";
import type { HttpHandler, HttpRequest } from "../http/message.ts";
import { Mutations } from "./mutations.ts";

const request = (method: HttpRequest["method"], target: string): HttpRequest => ({
  method,
  target,
  headers: {},
  body: null,
  signal: new AbortController().signal,
});

function slow() {
  let finish: () => void = () => undefined;
  const handler: HttpHandler = () =>
    new Promise((resolve) => (finish = () => resolve({ status: 204, headers: {}, body: null })));
  return { handler, finish: () => finish() };
}

describe("mutations", () => {
  it("settle when the last request that changes something has ended", async () => {
    const mutations = new Mutations();
    const { handler, finish } = slow();
    const pending = mutations.wrap(handler)(request("POST", "/v1.45/containers/a/start"));
    let settled = false;
    const wait = mutations.settled(10_000).then((value) => (settled = value));
    await Promise.resolve();
    expect(settled).toBe(false);
    finish();
    await pending;
    expect(await wait).toBe(true);
  });

  it.each([
    ["GET", "/v1.45/containers/json"],
    ["POST", "/v1.45/containers/a/wait?condition=removed"],
    ["POST", "/v1.45/containers/a/attach?stream=1"],
    ["POST", "/v1.45/images/create?fromImage=busybox"],
  ] as const)("do not count %s %s", async (method, target) => {
    const mutations = new Mutations();
    void mutations.wrap(slow().handler)(request(method, target));
    expect(await mutations.settled(0)).toBe(true);
  });

  it("give up after the patience of the caller", async () => {
    const mutations = new Mutations();
    void mutations.wrap(slow().handler)(request("DELETE", "/v1.45/containers/a"));
    expect(await mutations.settled(1)).toBe(false);
  });
});
