import * as v from "valibot";
import type { HttpResponse } from "../../http/message.ts";
import type { Daemon } from "../daemon/daemon.ts";
import { volumeJson } from "../daemon/volume/volume-json.ts";
import { NotFound, Unavailable } from "../errors.ts";
import type { Call } from "./call.ts";
import { json, noContent } from "./response.ts";
import { compareVersions, del, get, post, put, type Route } from "./route.ts";

export const volumesRoutes: readonly Route[] = [
  get("/volumes", list),
  get("/volumes/{name:.*}", (daemon, call) => json(volumeJson(daemon.volumes.find(call.parameter("name"))))),
  post("/volumes/create", create),
  post("/volumes/prune", prune),
  put("/volumes/{name:.*}", update),
  del("/volumes/{name:.*}", remove),
];

const strings = v.nullish(v.record(v.string(), v.string()));
const createBody = v.object({
  Name: v.nullish(v.string()),
  Driver: v.nullish(v.string()),
  DriverOpts: strings,
  Labels: strings,
  ClusterVolumeSpec: v.nullish(v.unknown()),
});

function list(daemon: Daemon, call: Call): HttpResponse {
  const filters = call.filters(["dangling", "driver", "label", "name"]);
  return json({ Volumes: daemon.volumes.list(filters).map(volumeJson), Warnings: null });
}

async function create(daemon: Daemon, call: Call): Promise<HttpResponse> {
  const body = await call.json(createBody);
  if (body.ClusterVolumeSpec !== null && body.ClusterVolumeSpec !== undefined) throw notManager();
  const volume = await daemon.volumes.ensure({
    name: body.Name ?? "",
    driver: body.Driver ?? "",
    options: body.DriverOpts ?? {},
    labels: body.Labels ?? {},
  });
  return json(volumeJson(volume), 201);
}

function update(): HttpResponse {
  throw new Unavailable("volume update only valid for cluster volumes, but swarm is unavailable");
}

async function remove(daemon: Daemon, call: Call): Promise<HttpResponse> {
  try {
    await daemon.volumes.remove(call.parameter("name"));
  } catch (error) {
    if (!(call.flag("force") && error instanceof NotFound)) throw error;
  }
  return noContent();
}

async function prune(daemon: Daemon, call: Call): Promise<HttpResponse> {
  const filters = call.filters(["all", "label", "label!"]);
  // Older clients mean every volume, not only anonymous ones.
  const everything = compareVersions(call.version, "1.42") < 0;
  const { deleted, reclaimed } = await daemon.volumes.prune(filters, everything);
  return json({ VolumesDeleted: deleted, SpaceReclaimed: reclaimed });
}

function notManager(): Unavailable {
  return new Unavailable(
    'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
  );
}
