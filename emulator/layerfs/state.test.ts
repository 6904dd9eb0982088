import { describe, expect, it } from "vitest";
import { sha256 } from "../image/digest.ts";
import { tarHeader } from "../image/tar/entry.ts";
import { writeTar } from "../image/tar/write.ts";
import { LayerFs } from "./layerfs.ts";
import { LayerFsStateError } from "./state.ts";
import { Errno, NinePClient } from "./ninep-client.ts";
import { errno, T } from "./message.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const layerOf = (...names: string[]): Uint8Array =>
  writeTar(
    names.map((name) => ({
      header: tarHeader(name, "file", { xattrs: new Map([["user.a", text("attribute")]]) }),
      content: text(name),
    })),
  );

async function withLayers(...tars: Uint8Array[]): Promise<{ layers: LayerFs; client: NinePClient; ids: string[] }> {
  const layers = new LayerFs();
  const ids = [];
  for (const tar of tars) {
    const diffId = await sha256(tar);
    await layers.content.putLayer(diffId, tar);
    ids.push(diffId);
  }
  return { layers, client: new NinePClient(layers.handle), ids };
}
const hex = (diffId: string | undefined): string => (diffId ?? "").slice("sha256:".length);
const [one, two, three] = [layerOf("a", "b"), layerOf("c"), layerOf("d", "e", "f")];

describe("the state", () => {
  it("carries fids, numbers and listings over to another process, whatever was loaded there first", async () => {
    const { layers, client, ids } = await withLayers(one, two, three);
    await layers.addNamed("tools", layerOf("bash"));
    client.version(65_536);
    const file = client.find(`${hex(ids[2])}/e`);
    client.open(file);
    const attribute = client.find(`${hex(ids[0])}/a`);
    client.call(T.xattrwalk, { u32: attribute }, { u32: 900 }, { text: "user.a" });
    const listing = client.attach();
    client.open(listing);
    const half = client.readdir(listing, 0, 200);
    const numbers = ids.map((id) => client.attributes(client.find(hex(id))).qid.path);
    const saved: unknown = JSON.parse(JSON.stringify(layers.exportState()));

    const other = await withLayers(layerOf("new"), three, one);
    await other.layers.addNamed("tools", layerOf("bash"));
    await other.layers.content.putLayer(ids[1] ?? "", two);
    other.layers.importState(saved);
    const again = new NinePClient(other.layers.handle, 1000);
    expect(new TextDecoder().decode(again.read(file, 0, 10))).toBe("e");
    expect(new TextDecoder().decode(again.read(900, 4, 10))).toBe("ibute");
    expect(again.readdir(listing, half.at(-1)?.offset ?? 0, 4096).map(({ name }) => name)).toContain("tools");
    const root = again.walk(listing).fid;
    const walked = ids.map((id) => again.walk(root, hex(id)).qids[0]?.path);
    expect(walked).toEqual(numbers);
    // A layer that the save does not know is served as well, under numbers of its own.
    const fresh = again.walk(root, hex(other.ids[0])).qids[0]?.path ?? 0;
    expect(fresh).toBeGreaterThan(Math.max(...numbers));
    expect(other.layers.exportState().msize).toBe(65_536);
  });

  it("keeps a deleted layer's numbers taken, and its fids stale", async () => {
    const { layers, client, ids } = await withLayers(one, two);
    const fid = client.find(hex(ids[1]));
    const number = client.attributes(fid).qid.path;
    await layers.content.deleteLayer(ids[1] ?? "");
    const other = await withLayers(one);
    other.layers.importState(structuredClone(layers.exportState()));
    expect(() => other.client.attributes(fid)).toThrow(new Errno(errno.ESTALE));
    await other.layers.content.putLayer(ids[1] ?? "", two);
    expect(other.client.attributes(fid).qid.path).toBe(number);
  });

  it("is refused whole when a layer is missing or another, or the data is not right", async () => {
    const { layers, client, ids } = await withLayers(one, two);
    client.find(`${hex(ids[0])}/a`);
    const state = layers.exportState();
    const other = await withLayers(one);
    const before = other.layers.exportState();
    expect(() => {
      other.layers.importState(state);
    }).toThrow(`layer ${hex(ids[1])} is not here`);
    const [first, ...rest] = state.layers;
    const wrong: unknown[] = [
      undefined,
      { ...state, version: 2 },
      { ...state, msize: 1 },
      { ...state, nextQid: 3 },
      { ...state, nextCookie: 1 },
      { ...state, layers: [...rest, first] },
      { ...state, layers: [{ ...first, qidBase: 0 }, ...rest] },
      { ...state, layers: [{ ...first, diffId: "sha256:0" }, ...rest] },
      { ...state, fids: [...state.fids, ...state.fids] },
      { ...state, fids: [{ fid: 1, layer: "nothing", node: 0, open: false, xattr: null }] },
      { ...state, fids: [{ fid: 1, layer: hex(ids[0]), node: 99, open: false, xattr: null }] },
      { ...state, fids: [{ fid: 1, layer: hex(ids[0]), node: 1, open: false, xattr: "user.none" }] },
      { ...state, fids: [{ fid: -1, layer: null, node: 0, open: false, xattr: null }] },
    ];
    const same = await withLayers(one, two);
    for (const value of wrong) {
      expect(() => {
        same.layers.importState(value);
      }).toThrow(LayerFsStateError);
    }
    expect(other.layers.exportState()).toEqual(before);
    expect(same.layers.exportState().fids).toEqual([]);
    same.layers.importState(state);
    expect(same.layers.exportState()).toEqual(state);
  });
});
