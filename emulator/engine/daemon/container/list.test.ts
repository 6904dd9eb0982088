import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EngineApi } from "../../testing/api.ts";
import { humanDuration } from "./status.ts";

let api: EngineApi;
const ids: Record<string, string> = {};

beforeAll(async () => {
  api = await EngineApi.start();
  ids["a1"] = await api.create(["sleep", "300"], { Labels: { app: "web" }, HostConfig: { Binds: ["lv:/v"] } }, "a1");
  ids["a2"] = await api.create(["sleep", "300"], { Labels: { app: "db" }, ExposedPorts: { "53/udp": {} } }, "a2");
  ids["a3"] = await api.create(["false"], { Labels: { app: "web" } }, "a3");
  ids["a4"] = await api.create(
    ["sleep", "300"],
    { HostConfig: { PortBindings: { "80/tcp": [{ HostPort: "8080" }] } }, ExposedPorts: { "80/tcp": {} } },
    "a4",
  );
  for (const name of ["a1", "a2"]) await api.post(`/containers/${name}/start`);
  await api.post("/containers/a3/start");
  await api.post("/containers/a3/wait");
});
afterAll(async () => {
  await api.engine.close();
});

const names = async (query: string, filters?: Record<string, string[]>) => {
  const suffix = filters === undefined ? "" : `&filters=${encodeURIComponent(JSON.stringify(filters))}`;
  const { json } = await api.get(`/containers/json?${query}${suffix}`);
  return Array.isArray(json) ? json.map(({ Names }: { Names: string[] }) => Names[0]?.slice(1)) : json.message;
};

describe("list", () => {
  it.each<[string, Record<string, string[]> | undefined, string[] | string]>([
    ["", undefined, ["a2", "a1"]],
    ["all=1", undefined, ["a4", "a3", "a2", "a1"]],
    ["limit=2", undefined, ["a4", "a3"]],
    ["", { name: ["^a1$"] }, ["a1"]],
    ["all=1", { status: ["exited"] }, ["a3"]],
    ["", { status: ["created"] }, ["a4"]],
    ["all=1", { label: ["app=web"] }, ["a3", "a1"]],
    ["", { exited: ["1"] }, ["a3"]],
    ["all=1", { ancestor: ["busybox"] }, ["a4", "a3", "a2", "a1"]],
    ["all=1", { ancestor: ["nosuch"] }, []],
    ["all=1", { before: ["a2"] }, ["a1"]],
    ["all=1", { since: ["a2"] }, ["a4", "a3"]],
    ["all=1", { volume: ["lv"] }, ["a1"]],
    ["all=1", { network: ["bridge"] }, ["a4", "a3", "a2", "a1"]],
    ["all=1", { expose: ["50-60/udp"] }, ["a2"]],
    ["all=1", { "is-task": ["true"] }, []],
    ["", { status: ["bogus"] }, "invalid filter 'status=bogus'"],
    ["", { health: ["bogus"] }, "unrecognized filter value for health: bogus"],
    ["", { bogus: ["1"] }, "invalid filter 'bogus'"],
    ["", { before: ["nosuch"] }, "No such container: nosuch"],
  ])("%s %j", async (query, filters, expected) => {
    expect(await names(query, filters)).toEqual(expected);
  });

  it("finds published ports once they are", async () => {
    expect(await names("", { publish: ["8080"] })).toEqual([]);
    await api.post("/containers/a4/start");
    expect(await names("", { publish: ["8080"] })).toEqual(["a4"]);
    await api.post("/containers/a4/kill");
  });

  it("finds by the beginning of an id", async () => {
    expect(await names("", { id: [(ids["a1"] ?? "").slice(0, 12)] })).toEqual(["a1"]);
  });

  it("sizes when asked", async () => {
    const { json } = await api.get("/containers/json?size=1&limit=1");
    expect(json[0].SizeRw).toBe(0);
    expect(json[0].SizeRootFs).toBeGreaterThan(0);
  });
});

describe("prune", () => {
  it("removes what does not run and fits", async () => {
    const pruned = await api.post(`/containers/prune?filters=${encodeURIComponent('{"label":["app=web"]}')}`);
    expect(pruned.json).toEqual({ ContainersDeleted: [ids["a3"]], SpaceReclaimed: 0 });
    expect(await names("all=1")).toEqual(["a4", "a2", "a1"]);
  });
});

describe("durations", () => {
  it.each([
    [500, "Less than a second"],
    [1500, "1 second"],
    [59_000, "59 seconds"],
    [61_000, "About a minute"],
    [59 * 60_000, "59 minutes"],
    [61 * 60_000, "About an hour"],
    [47 * 3_600_000, "47 hours"],
    [49 * 3_600_000, "2 days"],
    [15 * 86_400_000, "2 weeks"],
    [90 * 86_400_000, "3 months"],
    [800 * 86_400_000, "2 years"],
  ])("%d ms are %s", (milliseconds, text) => {
    expect(humanDuration(milliseconds)).toBe(text);
  });
});
