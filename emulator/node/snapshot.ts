import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import * as v from "valibot";
import * as container from "../client/container.ts";
import * as image from "../client/image.ts";
import { decodeSnapshot, encodeSnapshot, Lab, type Snapshot } from "../index.ts";
import { publicFolder, root, snapshotFolder } from "./paths.ts";
import { bootImages, folderSource } from "./source.ts";

/** What a fresh machine has pulled already. */
const preloaded = "busybox";
/** Throw-away containers before the state is taken: what they bring into memory is what the first `docker run` needs. */
const warmRuns = 3;

const description = v.object({
  key: v.string(),
  release: v.boolean(),
  file: v.string(),
  bytes: v.number(),
  compressed: v.number(),
  sha256: v.string(),
  /** Images in it; their layers are read from the registry when it is restored. */
  images: v.array(v.string()),
});
export type SnapshotDescription = v.InferOutput<typeof description>;

/** Code that decides what a state holds, or how it is written down; the rest may change under a snapshot. */
const formats = [
  "emulator/machine",
  "emulator/save",
  "emulator/lab/content.ts",
  "emulator/lab/lab.ts",
  "emulator/lab/sessions.ts",
  "emulator/layerfs/state.ts",
  "emulator/snapshotter/directories.ts",
  "emulator/snapshotter/init-layer.ts",
  "emulator/snapshotter/state.ts",
  "emulator/engine/records.ts",
  "emulator/engine/state.ts",
];

/** Everything the state depends on: the artifacts, and the code that decides what is in it. */
async function currentKey(): Promise<string> {
  const hash = createHash("sha256");
  for (const path of [
    "public/machine/bzImage",
    "public/machine/initrd.img",
    "public/machine/tools.tar.gz",
    "public/registry/index.json",
    "package-lock.json",
  ])
    hash.update(await readFile(join(root, path)));
  for (const place of formats) {
    const names = place.endsWith(".ts")
      ? [""]
      : (await readdir(join(root, place))).filter((n) => n.endsWith(".ts") && !n.endsWith(".test.ts"));
    for (const name of names.sort()) hash.update(place + name).update(await readFile(join(root, place, name)));
  }
  hash.update(await readFile(new URL(import.meta.url)));
  return hash.digest("hex");
}

export async function readDescription(): Promise<SnapshotDescription | undefined> {
  try {
    return v.parse(description, JSON.parse(await readFile(join(snapshotFolder, "snapshot.json"), "utf8")));
  } catch {
    // Missing, or written by another version: it is built again.
    return undefined;
  }
}

/** Builds the snapshot when it is missing or stale. `release` takes the time to compress it well. */
export async function ensureSnapshot(options: {
  readonly release: boolean;
  readonly log: (line: string) => void;
}): Promise<SnapshotDescription> {
  const key = await currentKey();
  const isCurrent = (made: SnapshotDescription | undefined) => made?.key === key && (made.release || !options.release);
  const existing = await readDescription();
  if (existing !== undefined && isCurrent(existing)) return existing;
  const release = await lock();
  try {
    // Another process may have built it while this one waited.
    const built = await readDescription();
    return built !== undefined && isCurrent(built) ? built : await build(key, options);
  } finally {
    await release();
  }
}

/** One process builds at a time. A lock whose owner died is taken over after some minutes. */
async function lock(): Promise<() => Promise<void>> {
  const path = `${snapshotFolder}.lock`;
  await mkdir(dirname(path), { recursive: true });
  for (;;) {
    try {
      await mkdir(path);
      return () => rm(path, { recursive: true, force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const since = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (since > 180_000) await rm(path, { recursive: true, force: true });
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function build(
  key: string,
  options: { readonly release: boolean; readonly log: (line: string) => void },
): Promise<SnapshotDescription> {
  options.log("Building the machine's snapshot...");
  const began = Date.now();
  const bytes = await takeSnapshot();
  const { sha256 } = await decodeSnapshot(bytes);
  const compressed = await promisify(gzip)(bytes, { level: options.release ? 9 : 1 });
  const file = `snapshot.${sha256.slice(0, 16)}.bin.gz`;
  await mkdir(snapshotFolder, { recursive: true });
  await writeFile(join(snapshotFolder, file), compressed);
  const made: SnapshotDescription = {
    key,
    release: options.release,
    file,
    bytes: bytes.length,
    compressed: compressed.length,
    sha256,
    images: [preloaded],
  };
  await writeFile(join(snapshotFolder, "snapshot.json.new"), JSON.stringify(made));
  await rename(join(snapshotFolder, "snapshot.json.new"), join(snapshotFolder, "snapshot.json"));
  for (const name of await readdir(snapshotFolder))
    if (name.endsWith(".gz") && name !== file) await rm(join(snapshotFolder, name), { force: true });
  options.log(
    `The snapshot has ${(compressed.length / 1e6).toFixed(1)} MB (${(bytes.length / 1e6).toFixed(1)} MB unpacked), made in ${((Date.now() - began) / 1000).toFixed(0)} s.`,
  );
  return made;
}

/** A machine that was booted, warmed, tidied up and is quiet. */
async function takeSnapshot(): Promise<Uint8Array> {
  const { promise: crashed, reject } = withReject();
  const onCrash = (reason: string, output: string) => reject(new Error(`the machine crashed: ${reason}\n${output}`));
  const lab = await Promise.race([Lab.boot(await folderSource(), await bootImages(), { onCrash }), crashed]);
  return Promise.race([quiesced(lab), crashed]);
}

async function quiesced(lab: Lab): Promise<Uint8Array> {
  try {
    const engine = { transport: lab.transport };
    for await (const message of await image.pull(engine, { image: preloaded, tag: "latest" }))
      if (message.error !== undefined) throw new Error(String(message["error"]));
    await warm(lab);
    await shell(lab, "sync; echo 3 > /proc/sys/vm/drop_caches");
    // Once more, so that just what a container start needs is in memory again.
    await warm(lab, 1);
    const left = await container.list(engine, { all: true });
    if (left.length > 0) throw new Error("a warm-up container is left");
    await shell(lab, "history -c 2>/dev/null; echo 1 > /proc/sys/vm/compact_memory 2>/dev/null; true");
    const { parts } = await lab.save();
    return await encodeSnapshot(parts);
  } finally {
    await lab.close();
  }
}

function withReject(): { readonly promise: Promise<never>; readonly reject: (error: Error) => void } {
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<never>((_, refuse) => (reject = refuse));
  // It may reject after the race is over.
  promise.catch(() => undefined);
  return { promise, reject };
}

async function warm(lab: Lab, runs = warmRuns): Promise<void> {
  for (let i = 0; i < runs; i++) await shell(lab, `docker run --rm ${preloaded} echo warm && docker ps`);
}

async function shell(lab: Lab, command: string): Promise<void> {
  const process = await lab.sessions.command({ args: ["/bin/sh", "-c", command], stdin: false });
  const read = async (stream: ReadableStream<Uint8Array> | undefined) => {
    let text = "";
    if (stream !== undefined) for await (const chunk of stream) text += new TextDecoder().decode(chunk);
    return text;
  };
  const [, errors, { code }] = await Promise.all([read(process.stdout), read(process.stderr), process.exited]);
  if (code !== 0) throw new Error(`${command}: status ${code}: ${errors}`);
}

export async function loadSnapshot(log: (line: string) => void): Promise<Snapshot> {
  const { file } = await ensureSnapshot({ release: false, log });
  return decodeSnapshot(new Uint8Array(await promisify(gunzip)(await readFile(join(snapshotFolder, file)))));
}

/** `npm run snapshot`. */
export async function main(args: readonly string[]): Promise<void> {
  const made = await ensureSnapshot({
    release: args.includes("--release"),
    log: (line) => process.stderr.write(`${line}\n`),
  });
  process.stdout.write(`${join(publicFolder, "..", ".cache", "snapshot", made.file)}\n`);
}
