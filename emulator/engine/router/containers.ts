import { createBody, configBody, execCreateBody, updateBody } from "../container-body.ts";
import { archiveRoutes } from "./container-archive.ts";
import { attachRoutes } from "./container-streams.ts";
import { createContainer } from "../daemon/container/create.ts";
import { commitContainer } from "../daemon/container/commit.ts";
import { createExec } from "../daemon/container/exec.ts";
import { inspectContainer } from "../daemon/container/inspect.ts";
import { killContainer, notRunning } from "../daemon/container/kill.ts";
import { listContainers, listFilters } from "../daemon/container/list.ts";
import { pauseContainer, unpauseContainer } from "../daemon/container/pause.ts";
import { pruneContainers } from "../daemon/container/prune.ts";
import { removeContainer } from "../daemon/container/remove.ts";
import { renameContainer } from "../daemon/container/rename.ts";
import { startContainer } from "../daemon/container/start.ts";
import { restartContainer, stopContainer, type StopOptions } from "../daemon/container/stop.ts";
import { topContainer } from "../daemon/container/top.ts";
import { updateContainer, validateUpdate } from "../daemon/container/update.ts";
import type { Daemon } from "../daemon/daemon.ts";
import { EngineFault, InvalidParameter, NotFound, Conflict, messageOf } from "../errors.ts";
import type { ContainerRecord } from "../records.ts";
import type { Call } from "./call.ts";
import { container, sizeOf } from "./container-parameter.ts";
import { json, noContent, ok } from "./response.ts";
import { del, get, post, type Handler, type Route } from "./route.ts";

export const containersRoutes: readonly Route[] = [
  get("/containers/json", list),
  post("/containers/create", create),
  post("/containers/prune", prune),
  post("/commit", commit),
  ...attachRoutes,
  ...archiveRoutes,
  get("/containers/{name:.*}/json", inspect),
  get("/containers/{name:.*}/top", top),
  post("/containers/{name:.*}/exec", exec),
  post("/containers/{name:.*}/kill", kill),
  post("/containers/{name:.*}/pause", on(pauseContainer)),
  post("/containers/{name:.*}/unpause", on(unpauseContainer)),
  post("/containers/{name:.*}/rename", rename),
  post("/containers/{name:.*}/resize", resize),
  post("/containers/{name:.*}/restart", restart),
  post("/containers/{name:.*}/start", on(startContainer)),
  post("/containers/{name:.*}/stop", stop),
  post("/containers/{name:.*}/update", update),
  del("/containers/{name:.*}", remove),
];

/** A verb without options: 204 when it has been done. */
function on(verb: (daemon: Daemon, container: ContainerRecord) => Promise<void>): Handler {
  return async (daemon, call) => {
    await verb(daemon, container(daemon, call));
    return noContent();
  };
}

async function list(daemon: Daemon, call: Call) {
  const options = {
    all: call.flag("all"),
    limit: call.integer("limit"),
    size: call.flag("size"),
    filters: call.filters(listFilters),
  };
  return json(await listContainers(daemon, options));
}

async function create(daemon: Daemon, call: Call) {
  const body = await call.json(createBody);
  const created = await createContainer(daemon, { name: call.text("name"), platform: call.text("platform"), body });
  return json(created, 201);
}

async function prune(daemon: Daemon, call: Call) {
  return json(await pruneContainers(daemon, call.filters(["label", "label!", "until"])));
}

async function commit(daemon: Daemon, call: Call) {
  const config = await call.json(configBody, {});
  const repository = call.text("repo");
  const tag = call.text("tag");
  const id = await commitContainer(daemon, daemon.containers.find(call.text("container")), {
    reference: repository === "" ? undefined : tag === "" ? repository : `${repository}:${tag}`,
    comment: call.text("comment"),
    author: call.text("author"),
    pause: call.flag("pause", true),
    changes: call.query.getAll("changes"),
    config: Object.values(config).some((value) => value !== undefined && value !== null) ? config : undefined,
    signal: call.signal,
  });
  return json({ Id: id }, 201);
}

async function inspect(daemon: Daemon, call: Call) {
  return json(await inspectContainer(daemon, container(daemon, call), call.flag("size")));
}

async function top(daemon: Daemon, call: Call) {
  return json(await topContainer(daemon, container(daemon, call), call.text("ps_args")));
}

async function exec(daemon: Daemon, call: Call) {
  const body = await call.json(execCreateBody);
  return json({ Id: createExec(daemon, call.parameter("name"), body) }, 201);
}

async function kill(daemon: Daemon, call: Call) {
  const name = call.parameter("name");
  try {
    await killContainer(daemon, daemon.containers.find(name), call.text("signal"));
  } catch (error) {
    throw prefixed(error, `cannot kill container: ${name}: `);
  }
  return noContent();
}

/** The same class of error with words before its message. */
function prefixed(error: unknown, prefix: string): unknown {
  for (const Kind of [NotFound, Conflict, InvalidParameter])
    if (error instanceof Kind) return new Kind(prefix + error.message);
  return error instanceof EngineFault ? new EngineFault(prefix + messageOf(error)) : error;
}

async function rename(daemon: Daemon, call: Call) {
  await renameContainer(daemon, container(daemon, call), call.text("name"));
  return noContent();
}

async function resize(daemon: Daemon, call: Call) {
  const size = sizeOf(call);
  const found = container(daemon, call);
  if (!found.state.running) throw notRunning(found);
  await daemon.world.runtime.resize(found.id, size);
  daemon.containers.publish(found, "resize", { height: String(size.rows), width: String(size.columns) });
  return ok();
}

function stopOptions(call: Call): StopOptions {
  return { signal: call.text("signal"), timeout: call.integer("t") };
}

async function stop(daemon: Daemon, call: Call) {
  const options = stopOptions(call);
  await stopContainer(daemon, container(daemon, call), options);
  return noContent();
}

async function restart(daemon: Daemon, call: Call) {
  const options = stopOptions(call);
  await restartContainer(daemon, container(daemon, call), options);
  return noContent();
}

async function update(daemon: Daemon, call: Call) {
  const body = await call.json(updateBody);
  validateUpdate(daemon, body);
  await updateContainer(daemon, container(daemon, call), body);
  return json({ Warnings: [] });
}

async function remove(daemon: Daemon, call: Call) {
  const found = container(daemon, call);
  await removeContainer(daemon, found, { force: call.flag("force"), volumes: call.flag("v") });
  return noContent();
}
