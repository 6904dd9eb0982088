import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EngineApi } from "../../testing/api.ts";

let api: EngineApi;
beforeEach(async () => {
  api = await EngineApi.start();
});
afterEach(async () => {
  await api.engine.close();
  expect(api.world.reported).toEqual([]);
});

const create = (body: Record<string, unknown>) => api.post("/volumes/create", body);
const names = async (filters: Record<string, string[]> = {}): Promise<string[]> => {
  const answer = await api.get(`/volumes?filters=${encodeURIComponent(JSON.stringify(filters))}`);
  return (answer.json.Volumes as { Name: string }[]).map(({ Name }) => Name);
};

describe("volumes", () => {
  it("are directories in the guest, made once", async () => {
    const first = await create({ Name: "vol1", DriverOpts: {}, Labels: {} });
    expect(first).toMatchObject({
      status: 201,
      json: {
        Name: "vol1",
        Driver: "local",
        Mountpoint: "/var/lib/docker/volumes/vol1/_data",
        Labels: null,
        Options: null,
        Scope: "local",
      },
    });
    expect((await create({ Name: "vol1", Labels: { a: "b" } })).json).toEqual(first.json);
    expect(await api.world.files.stat("/", "/var/lib/docker/volumes/vol1/_data")).toMatchObject({ kind: "directory" });
    expect((await api.delete("/volumes/vol1")).status).toBe(204);
    expect(await api.world.files.stat("/", "/var/lib/docker/volumes/vol1")).toBeUndefined();
    expect(await api.delete("/volumes/vol1")).toMatchObject({
      status: 404,
      json: { message: "get vol1: no such volume" },
    });
    expect((await api.delete("/volumes/vol1?force=1")).status).toBe(204);
  });

  it("are kept by the containers that refer to them", async () => {
    const { id } = await api.run(["true"], { HostConfig: { Binds: ["vol1:/data"] } });
    expect(await api.delete("/volumes/vol1")).toMatchObject({
      status: 409,
      json: { message: `remove vol1: volume is in use - [${id}]` },
    });
    expect([await names({ dangling: ["true"] }), await names({ dangling: ["false"] })]).toEqual([[], ["vol1"]]);
    await api.delete(`/containers/${id}`);
    expect(await names({ dangling: ["true"] })).toEqual(["vol1"]);
  });

  it("refuse names, options and drivers in Docker's words", async () => {
    const message = async (body: Record<string, unknown>): Promise<unknown> => (await create(body)).json.message;
    expect(await message({ Name: "bad/name" })).toBe(
      'create bad/name: "bad/name" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path',
    );
    expect(await message({ Name: "a" })).toBe(
      "create a: volume name is too short, names should be at least two alphanumeric characters",
    );
    expect(await message({ Name: "vv", DriverOpts: { bogus: "1" } })).toBe('create vv: invalid option: "bogus"');
    expect(await message({ Name: "vv", DriverOpts: { type: "tmpfs" } })).toBe(
      'create vv: missing required option: "device"',
    );
    expect(await message({ Name: "vv", Driver: "nfs" })).toBe(
      'create vv: error looking up volume plugin nfs: plugin "nfs" not found',
    );
    expect(await names()).toEqual([]);
  });

  it("filter and prune: without `all` only those that nobody named", async () => {
    await create({ Name: "lv1", Labels: { team: "a" } });
    await create({ Name: "lv2", Labels: { team: "b" } });
    const anonymous = (await create({})).json;
    expect(anonymous.Labels).toEqual({ "com.docker.volume.anonymous": "" });
    expect(await names({ label: ["team=b"] })).toEqual(["lv2"]);
    expect(await names({ name: ["lv"] })).toEqual(["lv1", "lv2"]);
    expect((await api.get('/volumes?filters={"bogus":["1"]}')).json.message).toBe("invalid filter 'bogus'");
    expect((await api.post("/volumes/prune")).json).toEqual({ VolumesDeleted: [anonymous.Name], SpaceReclaimed: 0 });
    const all = encodeURIComponent(JSON.stringify({ all: ["true"], "label!": ["team=a"] }));
    expect((await api.post(`/volumes/prune?filters=${all}`)).json.VolumesDeleted).toEqual(["lv2"]);
  });

  it("are anonymous when a container names none, and go with --rm", async () => {
    await api.run(["true"], { Volumes: { "/anon": {} }, HostConfig: { AutoRemove: true } });
    await expect.poll(() => names()).toEqual([]);
  });
});
