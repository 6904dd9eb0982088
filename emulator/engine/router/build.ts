import * as v from "valibot";
import type { HttpResponse } from "../../http/message.ts";
import { prepareClassic } from "../builder/classic/build.ts";
import { build } from "../builder/build.ts";
import { BuildError } from "../builder/build-error.ts";
import type { BuildOutput, BuildRequest } from "../builder/request.ts";
import type { Daemon } from "../daemon/daemon.ts";
import { InvalidParameter, messageOf, NotFound } from "../errors.ts";
import { bytesStream } from "../streams.ts";
import type { Call } from "./call.ts";
import { progressStream } from "./progress-stream.ts";
import { json } from "./response.ts";
import { get, post, type Route } from "./route.ts";

export const buildRoutes: readonly Route[] = [
  post("/build", start),
  post("/build/prune", prune),
  post("/build/cancel", () => ({ status: 204, headers: {}, body: null })),
  get("/build/output/{token}", output),
];

const names = v.record(v.string(), v.nullable(v.string()));
const labels = v.record(v.string(), v.string());
const ulimits = v.array(v.object({ Name: v.string(), Soft: v.number(), Hard: v.number() }));
const outputs = v.array(
  v.object({
    type: v.picklist(["image", "docker", "oci", "local", "tar", "cacheonly"]),
    attrs: v.optional(v.record(v.string(), v.string()), {}),
  }),
);

/** BuildKit's build (`version=2`) or the classic one: a stream of messages, the last of which tells a failure. */
async function start(daemon: Daemon, call: Call): Promise<HttpResponse> {
  const { builder, closed } = daemon;
  const request = readRequest(call, AbortSignal.any([call.signal, closed]));
  if (call.text("version") !== "2") return startClassic(daemon, call, request);
  return progressStream<object>(
    request.signal,
    (emit, signal) =>
      build(
        builder,
        { ...request, signal },
        {
          status(status) {
            emit({ id: "moby.buildkit.trace", aux: status });
          },
          image(id) {
            emit({ id: "moby.image.id", aux: { ID: id } });
          },
          output(token) {
            emit({ id: "drydock.output", aux: token });
          },
        },
      ),
    (error) => failure(error, request.dockerfile, builder.records.all().at(-1)?.dockerfile ?? ""),
  );
}

/** What cannot even begin is an answer with a status; what comes after is part of the stream. */
async function startClassic(daemon: Daemon, call: Call, request: BuildRequest): Promise<HttpResponse> {
  const work = await prepareClassic(daemon.builder, request);
  return progressStream<object>(
    request.signal,
    (emit, signal) => work(emit, signal),
    (error) => {
      const message = messageOf(error);
      const code = error instanceof BuildError && error.exitCode !== undefined ? { code: error.exitCode } : {};
      return { errorDetail: { ...code, message }, error: message };
    },
  );
}

function failure(error: unknown, filename: string, data: string): Record<string, unknown> {
  const message = `failed to solve: ${messageOf(error)}`;
  const detail: Record<string, unknown> = { message };
  if (error instanceof BuildError) {
    if (error.exitCode !== undefined) detail["code"] = error.exitCode;
    if (error.lines !== undefined)
      detail["source"] = { filename, data, start: error.lines.start, end: error.lines.end };
  }
  return { error: message, errorDetail: detail };
}

function readRequest(call: Call, signal: AbortSignal): BuildRequest {
  if (call.text("remote") !== "")
    throw new InvalidParameter(
      `remote contexts need a network: there is none here to fetch ${JSON.stringify(call.text("remote"))} from`,
    );
  return {
    dockerfile: call.text("dockerfile") || "Dockerfile",
    context: call.request.body ?? bytesStream(new Uint8Array(0)),
    tags: call.query.getAll("t").filter((tag) => tag !== ""),
    target: call.text("target"),
    buildArgs: parameter(call, "buildargs", names, {}),
    labels: parameter(call, "labels", labels, {}),
    noCache: call.flag("nocache"),
    cacheFrom: parameter(call, "cachefrom", v.array(v.string()), []),
    noCacheStages: call.text("nocachestages").split(",").filter(Boolean),
    pull: call.flag("pull"),
    networkMode: call.text("networkmode"),
    extraHosts: call.query
      .getAll("extrahosts")
      .flatMap((hosts) => hosts.split(/[\n,]/))
      .filter(Boolean),
    shmSize: call.integer("shmsize") ?? 0,
    memory: call.integer("memory") ?? 0,
    cpuShares: call.integer("cpushares") ?? 0,
    cpuPeriod: call.integer("cpuperiod") ?? 0,
    cpuQuota: call.integer("cpuquota") ?? 0,
    ulimits: parameter(call, "ulimits", ulimits, []),
    platform: call.text("platform"),
    secrets: secretsOf(call),
    outputs: parameter(call, "outputs", outputs, []).map(({ type, attrs }): BuildOutput => ({
      type,
      attributes: attrs,
    })),
    quiet: call.flag("q"),
    remove: call.flag("rm", true),
    forceRemove: call.flag("forcerm"),
    signal,
  };
}

function parameter<S extends v.GenericSchema>(
  call: Call,
  name: string,
  schema: S,
  absent: v.InferOutput<S>,
): v.InferOutput<S> {
  const text = call.text(name);
  if (text === "" || text === "null") return absent;
  return parse(name, text, schema);
}

function parse<S extends v.GenericSchema>(name: string, text: string, schema: S): v.InferOutput<S> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InvalidParameter(`error reading ${name}: ${messageOf(error)}`);
  }
  const result = v.safeParse(schema, value);
  if (!result.success) throw new InvalidParameter(`error reading ${name}: ${v.summarize(result.issues)}`);
  return result.output;
}

/** `X-Build-Secrets`: base64 of JSON, the values base64 again. */
function secretsOf(call: Call): Record<string, Uint8Array> {
  const header = call.request.headers["x-build-secrets"];
  if (header === undefined || header === "") return {};
  try {
    const values = parse("secrets", atob(header), labels);
    return Object.fromEntries(
      Object.entries(values).map(([id, value]) => [id, Uint8Array.from(atob(value), (c) => c.charCodeAt(0))]),
    );
  } catch (error) {
    throw new InvalidParameter(`invalid X-Build-Secrets header: ${messageOf(error)}`);
  }
}

async function prune(daemon: Daemon, call: Call): Promise<HttpResponse> {
  const { deleted, freed } = await daemon.builder.prune({
    all: call.flag("all"),
    keepStorage: call.integer("keep-storage") ?? call.integer("reserved-space") ?? 0,
    filters: call.filters(["until", "id", "parent", "type", "description", "inuse", "shared", "private"]),
  });
  return json({ CachesDeleted: deleted.length === 0 ? null : deleted, SpaceReclaimed: freed });
}

/** A result of `outputs`, once. */
function output(daemon: Daemon, call: Call): HttpResponse {
  const token = call.parameter("token");
  const tar = daemon.builder.outputs.get(token);
  if (tar === undefined) throw new NotFound(`no such build output: ${token}`);
  daemon.builder.outputs.delete(token);
  return { status: 200, headers: { "content-type": "application/x-tar" }, body: tar };
}
