import { describe, expect, it } from "vitest";
import type { ContentStore } from "../engine/runtime.ts";
import { DigestMismatch, sha256 } from "../image/digest.ts";
import { HostileLayer } from "../image/layer.ts";
import { TarError, tarHeader } from "../image/tar/entry.ts";
import { writeTar } from "../image/tar/write.ts";
import { ContentNotFound } from "./content-store.ts";
import { LayerFs } from "./layerfs.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const store = (): ContentStore & LayerFs["content"] => new LayerFs().content;

describe("the content store", () => {
  it("gives back blobs that are what their digest says", async () => {
    const content = store();
    const digest = await sha256(text("blob"));
    await expect(content.put(digest, text("other"))).rejects.toThrow(DigestMismatch);
    expect(content.has(digest)).toBe(false);
    await content.put(digest, text("blob"));
    expect(content.has(digest)).toBe(true);
    expect(await content.get(digest)).toEqual(text("blob"));
    await content.delete(digest);
    await expect(content.get(digest)).rejects.toThrow(ContentNotFound);
  });

  it("keeps layers by diff id, with the size of their files", async () => {
    const content = store();
    const tar = writeTar([
      { header: tarHeader("a", "file"), content: text("12345") },
      { header: tarHeader("b", "hardlink", { linkName: "a" }) },
      { header: tarHeader(".wh.c", "file") },
    ]);
    const diffId = await sha256(tar);
    await content.putLayer(diffId, tar);
    await content.putLayer(diffId, tar);
    expect(content.hasLayer(diffId)).toBe(true);
    expect(content.layerSize(diffId)).toBe(5);
    expect(await content.getLayer(diffId)).toBe(tar);
    expect(content.digests()).toEqual({ blobs: [], layers: [diffId] });
    const told: string[] = [];
    content.onDeleteLayer((id) => {
      told.push(`${id} ${String(content.hasLayer(id))}`);
      return Promise.resolve();
    });
    await content.deleteLayer(diffId);
    await content.deleteLayer(diffId);
    expect(told).toEqual([`${diffId} true`]);
    expect(content.hasLayer(diffId)).toBe(false);
    expect(() => content.layerSize(diffId)).toThrow(ContentNotFound);
    await expect(content.getLayer(diffId)).rejects.toThrow(ContentNotFound);
  });

  it("takes no layer that is another, damaged, or hostile", async () => {
    const content = store();
    const climbing = writeTar([{ header: tarHeader("../etc/cron", "file") }]);
    const good = writeTar([{ header: tarHeader("a", "file"), content: text("x") }]);
    await expect(content.putLayer(await sha256(good), climbing)).rejects.toThrow(DigestMismatch);
    await expect(content.putLayer(await sha256(climbing), climbing)).rejects.toThrow(HostileLayer);
    const cut = good.subarray(0, 600);
    await expect(content.putLayer(await sha256(cut), cut)).rejects.toThrow(TarError);
    await expect(content.putLayer("md5:abc", good)).rejects.toThrow("invalid digest");
    expect(content.digests().layers).toEqual([]);
  });
});
