import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bodyBytes, EngineApi } from "../../testing/api.ts";
import { ManualClock } from "../../testing/clock.ts";

let api: EngineApi;
let clock: ManualClock;
beforeEach(async () => {
  clock = new ManualClock();
  api = await EngineApi.start({ clock });
});
afterEach(async () => {
  await api.engine.close();
  expect(api.world.reported).toEqual([]);
});

describe("system", () => {
  it("answers a ping with what clients negotiate by", async () => {
    expect(await api.get("/_ping")).toMatchObject({
      status: 200,
      text: "OK",
      headers: { "api-version": "1.45", "docker-experimental": "false", ostype: "linux", swarm: "inactive" },
    });
    expect((await api.call("HEAD", "/_ping")).text).toBe("");
  });

  it("tells its version with the product's name as build metadata", async () => {
    const version = (await api.get("/version")).json;
    expect(version).toMatchObject({ ApiVersion: "1.45", MinAPIVersion: "1.24", Os: "linux", Arch: "386" });
    expect(version.Version).toMatch(/^\d+\.\d+\.\d+\+[a-z]+$/);
  });

  it("counts what there is", async () => {
    await api.create(["sh"]);
    const id = await api.create(["sleep", "100"]);
    await api.post(`/containers/${id}/start`);
    expect((await api.get("/info")).json).toMatchObject({
      Containers: 2,
      ContainersRunning: 1,
      ContainersStopped: 1,
      Images: 1,
      Driver: "overlay2",
      DefaultRuntime: "runc",
      Swarm: { LocalNodeState: "inactive" },
    });
    await api.delete(`/containers/${id}?force=1`);
  });

  it("keeps its id over a restore", async () => {
    const { ID } = (await api.get("/info")).json;
    api = await api.restored();
    expect((await api.get("/info")).json.ID).toBe(ID);
    expect(ID).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-/);
  });

  it("adds up disk usage", async () => {
    await api.post("/volumes/create", { Name: "sv" });
    await api.run(["sh", "-c", "echo 12345 > /f"], { HostConfig: { Binds: ["sv:/v"] } });
    const usage = (await api.get("/system/df")).json;
    expect(usage.Images).toMatchObject([{ Containers: 1, SharedSize: 0 }]);
    expect(usage.LayersSize).toBe(usage.Images[0].Size);
    expect(usage.Containers).toMatchObject([{ SizeRw: 6 }]);
    expect(usage.Volumes).toMatchObject([{ Name: "sv", UsageData: { Size: 0, RefCount: 1 } }]);
    expect(usage.BuildCache).toEqual([]);
    expect((await api.get("/system/df?type=volume")).json).toMatchObject({ Images: null, Containers: null });
    expect((await api.get("/system/df?type=x")).json.message).toBe("unknown object type: x");
  });

  it("is in no swarm, has no plugins, no session", async () => {
    const notManager =
      'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';
    for (const path of ["/swarm", "/nodes", "/services", "/services/x", "/tasks", "/secrets", "/configs/x"])
      expect(await api.get(path)).toMatchObject({ status: 503, json: { message: notManager } });
    expect((await api.post("/swarm/leave")).json.message).toBe("This node is not part of a swarm");
    expect((await api.post("/swarm/init")).status).toBe(501);
    expect((await api.get("/plugins")).json).toEqual([]);
    expect(await api.get("/plugins/x/json")).toMatchObject({ status: 404, json: { message: 'plugin "x" not found' } });
    for (const path of ["/session", "/grpc"])
      expect(await api.post(path)).toMatchObject({ status: 404, json: { message: "page not found" } });
  });

  it("cannot log in where there is no network", async () => {
    const failed = await api.post("/auth", {
      username: "x",
      password: "y",
      serveraddress: "https://index.docker.io/v1/",
    });
    expect(failed.json.message).toBe(
      'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
    );
  });
});

describe("events", () => {
  const past = async (filters: Record<string, string[]>): Promise<string[]> => {
    const query = `since=0&until=${String(clock.now() / 1000)}&filters=${encodeURIComponent(JSON.stringify(filters))}`;
    clock.advance(1);
    return (await api.get(`/events?${query}`)).text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as { Type: string; Action: string })
      .map(({ Type, Action }) => `${Type} ${Action}`);
  };

  it("come from the past, filtered", async () => {
    const id = await api.create(["sh", "-c", "exit 3"], { Labels: { t: "1" } }, "ev1");
    await api.post(`/containers/${id}/rename?name=ev2`);
    await api.delete(`/containers/${id}`);
    await api.post("/volumes/create", { Name: "evv" });
    await api.delete("/volumes/evv");
    expect(await past({ type: ["container"] })).toEqual(["container create", "container rename", "container destroy"]);
    expect(await past({ container: ["ev2"] })).toEqual(["container rename", "container destroy"]);
    expect(await past({ container: [id.slice(0, 12)], event: ["create", "destroy"] })).toEqual([
      "container create",
      "container destroy",
    ]);
    expect(await past({ label: ["t=1"], event: ["rename"] })).toEqual(["container rename"]);
    expect(await past({ image: ["busybox"], event: ["create"] })).toEqual(["container create"]);
    expect(await past({ volume: ["evv"] })).toEqual(["volume create", "volume destroy"]);
    expect(await past({ type: ["nothing"] })).toEqual([]);
    expect((await past({ bogus: ["1"] })).length).toBeGreaterThan(5);
    expect((await api.get("/events?since=20&until=10")).json.message).toBe(
      "`since` time (20) cannot be after `until` time (10)",
    );
  });

  it("come as they happen, until the time given", async () => {
    const until = String(clock.now() / 1000 + 5);
    const response = await api.open("GET", `/events?until=${until}`);
    const all = bodyBytes(response);
    await api.post("/volumes/create", { Name: "later" });
    expect(clock.waiting).toBe(1);
    clock.advance(5000);
    expect(new TextDecoder().decode(await all)).toContain('"Actor":{"ID":"later"');
    expect([clock.waiting, api.engine.events.listeners]).toEqual([0, 1]);
  });

  it("end with the client, and with the engine", async () => {
    const before = api.engine.events.listeners;
    const response = await api.open("GET", "/events");
    if (response.body instanceof Uint8Array || response.body === null) throw new Error("not a stream");
    expect(api.engine.events.listeners).toBe(before + 1);
    await response.body.cancel();
    expect(api.engine.events.listeners).toBe(before);
    const other = bodyBytes(await api.open("GET", "/events"));
    await api.engine.close();
    expect(await other).toHaveLength(0);
  });
});
