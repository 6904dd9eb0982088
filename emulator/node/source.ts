import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LabSource } from "../index.ts";
import type { BootImages } from "../machine/machine.ts";
import { folderLayers } from "./folder-layers.ts";
import { publicFolder } from "./paths.ts";
import { folderRegistry } from "./registry.ts";

const bytes = async (path: string) => new Uint8Array(await readFile(path));
const machineFile = (name: string) => bytes(join(publicFolder, "machine", name));

/** What a lab under Node is made of: the files of `public/`. Its own layers go to `layers`, or to a temporary folder. */
export async function folderSource(layers = join(tmpdir(), `drydock-layers-${process.pid}`)): Promise<LabSource> {
  const [wasm, bpf, json] = await Promise.all([
    bytes(createRequire(import.meta.url).resolve("v86/build/v86.wasm")),
    machineFile("seccomp.bpf"),
    machineFile("seccomp.json"),
  ]);
  return {
    wasm,
    seccomp: { bpf, json },
    registry: folderRegistry(join(publicFolder, "registry")),
    tools: () => machineFile("tools.tar.gz"),
    layers: folderLayers(layers),
  };
}

export async function bootImages(): Promise<BootImages> {
  return {
    bios: await machineFile("bios.bin"),
    vgaBios: await machineFile("vgabios.bin"),
    kernel: await machineFile("bzImage"),
    initramfs: await machineFile("initrd.img"),
  };
}
