import { beforeEach, describe, expect, it } from "vitest";
import { sha256 } from "../../../image/digest.ts";
import { tarHeader } from "../../../image/tar/entry.ts";
import { writeTar } from "../../../image/tar/write.ts";
import { EngineApi, bodyBytes } from "../../testing/api.ts";

const encoder = new TextEncoder();

function layer(name: string, text: string): Uint8Array {
  const content = encoder.encode(text);
  return writeTar([{ header: tarHeader(name, "file", { size: content.length }), content }]);
}

const lines = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

let api: EngineApi;
beforeEach(async () => {
  api = await EngineApi.start({ pull: false });
});

const pull = (image: string, tag: string) => api.post(`/images/create?fromImage=${image}&tag=${tag}`);

describe("docker pull", () => {
  it("tells every step in Docker's words, and the second time that nothing is new", async () => {
    const first = await pull("busybox", "latest");
    const steps = lines(first.text);
    const id = steps[1]?.["id"];
    expect(steps[0]).toEqual({ status: "Pulling from library/busybox", id: "latest" });
    expect(steps.filter((step) => step["id"] === id).map((step) => step["status"])).toEqual([
      "Pulling fs layer",
      "Downloading",
      "Verifying Checksum",
      "Download complete",
      "Extracting",
      "Extracting",
      "Pull complete",
    ]);
    expect(steps.find((step) => step["status"] === "Downloading")?.["progress"]).toMatch(
      /^\[={50}>\] {2} *[\d.]+k?B\/[\d.]+k?B$/,
    );
    expect(steps.at(-2)?.["status"]).toMatch(/^Digest: sha256:[0-9a-f]{64}$/);
    expect(steps.at(-1)).toEqual({ status: "Status: Downloaded newer image for busybox:latest" });
    const again = lines((await pull("busybox", "latest")).text);
    expect(again.map((step) => step["status"])).toEqual([
      "Pulling from library/busybox",
      steps.at(-2)?.["status"],
      "Status: Image is up to date for busybox:latest",
    ]);
    const { RepoDigests } = (await api.get("/images/busybox/json")).json as { RepoDigests: string[] };
    expect(RepoDigests).toEqual([`busybox@${String(steps.at(-2)?.["status"]).slice("Digest: ".length)}`]);
    const byDigest = await pull("busybox", String(RepoDigests[0]).split("@")[1] ?? "");
    expect(byDigest.json).toEqual({ status: `Status: Image is up to date for ${String(RepoDigests[0])}` });
  });

  it("says what is not there as Docker says it", async () => {
    const denied =
      "pull access denied for alpine, repository does not exist or may require 'docker login': denied: requested access to the resource is denied";
    const unknown = "manifest for busybox:9 not found: manifest unknown: manifest unknown";
    const refused = 'Get "http://localhost:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused';
    const outside = 'Get "https://ghcr.io/v2/": dial tcp: lookup ghcr.io: no such host';
    expect(await pull("alpine", "latest")).toMatchObject({ status: 404, json: { message: denied } });
    expect(await pull("busybox", "9")).toMatchObject({ status: 404, json: { message: unknown } });
    expect(await pull("localhost:1/x", "latest")).toMatchObject({ status: 500, json: { message: refused } });
    expect(await pull("ghcr.io/a/b", "latest")).toMatchObject({ status: 500, json: { message: outside } });
    expect(await pull("Bad/Name", "latest")).toMatchObject({ status: 400 });
    const arm = await api.post("/images/create?fromImage=busybox&tag=latest&platform=linux/arm64");
    expect(arm.status).toBe(404);
    expect(arm.json).toEqual({ message: "no matching manifest for linux/arm64 in the manifest list entries" });
    expect((await api.get("/images/json")).json).toEqual([]);
  });

  it("uses nothing of a layer whose bytes are not what their digest says", async () => {
    const { registry } = api.world;
    const blob = registry.blob.bind(registry);
    let largest = "";
    registry.blob = async (digest) => {
      const { size, body } = await blob(digest);
      if (size < 1000) return { size, body };
      largest = digest;
      const bytes = await bodyBytes({ status: 200, headers: {}, body });
      const bent = bytes.slice();
      bent[600] = (bent[600] ?? 0) ^ 1;
      return {
        size,
        body: new ReadableStream({
          start(controller) {
            controller.enqueue(bent);
            controller.close();
          },
        }),
      };
    };
    const answer = await pull("busybox", "latest");
    expect(answer.json).toMatchObject({ error: `filesystem layer verification failed for digest ${largest}` });
    expect((await api.get("/images/json")).json).toEqual([]);
    registry.blob = blob;
    expect((await pull("busybox", "latest")).json).toMatchObject({
      status: "Status: Downloaded newer image for busybox:latest",
    });
  });

  it("ends with the client, leaves no half image, and goes on from the layers it had", async () => {
    const { registry, content } = api.world;
    const layers = [layer("a", "first"), layer("b", "second")];
    const [firstId = "", secondId = ""] = await Promise.all(layers.map(sha256));
    await registry.add("two:1", layers, {});
    const blob = registry.blob.bind(registry);
    let ended = false;
    registry.blob = (digest) => {
      if (digest !== secondId) return blob(digest);
      const body = new ReadableStream<Uint8Array>({
        cancel() {
          ended = true;
        },
      });
      return Promise.resolve({ size: layers[1]?.length ?? 0, body });
    };
    const response = await api.open("POST", "/images/create?fromImage=two&tag=1");
    if (!(response.body instanceof ReadableStream)) throw new Error("not a stream");
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    let text = "";
    while (!text.includes("Pull complete")) {
      const { done, value } = await reader.read();
      if (done) throw new Error(text);
      text += new TextDecoder().decode(value);
    }
    await reader.cancel();
    expect([content.hasLayer(firstId), content.hasLayer(secondId)]).toEqual([true, false]);
    expect((await api.get("/images/json")).json).toEqual([]);
    expect((await api.get("/images/two:1/json")).status).toBe(404);
    await expect.poll(() => ended).toBe(true);

    registry.blob = blob;
    const restored = await api.restored();
    const resumed = lines((await restored.post("/images/create?fromImage=two&tag=1")).text);
    expect(resumed.filter((step) => step["id"] === firstId.slice(7, 19))).toEqual([
      { status: "Already exists", progressDetail: {}, id: firstId.slice(7, 19) },
    ]);
    expect(resumed.at(-1)).toEqual({ status: "Status: Downloaded newer image for two:1" });
    expect(restored.engine.state().looseLayers).toEqual([]);
  });

  it("image prune drops the layers of a pull that was cut off", async () => {
    const { registry, content } = api.world;
    const layers = [layer("a", "first"), layer("b", "second")];
    const [firstId = "", secondId = ""] = await Promise.all(layers.map(sha256));
    await registry.add("two:1", layers, {});
    const blob = registry.blob.bind(registry);
    registry.blob = (digest) => (digest === secondId ? Promise.reject(new Error("connection reset")) : blob(digest));
    expect((await pull("two", "1")).json).toMatchObject({ error: "connection reset" });
    const before = content.hasLayer(firstId);
    await api.post("/images/prune");
    expect([before, content.hasLayer(firstId)]).toEqual([true, false]);
  });

  it("without a tag pulls every tag of the repository", async () => {
    await api.world.registry.add("busybox:other", [layer("x", "x")], {});
    await api.post("/images/create?fromImage=busybox");
    const tags = ((await api.get("/images/json")).json as { RepoTags: string[] }[]).flatMap(({ RepoTags }) => RepoTags);
    expect(tags.sort()).toEqual(["busybox:latest", "busybox:other"]);
  });
});

describe("docker search", () => {
  it("looks into the built-in registry; without a term it lists all there is", async () => {
    expect((await api.get("/images/search?term=busy")).json).toEqual([
      { star_count: 0, is_official: true, name: "busybox", is_automated: false, description: "" },
    ]);
    expect((await api.get("/images/search?term=alpine")).json).toEqual([]);
    expect((await api.get("/images/search?term=")).json).toHaveLength(1);
    const inspected = (await api.get("/distribution/busybox/json")).json as { Platforms: unknown };
    expect(inspected.Platforms).toEqual([{ architecture: "386", os: "linux" }]);
  });
});
