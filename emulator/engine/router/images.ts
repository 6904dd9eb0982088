import { isDigest } from "../../image/digest.ts";
import type { Reference } from "../../image/reference.ts";
import type { HttpResponse } from "../../http/message.ts";
import type { Platform } from "../../spec/oci-image.ts";
import type { Daemon } from "../daemon/daemon.ts";
import { parse, parseRepoTag } from "../daemon/image/catalog.ts";
import { imageFilterNames } from "../daemon/image/list.ts";
import { pruneFilterNames } from "../daemon/image/prune.ts";
import { Forbidden, InvalidParameter } from "../errors.ts";
import { readAll } from "../streams.ts";
import type { Call } from "./call.ts";
import { progressStream } from "./progress-stream.ts";
import { json, stream } from "./response.ts";
import { compareVersions, del, get, post, type Route } from "./route.ts";

export const imagesRoutes: readonly Route[] = [
  get("/images/json", list),
  get("/images/search", search),
  get("/images/get", save),
  get("/images/{name:.*}/get", save),
  get("/images/{name:.*}/history", (daemon, call) => json(daemon.images.history(call.parameter("name")))),
  get("/images/{name:.*}/json", inspect),
  post("/images/create", create),
  post("/images/load", load),
  post("/images/prune", prune),
  post("/images/{name:.*}/push", push),
  post("/images/{name:.*}/tag", tag),
  del("/images/{name:.*}", remove),
  get("/distribution/{name:.*}/json", distribution),
];

function list(daemon: Daemon, call: Call): HttpResponse {
  const images = daemon.images.list({
    all: call.flag("all"),
    filters: call.filters(imageFilterNames),
    sharedSize: call.flag("shared-size"),
    containerCount: false,
  });
  if (compareVersions(call.version, "1.44") >= 0) return json(images);
  return json(images.map((image) => ({ ...image, VirtualSize: image.Size })));
}

function inspect(daemon: Daemon, call: Call): HttpResponse {
  const image = daemon.images.inspect(call.parameter("name"));
  return json(compareVersions(call.version, "1.44") < 0 ? { ...image, VirtualSize: image["Size"] } : image);
}

async function search(daemon: Daemon, call: Call): Promise<HttpResponse> {
  const limit = call.text("limit") === "" ? undefined : Number(call.text("limit"));
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 0))
    throw new InvalidParameter("invalid limit specified");
  const filters = call.filters(["is-automated", "is-official", "stars"]);
  const request = { term: call.text("term"), limit: limit === 0 ? undefined : limit, filters, signal: call.signal };
  return json(await daemon.images.search(request));
}

/** Pull, or import when no image is named. */
async function create(daemon: Daemon, call: Call): Promise<HttpResponse> {
  const image = call.text("fromImage");
  const platform = parsePlatform(call.text("platform"));
  if (image === "") return importArchive(daemon, call, platform);
  const reference = pullReference(image.replace(/:$/, ""), call.text("tag"));
  if (reference.path === "library/scratch" && reference.domain === "docker.io")
    throw new Forbidden("'scratch' is a reserved name");
  const gone = new AbortController();
  const signal = AbortSignal.any([call.signal, gone.signal]);
  const pull = await daemon.images.pull({ reference, platform, signal });
  return progressStream(call.signal, async (emit, streamSignal) => {
    streamSignal.addEventListener("abort", () => {
      gone.abort(streamSignal.reason);
    });
    await pull(emit);
  });
}

/** The tag parameter may be a digest. */
function pullReference(image: string, tag: string): Reference {
  const reference = parse(image);
  const { domain, path } = reference;
  if (tag === "") return reference;
  if (isDigest(tag)) return { domain, path, digest: tag };
  if (!/^\w[\w.-]{0,127}$/.test(tag)) throw new InvalidParameter("invalid tag format");
  return { domain, path, tag };
}

/** `linux/amd64/v2`, `linux`, `amd64`. Throws InvalidParameter. */
function parsePlatform(text: string): Platform | undefined {
  if (text === "") return undefined;
  const [first = "", second, variant] = text.toLowerCase().split("/");
  if (!/^[a-z0-9_./-]+$/.test(text.toLowerCase()))
    throw new InvalidParameter(
      `${JSON.stringify(text)} is an invalid component of ${JSON.stringify(text)}: invalid argument`,
    );
  const [os, architecture] =
    second === undefined ? (first === "linux" ? ["linux", "386"] : ["linux", first]) : [first, second];
  const normal: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64", i386: "386", i686: "386" };
  return { os, architecture: normal[architecture] ?? architecture, ...(variant === undefined ? {} : { variant }) };
}

async function importArchive(daemon: Daemon, call: Call, platform: Platform | undefined): Promise<HttpResponse> {
  const source = call.text("fromSrc");
  const reference = parseRepoTag(call.text("repo"), call.text("tag"));
  if (source !== "-")
    throw new InvalidParameter(`Get ${JSON.stringify(source)}: there is no network outside to fetch it from`);
  const image = await daemon.images.import({
    archive: call.request.body === null ? new Uint8Array(0) : await readAll(call.request.body),
    reference,
    message: call.text("message") === "" ? `Imported from ${source}` : call.text("message"),
    changes: call.query.getAll("changes"),
    architecture: platform?.architecture,
  });
  return progressStream(call.signal, (emit) => {
    emit({ status: image.id });
  });
}

/** Failures of a load are part of its stream, as they are with dockerd. */
function load(daemon: Daemon, call: Call): HttpResponse {
  const quiet = call.flag("quiet", true);
  return progressStream(call.signal, async (emit, signal) => {
    const archive = call.request.body === null ? new Uint8Array(0) : await readAll(call.request.body);
    await daemon.images.load(archive, { emit, quiet, signal });
  });
}

async function save(daemon: Daemon, call: Call): Promise<HttpResponse> {
  const name = call.parameter("name");
  const names = name === "" ? call.query.getAll("names") : [name];
  return stream(await daemon.images.save(names), "application/x-tar");
}

function push(daemon: Daemon, call: Call): HttpResponse {
  const name = call.parameter("name");
  const reference = call.text("tag") === "" ? parse(name) : parseRepoTag(name, call.text("tag"));
  if (reference === undefined) throw new InvalidParameter("invalid reference format");
  return progressStream(call.signal, (emit) => {
    daemon.images.push(reference, emit);
  });
}

function tag(daemon: Daemon, call: Call): HttpResponse {
  const reference = parseRepoTag(call.text("repo"), call.text("tag"));
  if (reference === undefined) throw new InvalidParameter("invalid reference format");
  daemon.images.tag(call.parameter("name"), reference);
  return { status: 201, headers: {}, body: null };
}

async function remove(daemon: Daemon, call: Call): Promise<HttpResponse> {
  const name = call.parameter("name");
  if (name.trim() === "") throw new InvalidParameter("image name cannot be blank");
  return json(await daemon.images.remove(name, { force: call.flag("force"), prune: !call.flag("noprune") }));
}

async function prune(daemon: Daemon, call: Call): Promise<HttpResponse> {
  const { deleted, reclaimed } = await daemon.images.prune(call.filters(pruneFilterNames));
  return json({ ImagesDeleted: deleted.length === 0 ? null : deleted, SpaceReclaimed: reclaimed });
}

async function distribution(daemon: Daemon, call: Call): Promise<HttpResponse> {
  return json(await daemon.images.distribution(call.parameter("name"), call.signal));
}
