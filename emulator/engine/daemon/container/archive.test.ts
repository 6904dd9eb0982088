import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tarHeader } from "../../../image/tar/entry.ts";
import { readTar } from "../../../image/tar/read.ts";
import { writeTar } from "../../../image/tar/write.ts";
import { gzip } from "../../../image/gzip.ts";
import { EngineApi, bodyBytes } from "../../testing/api.ts";

let api: EngineApi;
beforeEach(async () => {
  api = await EngineApi.start();
});
afterEach(async () => {
  await api.engine.close();
  expect(api.world.reported).toEqual([]);
});

const bytes = (text: string) => new TextEncoder().encode(text);
const tarOf = (name: string, text: string) =>
  writeTar([{ header: tarHeader(name, "file", { size: bytes(text).length }), content: bytes(text) }]);

const put = (id: string, path: string, tar: Uint8Array) =>
  api.call("PUT", `/containers/${id}/archive?path=${encodeURIComponent(path)}`, tar);

async function get(id: string, path: string) {
  const response = await api.open("GET", `/containers/${id}/archive?path=${encodeURIComponent(path)}`);
  const body = await bodyBytes(response);
  if (response.status !== 200) return { status: response.status, text: new TextDecoder().decode(body), entries: [] };
  const entries = [...readTar(body)].map(({ name, content }) => [name, new TextDecoder().decode(content)]);
  return { status: 200, text: "", entries, stat: response.headers["x-docker-container-path-stat"] };
}

describe("docker cp", () => {
  it("into and out of a container that has not been started, volumes included", async () => {
    const id = await api.create(["cat", "/data/f", "/etc/motd"], { HostConfig: { Binds: ["cvol:/data"] } });
    expect((await put(id, "/data", tarOf("f", "in the volume\n"))).status).toBe(200);
    expect((await put(id, "/etc", gzip(tarOf("motd", "in the root\n")))).status).toBe(200);
    expect((await get(id, "/data/f")).entries).toEqual([["f", "in the volume\n"]]);
    expect((await get(id, "/etc/motd")).entries).toEqual([["motd", "in the root\n"]]);
    const attached = await api.hijack(`/containers/${id}/attach?stream=1&stdout=1`);
    await api.post(`/containers/${id}/start`);
    expect((await attached.output()).stdout).toBe("in the volume\nin the root\n");
  });

  it("sees a running container as its processes do", async () => {
    const id = await api.create(["sleep", "300"], { HostConfig: { Tmpfs: { "/scratch": "" } } });
    await api.post(`/containers/${id}/start`);
    await put(id, "/scratch", tarOf("f", "x"));
    expect((await get(id, "/scratch/f")).entries).toEqual([["f", "x"]]);
    expect((await api.get(`/containers/${id}/changes`)).json.map(({ Path }: { Path: string }) => Path)).toEqual([
      "/scratch",
    ]);
  });

  it("tells what a path is", async () => {
    const id = await api.create(["true"]);
    const response = await api.open("HEAD", `/containers/${id}/archive?path=/bin/sh`);
    expect(JSON.parse(atob(response.headers["x-docker-container-path-stat"] ?? ""))).toMatchObject({
      name: "sh",
      mode: 2 ** 27 + 0o777,
      linkTarget: "/bin/busybox",
    });
    const directory = JSON.parse(atob((await get(id, "/etc/")).stat ?? "")) as { name: string; mode: number };
    expect([directory.name, directory.mode]).toEqual(["etc", 2 ** 31 + 0o755]);
  });

  it("refuses what is not there, what is no directory and what is read-only", async () => {
    const id = await api.create(["true"], { HostConfig: { ReadonlyRootfs: true } }, "rocky");
    expect((await get(id, "/nosuch")).text).toContain("Could not find the file /nosuch in container rocky");
    expect((await put(id, "/nosuch", tarOf("f", ""))).status).toBe(404);
    expect((await put(id, "/etc/passwd", tarOf("f", ""))).json.message).toBe("extraction point is not a directory");
    expect((await put(id, "/etc", tarOf("f", ""))).json.message).toBe("container rootfs is marked read-only");
  });

  it("lets go of the root afterwards", async () => {
    const id = await api.create(["true"]);
    await get(id, "/etc");
    await api.open("GET", `/containers/${id}/export`).then(async ({ body }) => {
      if (body === null || body instanceof Uint8Array) throw new Error("no stream");
      await body.cancel();
    });
    expect((await api.delete(`/containers/${id}`)).status).toBe(204);
    await api.engine.settled();
    expect(api.world.guest.mounts.size).toBe(0);
  });
});

describe("diff, export and commit", () => {
  it("show what changed", async () => {
    const { id } = await api.run(["sh", "-c", "echo x > /new; mkdir /tmp/dir; rm /etc/passwd"]);
    expect((await api.get(`/containers/${id}/changes`)).json).toEqual([
      { Kind: 0, Path: "/etc" },
      { Kind: 2, Path: "/etc/passwd" },
      { Kind: 1, Path: "/new" },
      { Kind: 0, Path: "/tmp" },
      { Kind: 1, Path: "/tmp/dir" },
    ]);
    const exported = [...readTar(await bodyBytes(await api.open("GET", `/containers/${id}/export`)))];
    const names = exported.map(({ name }) => name.replace(/\/$/, ""));
    expect(names).toEqual(expect.arrayContaining(["new", "tmp/dir", "bin/busybox"]));
    expect(names).not.toContain("etc/passwd");
  });

  it("a committed container is an image with its changes", async () => {
    const { id } = await api.run(["sh", "-c", "echo x > /new; rm /etc/passwd"], { Env: ["A=1"] });
    const changes = ['CMD ["cat","/new"]', 'ENV B=2 C="3 4"', "EXPOSE 80", "LABEL l=1", "WORKDIR /tmp"];
    const query = changes.map((change) => `changes=${encodeURIComponent(change)}`).join("&");
    const committed = await api.post(`/commit?container=${id}&repo=made&tag=v2&comment=why&author=Me&${query}`);
    expect(committed.status).toBe(201);
    const image = (await api.get("/images/made:v2/json")).json;
    expect(image).toMatchObject({
      Id: committed.json.Id,
      Author: "Me",
      Comment: "why",
      Config: {
        Cmd: ["cat", "/new"],
        Env: ["A=1", "PATH=/bin", "B=2", "C=3 4"],
        ExposedPorts: { "80/tcp": {} },
        Labels: { l: "1" },
        WorkingDir: "/tmp",
      },
    });
    expect(image.RootFS.Layers).toHaveLength(2);
    const run = await api.post("/containers/create", { Image: "made:v2" });
    const attached = await api.hijack(`/containers/${String(run.json.Id)}/attach?stream=1&stdout=1`);
    await api.post(`/containers/${String(run.json.Id)}/start`);
    expect((await attached.output()).stdout).toBe("x\n");
    const refused = await api.post(`/commit?container=${id}&changes=RUN%20x`);
    expect([refused.status, refused.json.message]).toEqual([400, "RUN is not a valid change command"]);
  });
});
