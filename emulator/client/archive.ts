import { done, segment, send, type Engine } from "./engine.ts";
import { MalformedResponse } from "./error.ts";
import { asObject, numberField, stringField } from "./json.ts";
import type { HeaderFields } from "../http/message.ts";

const at = (id: string): string => `/containers/${segment(id)}/archive`;

/** What `docker cp` is told of a path in a container. `mode` is Go's os.FileMode. */
export interface PathStat {
  readonly name: string;
  readonly size: number;
  readonly mode: number;
  readonly linkTarget: string;
}

/** Bits of Go's os.FileMode. */
export const MODE_DIRECTORY = 0x80000000;
export const MODE_SYMLINK = 0x08000000;

export async function statPath(engine: Engine, id: string, path: string): Promise<PathStat> {
  const response = await done(engine, "HEAD", at(id), { query: { path } });
  return pathStat(response.headers);
}

/** A tar of the path, and what the path is. */
export async function copyFrom(
  engine: Engine,
  id: string,
  path: string,
): Promise<{ readonly tar: ReadableStream<Uint8Array>; readonly stat: PathStat }> {
  const response = await send(engine, "GET", at(id), { query: { path } });
  return { tar: response.body, stat: pathStat(response.headers) };
}

/** Extracts a tar into the directory `path` of a container. */
export async function copyTo(
  engine: Engine,
  id: string,
  path: string,
  tar: ReadableStream<Uint8Array>,
  options: { readonly allowOverwriteDirWithFile?: boolean; readonly copyUidGid?: boolean } = {},
): Promise<void> {
  const query = {
    path,
    noOverwriteDirNonDir: options.allowOverwriteDirWithFile === true ? undefined : "true",
    copyUIDGID: options.copyUidGid === true ? "true" : undefined,
  };
  await done(engine, "PUT", at(id), { query, body: tar, headers: { "content-type": "application/x-tar" } });
}

function pathStat(headers: HeaderFields): PathStat {
  const header = headers["x-docker-container-path-stat"];
  if (header === undefined) throw new MalformedResponse("unable to get container path stat: missing header");
  const bytes = Uint8Array.from(atob(header), (character) => character.charCodeAt(0));
  const stat = asObject(JSON.parse(new TextDecoder().decode(bytes)), "path stat");
  return {
    name: stringField(stat, "name"),
    size: numberField(stat, "size"),
    mode: numberField(stat, "mode"),
    linkTarget: stringField(stat, "linkTarget"),
  };
}
