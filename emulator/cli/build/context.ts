import type { Cli } from "../command.ts";
import { errorCodeOf, openError } from "../opts/open-error.ts";
import { baseName, cleanPath, resolvePath } from "../opts/path.ts";
import { filterTar, tarOf } from "../tar/filter.ts";
import { isArchive, peeked } from "./archive.ts";
import { ignoreRules } from "./ignore.ts";

/** What is sent to the engine as the context of a build. */
export interface BuildContext {
  readonly tar: ReadableStream<Uint8Array>;
  /** Path of the Dockerfile in the tar; undefined leaves it to the engine to look for the default one. */
  readonly dockerfile: string | undefined;
}

/** The Dockerfile that `-f` names is not there. */
export class DockerfileNotFound extends Error {
  constructor(readonly dockerfile: string) {
    super(`failed to read dockerfile: open ${dockerfile}: no such file or directory`);
  }
}

/**
 * The folder of the tar where a Dockerfile from outside of the context stands. The rules that are sent with it name it, so
 * that the engine leaves it out of the context: Docker's client does the same.
 */
const OUTSIDE = ".dockerfile.outside";
const IGNORE = ".dockerignore";
const HEAD = 1024;

export interface ContextOptions {
  /** Folder, `-`, or a URL. */
  readonly path: string;
  /** `-f`: "" is the default, `-` standard input. */
  readonly file: string;
  /** BuildKit lets `<Dockerfile>.dockerignore` stand in for `.dockerignore`. */
  readonly ownIgnoreFile: boolean;
}

/** Gets a context ready to be sent. Reads no more than it must, and all of it at once: each read is a trip to the machine. */
export async function prepareContext(cli: Cli, options: ContextOptions): Promise<BuildContext> {
  if (options.path === "-") return contextFromStdin(cli, options.file);
  if (isRemote(options.path))
    throw new Error(
      `there is no network to the outside here: ${JSON.stringify(options.path)} cannot be fetched as a context`,
    );
  return contextFromFolder(cli, options);
}

export function isRemote(path: string): boolean {
  return /^(?:https?:\/\/|git:\/\/|ssh:\/\/|github\.com\/|git@[^/]+:)/.test(path);
}

async function contextFromStdin(cli: Cli, file: string): Promise<BuildContext> {
  if (file === "-") throw new Error("invalid argument: can't use stdin for both build context and dockerfile");
  const { head, stream } = await peeked(cli.invocation.stdin.open(), HEAD);
  const given = file === "" ? undefined : cleanPath(file);
  if (isArchive(head)) return { tar: stream, dockerfile: given };
  if (file !== "") {
    await stream.cancel();
    throw new Error("ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles");
  }
  const bytes = await collected(stream);
  const tar = streamOf(tarOf([{ name: "Dockerfile", bytes }]));
  return { tar, dockerfile: undefined };
}

async function contextFromFolder(cli: Cli, { path, file, ownIgnoreFile }: ContextOptions): Promise<BuildContext> {
  const { files, cwd } = cli.invocation;
  const root = resolvePath(cwd, path);
  const place = placeOf(root, cwd, file);
  const beside = place.kind === "stdin" || !ownIgnoreFile ? undefined : `${place.path}${IGNORE}`;
  // The pack starts before anything is known of the folder, so that its way through the machine is not waited for.
  const pack = files.pack(root, { rename: "." });
  try {
    const [stat, own, common, outside] = await Promise.all([
      files.stat(root),
      beside === undefined ? undefined : readIfThere(cli, beside),
      readIfThere(cli, `${root === "/" ? "" : root}/${IGNORE}`),
      outsideDockerfile(cli, place, file),
    ]);
    if (stat?.kind !== "directory")
      throw new Error(`unable to prepare context: path ${JSON.stringify(path)} not found`);
    const isIgnored = ignoreRules(own ?? common);
    const keeping = (needed: readonly string[]) => {
      const names = new Set(needed);
      return (name: string, isDirectory: boolean): boolean => names.has(name) || !isIgnored(name, isDirectory);
    };
    if (place.kind === "inside") {
      const rules = own === undefined ? IGNORE : `${place.name}${IGNORE}`;
      const tar = filterTar(pack, { keeps: keeping([rules, place.name, ...place.others]) });
      return { tar, dockerfile: file === "" ? undefined : place.name };
    }
    const dockerfile = `${OUTSIDE}/${place.kind === "stdin" ? "Dockerfile" : place.name}`;
    const added = [
      { name: dockerfile, bytes: outside ?? new Uint8Array() },
      ownIgnoreFile
        ? { name: `${dockerfile}${IGNORE}`, bytes: withLine(own ?? common ?? new Uint8Array(), OUTSIDE) }
        : { name: IGNORE, bytes: withLine(common ?? new TextEncoder().encode(`${IGNORE}\n`), OUTSIDE) },
    ];
    return { tar: filterTar(pack, { keeps: keeping([]), added }), dockerfile };
  } catch (error) {
    await pack.cancel().catch(() => undefined);
    throw error;
  }
}

/** Where the Dockerfile is: a path in the context, one outside of it, or standard input. */
type Place =
  | { readonly kind: "stdin" }
  | { readonly kind: "inside"; readonly path: string; readonly name: string; readonly others: readonly string[] }
  | { readonly kind: "outside"; readonly path: string; readonly name: string };

function placeOf(root: string, cwd: string, file: string): Place {
  const folder = root === "/" ? "/" : `${root}/`;
  if (file === "-") return { kind: "stdin" };
  // Without a Dockerfile, `dockerfile` is taken.
  if (file === "") return { kind: "inside", path: `${folder}Dockerfile`, name: "Dockerfile", others: ["dockerfile"] };
  const path = resolvePath(cwd, file);
  if (path.startsWith(folder)) return { kind: "inside", path, name: path.slice(folder.length), others: [] };
  return { kind: "outside", path, name: baseName(path) };
}

async function outsideDockerfile(cli: Cli, place: Place, file: string): Promise<Uint8Array | undefined> {
  if (place.kind === "inside") return undefined;
  if (place.kind === "stdin") return collected(cli.invocation.stdin.open());
  return cli.invocation.files.read(place.path).catch((error: unknown) => {
    if (errorCodeOf(error) === "ENOENT") throw new DockerfileNotFound(baseName(file));
    throw openError(error, file);
  });
}

async function readIfThere(cli: Cli, path: string): Promise<Uint8Array | undefined> {
  try {
    return await cli.invocation.files.read(path);
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw openError(error, path);
  }
}

function withLine(bytes: Uint8Array, line: string): Uint8Array {
  const text = new TextEncoder().encode(`\n${line}\n`);
  const all = new Uint8Array(bytes.length + text.length);
  all.set(bytes);
  all.set(text, bytes.length);
  return all;
}

export async function collected(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}
