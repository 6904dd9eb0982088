import { exportContainer, readArchive, statPath, writeArchive, type PathStat } from "../daemon/container/archive.ts";
import type { ChangeKind } from "../runtime.ts";
import type { Daemon } from "../daemon/daemon.ts";
import { bytesStream } from "../streams.ts";
import { decompressed } from "../decompressed.ts";
import type { Call } from "./call.ts";
import { container } from "./container-parameter.ts";
import { json, ok, stream } from "./response.ts";
import { get, head, put, type Route } from "./route.ts";

export const archiveRoutes: readonly Route[] = [
  head("/containers/{name:.*}/archive", stat),
  get("/containers/{name:.*}/archive", read),
  put("/containers/{name:.*}/archive", write),
  get("/containers/{name:.*}/export", exportRoot),
  get("/containers/{name:.*}/changes", changes),
];

const statHeader = "x-docker-container-path-stat";

function encodeStat(stat: PathStat): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(stat))));
}

async function stat(daemon: Daemon, call: Call) {
  const found = await statPath(daemon, container(daemon, call), call.text("path"));
  return { ...ok(), headers: { [statHeader]: encodeStat(found) } };
}

async function read(daemon: Daemon, call: Call) {
  const { stat: found, tar } = await readArchive(daemon, container(daemon, call), call.text("path"));
  return {
    ...stream(tar, "application/x-tar"),
    headers: { "content-type": "application/x-tar", [statHeader]: encodeStat(found) },
  };
}

async function write(daemon: Daemon, call: Call) {
  await writeArchive(daemon, container(daemon, call), {
    path: call.text("path"),
    tar: decompressed(call.request.body ?? bytesStream(new Uint8Array(0))),
    noOverwriteDirNonDir: call.flag("noOverwriteDirNonDir"),
    signal: call.signal,
  });
  return ok();
}

async function exportRoot(daemon: Daemon, call: Call) {
  return stream(await exportContainer(daemon, container(daemon, call)), "application/octet-stream");
}

const kinds: Readonly<Record<ChangeKind, number>> = { modified: 0, added: 1, deleted: 2 };

async function changes(daemon: Daemon, call: Call) {
  const found = container(daemon, call);
  await daemon.containers.live(found).prepared;
  const list = await daemon.world.snapshotter.changes(found.id);
  return json(list.map(({ path, kind }) => ({ Kind: kinds[kind], Path: path })));
}
