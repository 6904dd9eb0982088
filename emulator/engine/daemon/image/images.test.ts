import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readTar } from "../../../image/tar/read.ts";
import { EngineApi, bodyBytes } from "../../testing/api.ts";
import { globExpression } from "./glob.ts";

let api: EngineApi;
beforeEach(async () => {
  api = await EngineApi.start();
});
afterEach(async () => {
  await api.engine.close();
  expect(api.world.reported).toEqual([]);
});

const short = (id: string): string => id.replace("sha256:", "").slice(0, 12);
const tags = async (query = ""): Promise<string[]> =>
  ((await api.get(`/images/json${query}`)).json as { RepoTags: string[] }[]).flatMap(({ RepoTags }) => RepoTags);
const filters = (value: Record<string, string[]>): string => `?filters=${encodeURIComponent(JSON.stringify(value))}`;
const idOf = async (name: string): Promise<string> => (await api.get(`/images/${name}/json`)).json.Id as string;

/** An image over busybox with one more file. */
async function commit(name: string, command = "echo x > /x", from = "busybox"): Promise<string> {
  const { id } = await api.run(["sh", "-c", command], { Image: from });
  const [repo = "", tag = ""] = name.split(":");
  const made = await api.post(`/commit?container=${id}&repo=${repo}&tag=${tag}`);
  await api.delete(`/containers/${id}`);
  return made.json.Id as string;
}

describe("tag and rmi", () => {
  it("untags while other names are left, then deletes image and layers", async () => {
    await api.post("/images/busybox/tag?repo=mine&tag=1");
    expect((await api.delete("/images/mine:1")).json).toEqual([{ Untagged: "mine:1" }]);
    const id = await idOf("busybox");
    const { RootFS, RepoDigests } = (await api.get("/images/busybox/json")).json;
    expect((await api.delete("/images/busybox")).json).toEqual([
      { Untagged: "busybox:latest" },
      { Untagged: RepoDigests[0] },
      { Deleted: id },
      { Deleted: RootFS.Layers[0] },
    ]);
    expect(api.world.content.hasLayer(String(RootFS.Layers[0]))).toBe(false);
    expect(await api.delete("/images/busybox")).toMatchObject({
      status: 404,
      json: { message: "No such image: busybox:latest" },
    });
  });

  it("lets a container keep its image, by name and by id", async () => {
    const { id } = await api.run(["true"]);
    const image = await idOf("busybox");
    expect(await api.delete("/images/busybox")).toMatchObject({
      status: 409,
      json: {
        message: `conflict: unable to remove repository reference "busybox" (must force) - container ${short(id)} is using its referenced image ${short(image)}`,
      },
    });
    expect((await api.delete(`/images/${short(image)}`)).json.message).toBe(
      `conflict: unable to delete ${short(image)} (must be forced) - image is being used by stopped container ${short(id)}`,
    );
    await api.post("/images/busybox/tag?repo=a");
    expect((await api.delete(`/images/${short(image)}`)).json.message).toBe(
      `conflict: unable to delete ${short(image)} (must be forced) - image is referenced in multiple repositories`,
    );
    const running = await api.create(["sleep", "100"]);
    await api.post(`/containers/${running}/start`);
    expect((await api.delete(`/images/${short(image)}?force=1`)).json.message).toBe(
      `conflict: unable to delete ${short(image)} (cannot be forced) - image is being used by running container ${short(running)}`,
    );
    await api.delete(`/containers/${running}?force=1`);
  });

  it("keeps the layers of an image that was forced away until its container has gone", async () => {
    const { id } = await api.run(["true"]);
    const [layer] = (await api.get("/images/busybox/json")).json.RootFS.Layers as string[];
    const deleted = (await api.delete("/images/busybox?force=1")).json as { Deleted?: string }[];
    expect(deleted.filter(({ Deleted }) => Deleted !== undefined)).toHaveLength(1);
    expect(api.world.content.hasLayer(layer ?? "")).toBe(true);
    expect((await api.get("/containers/json?all=1")).json[0].Image).toBe(
      (await api.get(`/containers/${id}/json`)).json.Image,
    );
    await api.delete(`/containers/${id}`);
    await expect.poll(() => api.world.content.hasLayer(layer ?? "")).toBe(false);
  });

  it("takes parents that nobody names along, and no shared layer", async () => {
    await commit("one:1");
    const two = await commit("two:1", "echo y > /y", "one:1");
    expect((await api.delete("/images/one:1")).json).toEqual([{ Untagged: "one:1" }]);
    expect((await api.get("/images/json?all=1")).json).toHaveLength(3);
    const deleted = (await api.delete("/images/two:1")).json as { Deleted?: string }[];
    expect(deleted[1]).toEqual({ Deleted: two });
    expect(deleted.filter(({ Deleted }) => Deleted !== undefined)).toHaveLength(4);
    expect(await tags()).toEqual(["busybox:latest"]);
    expect((await api.run(["echo", "still"])).stdout).toBe("still\n");
  });

  it("refuses names that are none", async () => {
    const bad = async (target: string): Promise<unknown> => (await api.post(target)).json.message as unknown;
    expect(await bad("/images/busybox/tag?repo=Bad")).toBe(
      "invalid reference format: repository name (library/Bad) must be lowercase",
    );
    expect(await bad("/images/busybox/tag?repo=sha256")).toBe(
      "refusing to create an ambiguous tag using digest algorithm as name",
    );
    expect(await bad("/images/busybox/tag?repo=a&tag=b@c")).toBe("invalid tag format");
    expect(await bad("/images/nosuch/tag?repo=a")).toBe("No such image: nosuch:latest");
  });
});

describe("lists", () => {
  it("filters by reference, label, time and name", async () => {
    await commit("demo:v1");
    await api.post("/images/busybox/tag?repo=localhost:5000/team/app&tag=1.0");
    expect(await tags(filters({ reference: ["demo"] }))).toEqual(["demo:v1"]);
    expect(await tags(filters({ reference: ["*/*/app"] }))).toEqual(["localhost:5000/team/app:1.0"]);
    expect(await tags(filters({ reference: ["*:v1"] }))).toEqual(["demo:v1"]);
    expect(await tags(filters({ before: ["demo:v1"] }))).toEqual(["busybox:latest", "localhost:5000/team/app:1.0"]);
    expect(await tags(filters({ since: ["busybox"] }))).toEqual(["demo:v1"]);
    expect(await tags(filters({ label: ["x=1"] }))).toEqual([]);
    expect((await api.get(`/images/json${filters({ since: ["nosuch"] })}`)).json.message).toBe(
      "No such image: nosuch:latest",
    );
    expect((await api.get(`/images/json${filters({ bogus: ["1"] })}`)).json.message).toBe("invalid filter 'bogus'");
  });

  it("shows and prunes what has lost its name", async () => {
    const first = await commit("demo:v1", "echo 1 > /x");
    await commit("demo:v1", "echo 2 > /x");
    const dangling = (await api.get(`/images/json${filters({ dangling: ["true"] })}`)).json;
    expect(dangling).toMatchObject([{ Id: first, RepoTags: [], RepoDigests: [] }]);
    const pruned = (await api.post("/images/prune")).json;
    expect(pruned.ImagesDeleted).toHaveLength(2);
    expect(pruned).toMatchObject({ ImagesDeleted: [{ Deleted: first }, {}], SpaceReclaimed: 2 });
    expect(await tags()).toEqual(["demo:v1", "busybox:latest"]);
    await api.post(`/images/prune${filters({ dangling: ["false"] })}`);
    expect(await tags()).toEqual([]);
  });

  it("gives the history with sizes, and ids only of images that are there", async () => {
    const id = await commit("demo:v1", "echo 12345 > /x");
    const history = (await api.get("/images/demo:v1/history")).json as Record<string, unknown>[];
    expect(history).toMatchObject([
      { Id: id, Size: 6, Tags: ["demo:v1"], CreatedBy: "sh -c echo 12345 > /x" },
      { Id: await idOf("busybox"), Tags: ["busybox:latest"], CreatedBy: "COPY / /" },
    ]);
  });

  it("inspects with Docker's fields", async () => {
    const image = (await api.get("/images/busybox/json")).json;
    expect(Object.keys(image)).toEqual([
      "Id", "RepoTags", "RepoDigests", "Parent", "Comment", "Created", "DockerVersion", "Author", "Config",
      "Architecture", "Os", "Size", "GraphDriver", "RootFS", "Metadata",
    ]); // prettier-ignore
    expect(image).toMatchObject({ RepoTags: ["busybox:latest"], Architecture: "386", RootFS: { Type: "layers" } });
    expect(image.Config).toMatchObject({ Cmd: ["sh"], Env: ["PATH=/bin"], Entrypoint: null, Labels: null });
  });

  it("matches globs as Go's path.Match", () => {
    const match = (pattern: string, name: string): boolean | undefined => globExpression(pattern)?.test(name);
    expect([match("d*:v?", "demo:v1"), match("*", "a/b"), match("[a-c]x", "bx"), match("[^a-c]x", "bx")]).toEqual([
      true, false, true, false,
    ]); // prettier-ignore
    expect([globExpression("[a"), match("a\\*", "a*"), match("a.b", "axb")]).toEqual([undefined, true, false]);
  });
});

describe("save, load and import", () => {
  const archive = async (names: string): Promise<Uint8Array> =>
    await bodyBytes(await api.open("GET", `/images/get?${names}`));

  it("loads what it saved, with all names", async () => {
    await commit("demo:v1");
    await api.post("/images/demo:v1/tag?repo=demo&tag=v2");
    const before = (await api.get("/images/demo:v1/json")).json;
    const tar = await archive("names=demo");
    expect([...readTar(tar)].map(({ name }) => name)).toContain("manifest.json");
    await api.delete("/images/demo:v1");
    await api.delete("/images/demo:v2");
    const loaded = await api.post("/images/load?quiet=1", tar);
    expect(loaded.text.trim().split("\n")).toEqual([
      '{"stream":"Loaded image: demo:v1\\n"}',
      '{"stream":"Loaded image: demo:v2\\n"}',
    ]);
    const after = (await api.get("/images/demo:v2/json")).json;
    expect([after.Id, after.RootFS]).toEqual([before.Id, before.RootFS]);
    expect((await api.run(["cat", "/x"], { Image: "demo:v1" })).stdout).toBe("x\n");
  });

  it("loads an image that was saved by its id without a name", async () => {
    const id = await idOf("busybox");
    const tar = await archive(`names=${id}`);
    await api.delete("/images/busybox");
    expect((await api.post("/images/load", tar)).json).toEqual({ stream: `Loaded image ID: ${id}\n` });
    expect(await tags()).toEqual([]);
  });

  it("fails in the stream as dockerd does", async () => {
    expect((await api.post("/images/load", new Uint8Array(0))).json.error).toMatch(
      /^open \/var\/lib\/docker\/tmp\/docker-import-\d+\/repositories: no such file or directory$/,
    );
    expect((await api.post("/images/load", new TextEncoder().encode("junk\n"))).json.error).toBe("unexpected EOF");
    expect((await api.get("/images/get?names=nosuch")).json.message).toBe("No such image: nosuch");
    expect((await api.get("/images/get?names=busybox:9")).json.message).toBe("reference does not exist");
  });

  it("imports a file system with changes, and refuses what is none", async () => {
    const { id } = await api.run(["sh", "-c", "echo exported > /marker"]);
    const tar = await bodyBytes(await api.open("GET", `/containers/${id}/export`));
    const query = `fromSrc=-&repo=flat&tag=1&message=imported&changes=${encodeURIComponent('CMD ["cat","/marker"]')}`;
    const imported = (await api.post(`/images/create?${query}`, tar)).json;
    const image = (await api.get("/images/flat:1/json")).json;
    expect(imported).toEqual({ status: image.Id });
    expect(image).toMatchObject({ Comment: "imported", Config: { Cmd: ["cat", "/marker"] } });
    expect(image.RootFS.Layers).toHaveLength(1);
    expect(await api.post("/images/create?fromSrc=-", new TextEncoder().encode("garbage\n"))).toMatchObject({
      status: 500,
      json: { message: "unexpected EOF" },
    });
  });
});

describe("events", () => {
  it("tell of pull, tag, untag and delete", async () => {
    const seen: string[] = [];
    api.engine.events.subscribe(({ Type, Action, Actor }) => {
      if (Type === "image") seen.push(`${Action} ${Actor.Attributes["name"] ?? ""}`);
    });
    const id = await idOf("busybox");
    await api.post("/images/busybox/tag?repo=e");
    await api.delete("/images/e");
    await api.delete("/images/busybox");
    expect(seen).toEqual(["tag e:latest", `untag ${id}`, `untag ${id}`, `delete ${id}`]);
  });
});
