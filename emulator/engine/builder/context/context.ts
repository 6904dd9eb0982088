import { FileTree, PathError } from "../../../image/file-tree.ts";
import { gunzip, isGzip } from "../../../image/gzip.ts";
import { concat } from "../../../image/tar/pax.ts";
import type { Digest } from "../../../spec/oci-image.ts";
import { readIgnoreFile } from "../../../dockerfile/ignore/read-ignore-file.ts";
import { isTar, unreadableFormat } from "./archive.ts";
import { ContentDigests } from "./content-digests.ts";
import { ignoreFileOf, withoutIgnored } from "./ignore.ts";

export interface ReadContextOptions {
  /** Path in the context. `Dockerfile` also stands for `dockerfile`. */
  readonly dockerfile: string;
  /** The Dockerfile was only sent along: it is no part of the context. */
  readonly hidden?: boolean;
  /**
   * `all`: what the ignore file names is left out. `dockerfile`: only the Dockerfile and the ignore file are, as the
   * classic builder does, whose client has left out the rest. `all` where not said.
   */
  readonly ignored?: "all" | "dockerfile";
  /** BuildKit: `<Dockerfile>.dockerignore` stands in for `.dockerignore`. True where not said. */
  readonly ownIgnoreFile?: boolean;
  readonly signal?: AbortSignal;
  /** Told the sum of bytes whenever some came. */
  onBytes?(received: number): void;
}

export interface BuildContext {
  /** Without what is ignored. */
  readonly tree: FileTree;
  /** The text; undefined when there is no such file. */
  readonly dockerfile: string | undefined;
  /** Patterns that are in force. */
  readonly ignore: readonly string[];
  /** Size of the ignore file; 2, as BuildKit shows it, when there is none. */
  readonly ignoreBytes: number;
  /** sha256 of a file's content; undefined when there is none at the path. */
  digestOf(path: string): Promise<Digest | undefined>;
}

/** More than any lesson needs, and less than would end the page. */
export const CONTEXT_LIMIT = 2 ** 30;

/**
 * Reads a context to its end: a tar, plain or gzipped, or the text of a Dockerfile, whose context is empty. Rejects with
 * TarError, PathError, GzipError or Error for what is none, and with the signal's reason when that is aborted.
 */
export async function readContext(
  body: ReadableStream<Uint8Array>,
  options: ReadContextOptions,
): Promise<BuildContext> {
  const bytes = await uncompressed(await readAll(body, options));
  if (bytes.length > 0 && !isTar(bytes) && isText(bytes)) {
    return contextOf(FileTree.empty, new TextDecoder().decode(bytes), [], 2);
  }
  const tree = FileTree.fromTar(bytes);
  const dockerfile = dockerfileOf(tree, options.dockerfile);
  const ignoreFile = ignoreFileOf(tree, dockerfile?.path ?? options.dockerfile, options.ownIgnoreFile !== false);
  const ignore = ignoreFile === undefined ? [] : readIgnoreFile(ignoreFile.content);
  let left: FileTree;
  try {
    left =
      options.ignored === "dockerfile" ? withoutFiles(tree, ignore, dockerfile?.path) : withoutIgnored(tree, ignore);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`error reading ${ignoreFile?.path ?? ".dockerignore"}: ${reason}`, { cause: error });
  }
  if (options.hidden === true && dockerfile !== undefined) left = without(left, [dockerfile.path]);
  return contextOf(left, dockerfile?.text, ignore, ignoreFile?.content.length ?? 2);
}

function contextOf(
  tree: FileTree,
  dockerfile: string | undefined,
  ignore: readonly string[],
  ignoreBytes: number,
): BuildContext {
  const digests = new ContentDigests();
  return {
    tree,
    dockerfile,
    ignore,
    ignoreBytes,
    async digestOf(path) {
      const node = tree.lookup(path);
      return node?.kind === "file" ? digests.of(node.content) : undefined;
    },
  };
}

async function readAll(body: ReadableStream<Uint8Array>, { signal, onBytes }: ReadContextOptions): Promise<Uint8Array> {
  const reader = body.getReader();
  const cancel = (): void => {
    // The read that waits ends with the stream; whoever sends the body hears of it.
    reader.cancel(signal?.reason).catch(() => undefined);
  };
  signal?.addEventListener("abort", cancel);
  try {
    const parts: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done) return concat(parts);
      size += value.length;
      if (size > CONTEXT_LIMIT) throw new Error(`the build context is larger than ${String(CONTEXT_LIMIT)} bytes`);
      parts.push(value);
      onBytes?.(size);
    }
  } catch (error) {
    await reader.cancel(error).catch(() => undefined);
    throw error;
  } finally {
    signal?.removeEventListener("abort", cancel);
    reader.releaseLock();
  }
}

async function uncompressed(bytes: Uint8Array): Promise<Uint8Array> {
  const unreadable = unreadableFormat(bytes);
  if (unreadable !== undefined) {
    throw new Error(
      `the build context is compressed with ${unreadable}, which this builder cannot read; send it plain or with gzip`,
    );
  }
  return isGzip(bytes) ? gunzip(bytes, CONTEXT_LIMIT) : bytes;
}

function isText(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function dockerfileOf(tree: FileTree, path: string): { readonly path: string; readonly text: string } | undefined {
  const names = path === "Dockerfile" || path === "" ? ["Dockerfile", "dockerfile"] : [path];
  for (const name of names) {
    const node = tree.lookup(name);
    if (node === undefined) continue;
    if (node.kind !== "file") throw new PathError("failed to read dockerfile: read", name, "is a directory");
    return { path: name, text: new TextDecoder().decode(node.content) };
  }
  return undefined;
}

/** The classic builder: of what the patterns name only the two files that its client sends in any case. */
function withoutFiles(tree: FileTree, patterns: readonly string[], dockerfile: string | undefined): FileTree {
  const ignored = withoutIgnored(tree, patterns);
  const files = [".dockerignore", ...(dockerfile === undefined ? [] : [dockerfile])];
  return without(
    tree,
    files.filter((path) => ignored.lookup(path, { follow: false }) === undefined),
  );
}

function without(tree: FileTree, paths: readonly string[]): FileTree {
  const draft = tree.draft();
  for (const path of paths) draft.remove(path.split("/").filter((part) => part !== "" && part !== "."));
  return new FileTree(draft.root);
}
