import * as v from "valibot";
import { readText } from "../../emulator/client/engine.ts";
import type { ClientRequest, Transport } from "../../emulator/client/transport.ts";
import type { FileContent, FolderListing, ShellPlace } from "../../emulator/spec/inside-files.ts";

/** The machine refused, in words for the user. */
export class FolderError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** Of the file that is there now, where it is known. */
    readonly version: string | undefined = undefined,
  ) {
    super(message);
    this.name = "FolderError";
  }
}

/** What is there is not what was edited; without a version it is gone. */
export class Conflict extends FolderError {
  constructor(message: string, version: string | undefined) {
    super(409, message, version);
    this.name = "Conflict";
  }
}

const entry = v.object({
  name: v.string(),
  kind: v.picklist(["file", "directory", "other"]),
  symlink: v.boolean(),
  size: v.number(),
  mtime: v.number(),
  version: v.string(),
});
const listings = v.array(
  v.union([
    v.object({ path: v.string(), entries: v.array(entry), more: v.number() }),
    v.object({ path: v.string(), missing: v.literal(true) }),
  ]),
);
const content = v.variant("kind", [
  v.object({ kind: v.literal("text"), text: v.string(), version: v.string() }),
  v.object({ kind: v.literal("binary"), size: v.number(), version: v.string() }),
  v.object({ kind: v.literal("large"), size: v.number(), version: v.string() }),
]);
const written = v.object({ version: v.string() });
const refusal = v.object({ message: v.string(), version: v.optional(v.nullable(v.string())) });
const shellPlace = v.object({ folder: v.string(), idle: v.boolean() });

/** Files of the guest, by absolute path. */
export interface GuestFolder {
  list(paths: readonly string[]): Promise<readonly FolderListing[]>;
  read(path: string): Promise<FileContent>;
  /** `version` is what was read, `new` for a file that must not be there; without one, whatever is there goes. */
  write(path: string, text: string, version?: string): Promise<{ readonly version: string }>;
  makeFolder(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Extracts a tar into the folder. */
  upload(path: string, tar: ReadableStream<Uint8Array>): Promise<void>;
  /** The folder as a tar, or the file in one. */
  download(path: string): Promise<ReadableStream<Uint8Array>>;
  shell(name: string): Promise<ShellPlace>;
}

/** The guest behind a transport; `current` gives that of the machine that runs now. */
export function guestFolder(current: () => Transport): GuestFolder {
  async function ask(
    method: ClientRequest["method"],
    what: string,
    query: readonly (readonly [string, string])[],
    body?: Uint8Array | ReadableStream<Uint8Array>,
  ): Promise<ReadableStream<Uint8Array>> {
    const search = new URLSearchParams(query.map(([name, value]) => [name, value])).toString();
    const target = `/inside/files/${what}?${search}`;
    const response = await current().request({ method, target, ...(body === undefined ? {} : { body }) });
    if (response.status < 400) return response.body;
    const said = v.safeParse(v.pipe(v.string(), v.parseJson(), refusal), await readText(response.body));
    if (!said.success) throw new FolderError(response.status, `the machine answered with status ${response.status}`);
    const { message, version } = said.output;
    throw response.status === 409 && version !== undefined
      ? new Conflict(message, version ?? undefined)
      : new FolderError(response.status, message, version ?? undefined);
  }
  async function decoded<S extends v.GenericSchema>(
    schema: S,
    answer: Promise<ReadableStream<Uint8Array>>,
  ): Promise<v.InferOutput<S>> {
    return v.parse(schema, JSON.parse(await readText(await answer)));
  }
  const done = async (answer: Promise<ReadableStream<Uint8Array>>) => void (await (await answer).cancel());

  return {
    list: (paths) =>
      decoded(
        listings,
        ask(
          "GET",
          "list",
          paths.map((path) => ["path", path]),
        ),
      ),
    read: (path) => decoded(content, ask("GET", "read", [["path", path]])),
    write: (path, text, version) =>
      decoded(
        written,
        ask(
          "POST",
          "write",
          [["path", path], ...(version === undefined ? [] : [["version", version] as const])],
          new TextEncoder().encode(text),
        ),
      ),
    makeFolder: (path) =>
      done(
        ask("POST", "mkdir", [
          ["path", path],
          ["parents", "1"],
        ]),
      ),
    rename: (from, to) =>
      done(
        ask("POST", "rename", [
          ["from", from],
          ["to", to],
        ]),
      ),
    remove: (path) => done(ask("DELETE", "remove", [["path", path]])),
    upload: (path, tar) => done(ask("POST", "upload", [["path", path]], tar)),
    download: (path) => ask("GET", "download", [["path", path]]),
    shell: (name) => decoded(shellPlace, ask("GET", "shell", [["name", name]])),
  };
}
