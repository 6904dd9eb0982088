import type { Cli } from "../command.ts";
import { errorCodeOf, openError } from "../opts/open-error.ts";
import { baseName, cleanPath, resolvePath } from "../opts/path.ts";
import { readTarFile } from "../tar/read-file.ts";
import { isArchive, peeked } from "./archive.ts";
import { collected, isRemote } from "./context.ts";

/** A Dockerfile that is looked at and not built. */
export interface DockerfileSource {
  readonly text: string;
  /** `Dockerfile` */
  readonly name: string;
  /** As the user wrote it: `app/Dockerfile`, `stdin`. */
  readonly path: string;
  /** Text of the `.dockerignore` in force. */
  readonly ignore: string | undefined;
}

export async function readDockerfile(cli: Cli, path: string, file: string): Promise<DockerfileSource> {
  if (path === "")
    throw new Error('failed to build: please specify build context (e.g. "." for the current directory)');
  if (path === "-") return fromStdin(cli, file);
  const { files, cwd } = cli.invocation;
  const root = resolvePath(cwd, path);
  const [stat, common] = await Promise.all([files.stat(root), read(cli, `${root}/.dockerignore`)]);
  if (stat?.kind !== "directory" || isRemote(path))
    throw new Error(`failed to build: unable to prepare context: path ${JSON.stringify(path)} not found`);
  const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  const ignore = (bytes: Uint8Array | undefined): string | undefined => bytes && decode(bytes);
  if (file === "-") {
    const text = decode(await collected(cli.invocation.stdin.open()));
    return { text, name: "Dockerfile", path: "stdin", ignore: ignore(common) };
  }
  const names = file === "" ? ["Dockerfile", "dockerfile"].map((name) => cleanPath(`${path}/${name}`)) : [file];
  for (const name of names) {
    const full = resolvePath(cwd, name);
    const [bytes, own] = await Promise.all([read(cli, full), read(cli, `${full}.dockerignore`)]);
    if (bytes === undefined) continue;
    return { text: decode(bytes), name: baseName(full), path: name, ignore: ignore(own ?? common) };
  }
  throw notFound(baseName(names[0] ?? ""));
}

async function fromStdin(cli: Cli, file: string): Promise<DockerfileSource> {
  const { head, stream } = await peeked(cli.invocation.stdin.open(), 1024);
  if (!isArchive(head)) {
    const text = new TextDecoder().decode(await collected(stream));
    return { text, name: "Dockerfile", path: "Dockerfile", ignore: undefined };
  }
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  const tar = isGzip ? stream.pipeThrough(gunzip()) : stream;
  const found = await readTarFile(tar, file === "" ? ["Dockerfile", "dockerfile"] : [cleanPath(file)]);
  if (found === undefined) throw notFound(file === "" ? "Dockerfile" : baseName(file));
  return {
    text: new TextDecoder().decode(found.bytes),
    name: baseName(found.name),
    path: found.name,
    ignore: undefined,
  };
}

function notFound(name: string): Error {
  return new Error(
    `failed to build: failed to solve: failed to read dockerfile: open ${name}: no such file or directory`,
  );
}

async function read(cli: Cli, path: string): Promise<Uint8Array | undefined> {
  try {
    return await cli.invocation.files.read(path);
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT" || errorCodeOf(error) === "ENOTDIR") return undefined;
    throw openError(error, path);
  }
}

/** The platform's types differ in what the writable end takes; both take bytes. */
function gunzip(): { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> } {
  return new DecompressionStream("gzip") as unknown as ReturnType<typeof gunzip>;
}
