import { GuestFileError, type FileStat, type Files } from "../../engine/runtime.ts";
import type { HttpResponse } from "../../http/message.ts";
import {
  largestText,
  type EntryKind,
  type FileContent,
  type FolderEntry,
  type FolderListing,
  type ShellPlace,
} from "../../spec/inside-files.ts";
import { InsideError, json, type InsidePart } from "./inside.ts";

/** What the part needs beside the files themselves. */
export interface FilesNeeds {
  readonly files: Files;
  /** rename(2), never onto something that is there. */
  rename(from: string, to: string): Promise<void>;
  /** Processes of the terminals' shells by name. */
  readonly shells: ReadonlyMap<string, number>;
}

type Call = Parameters<InsidePart>[0];

/** A folder is told up to so many entries; the rest is a number. */
const mostEntries = 1000;
const mostFolders = 100;

/** Files of the guest for the page: a tree to browse, text to edit, folders to carry in and out. */
export function filesPart(needs: FilesNeeds): InsidePart {
  const { files } = needs;
  const routes: Readonly<Record<string, (call: Call) => Promise<HttpResponse>>> = {
    "GET /list": async ({ query }) => {
      const paths = query.getAll("path").slice(0, mostFolders).map(checked);
      return json(await Promise.all(paths.map((path) => list(files, path))));
    },
    "GET /read": async ({ query }) => json(await read(files, pathOf(query))),
    "POST /write": async ({ query, body }) => write(files, pathOf(query), query.get("version"), await collect(body)),
    "POST /mkdir": async ({ query }) => {
      await files.makeDirectory("/", pathOf(query), { parents: query.get("parents") === "1" });
      return json({});
    },
    "POST /rename": async ({ query }) => {
      const to = pathOf(query, "to");
      if ((await files.stat("/", to)) !== undefined) throw new InsideError(409, `There is already ${nameOf(to)}.`);
      const from = deletable(pathOf(query, "from"));
      if ((await files.stat("/", from)) === undefined) throw new InsideError(404, `There is no ${from}.`);
      await needs.rename(from, to);
      return json({});
    },
    "DELETE /remove": async ({ query }) => {
      await files.remove("/", deletable(pathOf(query)), { recursive: true });
      return json({});
    },
    "POST /upload": async ({ query, body, signal }) => {
      if (body === null) throw new InsideError(400, "nothing was sent");
      await files.unpack("/", pathOf(query), body, { owner: { uid: 0, gid: 0 }, signal });
      return json({});
    },
    "GET /download": async ({ query }) => {
      const path = pathOf(query);
      if ((await files.stat("/", path, { follow: true })) === undefined)
        throw new InsideError(404, `There is no ${path}.`);
      return { status: 200, headers: { "content-type": "application/x-tar" }, body: files.pack("/", path) };
    },
    "GET /shell": async ({ query }) => json(await place(files, needs.shells.get(query.get("name") ?? ""))),
  };
  return async (call) => {
    const route = `${call.method} ${call.path}`;
    const answer = Object.hasOwn(routes, route) ? routes[route] : undefined;
    if (answer === undefined) throw new InsideError(404, `nothing answers ${route}`);
    try {
      return await answer(call);
    } catch (error) {
      throw error instanceof GuestFileError ? worded(error) : error;
    }
  };
}

function pathOf(query: URLSearchParams, name = "path"): string {
  const path = query.get(name);
  if (path === null) throw new InsideError(400, `${name} is missing`);
  return checked(path);
}

function checked(path: string): string {
  if (!path.startsWith("/") || path.includes("\0") || path.length > 4096)
    throw new InsideError(400, `${JSON.stringify(path.slice(0, 100))} is no absolute path`);
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw new InsideError(400, `${path} leads outside its folder`);
  return `/${parts.join("/")}`;
}

/** The machine does not survive the loss of a folder at its root, and a click is quickly done. */
function deletable(path: string): string {
  if (path.split("/").length < 3) throw new InsideError(400, `${path} belongs to the machine.`);
  return path;
}

const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);

async function list(files: Files, path: string): Promise<FolderListing> {
  let names: readonly string[];
  try {
    names = await files.list("/", path);
  } catch (error) {
    if (error instanceof GuestFileError && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return { path, missing: true };
    throw error;
  }
  const shown = [...names].sort().slice(0, mostEntries);
  const entries = await Promise.all(shown.map((name) => entry(files, path === "/" ? `/${name}` : `${path}/${name}`)));
  return { path, entries: entries.filter((e) => e !== undefined), more: names.length - shown.length };
}

/** Undefined when it went while the folder was read. */
async function entry(files: Files, path: string): Promise<FolderEntry | undefined> {
  const own = await files.stat("/", path);
  if (own === undefined) return undefined;
  const symlink = own.kind === "symlink";
  const stat = symlink ? await followed(files, path) : own;
  return {
    name: nameOf(path),
    kind: kindOf(stat),
    symlink,
    size: (stat ?? own).size,
    mtime: (stat ?? own).mtime,
    version: versionOf(stat ?? own),
  };
}

async function followed(files: Files, path: string): Promise<FileStat | undefined> {
  try {
    return await files.stat("/", path, { follow: true });
  } catch (error) {
    if (error instanceof GuestFileError) return undefined; // a loop of symlinks, which leads nowhere
    throw error;
  }
}

function kindOf(stat: FileStat | undefined): EntryKind {
  return stat?.kind === "file" || stat?.kind === "directory" ? stat.kind : "other";
}

function versionOf(stat: FileStat): string {
  return `${stat.size}-${stat.mtime}`;
}

async function read(files: Files, path: string): Promise<FileContent> {
  const stat = await files.stat("/", path, { follow: true });
  if (stat === undefined) throw new InsideError(404, `There is no ${path}.`);
  if (stat.kind !== "file") throw new InsideError(400, `${path} is no file.`);
  const version = versionOf(stat);
  if (stat.size > largestText) return { kind: "large", size: stat.size, version };
  const bytes = await files.read("/", path);
  try {
    if (bytes.includes(0)) return { kind: "binary", size: bytes.length, version };
    // A byte order mark is content, and is written back.
    return { kind: "text", text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), version };
  } catch {
    return { kind: "binary", size: bytes.length, version };
  }
}

/**
 * Writes into the file that is there, since it may be mounted in a container. What it held is put back when the disk is
 * full, so that nothing is ever half written.
 */
async function write(files: Files, path: string, expected: string | null, bytes: Uint8Array): Promise<HttpResponse> {
  const stat = await files.stat("/", path, { follow: true });
  const current = stat === undefined ? null : versionOf(stat);
  if (expected !== null && expected !== (current ?? "new"))
    return json(
      { message: stat === undefined ? `${path} is gone.` : `${path} changed meanwhile.`, version: current },
      409,
    );
  if (stat !== undefined && stat.kind !== "file") throw new InsideError(400, `${path} is no file.`);
  const before = stat !== undefined && stat.size <= largestText ? await files.read("/", path) : undefined;
  try {
    await files.write("/", path, bytes);
  } catch (error) {
    if (before !== undefined) {
      await files.write("/", path, before);
      const { status, message } = error instanceof GuestFileError ? worded(error) : new InsideError(500, String(error));
      const restored = await files.stat("/", path, { follow: true });
      return json({ message, version: restored === undefined ? null : versionOf(restored) }, status);
    }
    if (stat === undefined) await files.remove("/", path).catch(() => undefined); // nothing was made, perhaps
    throw error;
  }
  const written = await files.stat("/", path, { follow: true });
  if (written === undefined) throw new InsideError(404, `${path} is gone.`);
  return json({ version: versionOf(written) });
}

async function collect(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (body !== null)
    for await (const chunk of body) {
      size += chunk.length;
      if (size > largestText) throw new InsideError(400, `The editor writes at most ${largestText / 1024 / 1024} MB.`);
      chunks.push(chunk);
    }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** A shell is idle when its own process group has the terminal (`tpgid` and `pgrp` of proc(5)). */
async function place(files: Files, pid: number | undefined): Promise<ShellPlace> {
  if (pid === undefined) throw new InsideError(404, "there is no such shell");
  const link = await files.stat("/", `/proc/${pid}/cwd`);
  const stat = new TextDecoder().decode(await files.read("/", `/proc/${pid}/stat`));
  // The command's name stands in parentheses and may hold anything; the fields after it are state, ppid, pgrp, session, tty, tpgid.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { folder: link?.target ?? "/root", idle: fields[2] !== undefined && fields[2] === fields[5] };
}

function worded(error: GuestFileError): InsideError {
  const name = nameOf(error.path) || error.path;
  switch (error.code) {
    case "ENOSPC":
      return new InsideError(507, "The machine's disk is full. Delete something, or run docker system prune.");
    case "ENOENT":
      return new InsideError(404, `There is no ${error.path}.`);
    case "EEXIST":
      return new InsideError(409, `There is already ${name}.`);
    case "ENOTDIR":
      return new InsideError(400, `${error.path} is no folder, or what it is in is none.`);
    case "EISDIR":
      return new InsideError(400, `${error.path} is a folder.`);
    case "ENAMETOOLONG":
      return new InsideError(400, `The name ${name.slice(0, 40)} is too long.`);
    case "EROFS":
    case "EACCES":
    case "EPERM":
      return new InsideError(400, `The machine does not let ${error.path} be changed.`);
    default:
      return new InsideError(500, error.message);
  }
}
