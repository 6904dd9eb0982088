import { type FileNode, type FileTree, PathError } from "../../../image/file-tree.ts";
import { isDirectory, pathParts, sortedChildren } from "../../../image/file-tree-node.ts";
import { PatternMatcher } from "../../../dockerfile/ignore/pattern-matcher.ts";
import { type Selection, visit } from "../context/visit.ts";
import { hasWildcards, matches, parsePattern } from "../../../dockerfile/ignore/match.ts";
import { CopyError, type CopyRequest, type CopySource } from "./request.ts";

/** One file or directory that a path of the instruction stands for; of a directory, its content is meant. */
export interface Selected extends Selection {
  /** In the source, absolute, as named: a symlink's own name, not that of what it leads to. */
  readonly path: string;
  /** Where the node is: `src`, empty for the root of the tree. */
  readonly place: string;
}

/**
 * What the paths of a request stand for, in their order. Throws CopyError in the words of the request's mode when a path
 * is not there, or is none that can be copied here.
 */
export function selectSources(request: CopyRequest): Selected[] {
  for (const { pattern } of request.sources) refuseRemote(request, pattern);
  const selected = request.mode === "classic" ? classicSources(request) : buildkitSources(request);
  if (selected.length + request.inline.length > 1 && request.mode === "classic" && !request.destination.endsWith("/")) {
    throw new CopyError(
      `When using ${request.instruction} with more than one source file, the destination must be a directory and end with a /`,
    );
  }
  return selected;
}

function refuseRemote({ instruction, mode }: CopyRequest, path: string): void {
  const git = /^(?:git:\/\/|ssh:\/\/|git@)/.test(path) || /^https?:\/\/.*\.git(?:[#?]|$)/.test(path);
  if (!git && !/^https?:\/\//.test(path)) return;
  const failed = mode === "classic" ? `${instruction} failed: ` : "";
  if (instruction === "COPY") {
    throw new CopyError(`${failed}source can't be a ${git && mode === "buildkit" ? "git ref" : "URL"} for COPY`);
  }
  const lead = mode === "classic" ? failed : "failed to load cache key: ";
  throw new CopyError(
    `${lead}Get ${JSON.stringify(path)}: network is unreachable (nothing outside this machine can be reached)`,
  );
}

function buildkitSources(request: CopyRequest): Selected[] {
  const excludes = request.exclude ?? [];
  const exclude = excludes.length === 0 ? undefined : new PatternMatcher(excludes);
  return request.sources.flatMap((source) => {
    if (request.parents !== true) return resolveSource(source, source.pattern, undefined, exclude);
    const pivot = source.pattern.indexOf("/./");
    const [top, rest] =
      pivot < 0 ? ["/", source.pattern] : [source.pattern.slice(0, pivot), source.pattern.slice(pivot + 3)];
    const pattern = pathParts(rest).join("/");
    const include = pattern === "" ? undefined : new PatternMatcher([pattern]);
    const selected = resolveSource(source, top, include, exclude);
    if (!hasWildcards(top) && !hasWildcards(pattern) && !selected.some((one) => hasContent(one))) {
      throw notFound(source, `/${[...pathParts(top), ...pathParts(rest)].join("/")}`);
    }
    return selected;
  });
}

function hasContent(selected: Selected): boolean {
  let found = false;
  visit(selected, ({ path }) => {
    found ||= path !== "";
  });
  return found;
}

function resolveSource(
  source: CopySource,
  pattern: string,
  include: PatternMatcher | undefined,
  exclude: PatternMatcher | undefined,
): Selected[] {
  const { tree } = source;
  const parts = pathParts(pattern);
  const wild = parts.findIndex(hasWildcards);
  if (wild < 0) {
    return [selectedAt(source, `/${parts.join("/")}`, include, exclude)];
  }
  const tokens = checksumOf(source, () => parsePattern(parts.slice(wild).join("/")));
  const start = parts.slice(0, wild);
  const place = checksumOf(source, () => tree.realPath(start.join("/"))).replace(/^\//, "");
  if (tree.lookup(place) === undefined)
    throw new PathError("lstat", `/${start.join("/")}`, "no such file or directory");
  return wildcardMatches(tree, place, tokens)
    .map((name) => selectedAt(source, `/${place === "" ? name : `${place}/${name}`}`, include, exclude))
    .filter(({ path, node }) => isDirectory(node) || exclude?.matches(path.slice(path.lastIndexOf("/") + 1)) !== true);
}

/** Names below a directory that match; nothing is looked for in a directory that does. */
function wildcardMatches(tree: FileTree, place: string, tokens: Parameters<typeof matches>[0]): string[] {
  const found: string[] = [];
  const look = (directory: FileNode, prefix: string): void => {
    if (!isDirectory(directory)) return;
    for (const [name, node] of sortedChildren(directory)) {
      if (matches(tokens, prefix + name)) found.push(prefix + name);
      else if (isDirectory(node)) look(node, `${prefix}${name}/`);
    }
  };
  const start = tree.lookup(place);
  if (start !== undefined) look(start, "");
  return found;
}

function selectedAt(
  source: CopySource,
  path: string,
  include: PatternMatcher | undefined,
  exclude: PatternMatcher | undefined,
): Selected {
  const place = checksumOf(source, () => source.tree.realPath(path)).slice(1);
  const node = source.tree.lookup(place);
  if (node === undefined) throw notFound(source, path);
  return { path, node, place, include, exclude };
}

/** BuildKit finds out that a file is missing when it computes the cache key. */
function notFound({ ref }: CopySource, path: string): CopyError {
  return new CopyError(
    `failed to compute cache key: failed to calculate checksum of ref ${ref}: ${JSON.stringify(path)}: not found`,
  );
}

function checksumOf<T>({ ref }: CopySource, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CopyError(`failed to compute cache key: failed to calculate checksum of ref ${ref}: ${reason}`, {
      cause,
    });
  }
}

function classicSources(request: CopyRequest): Selected[] {
  const failed = (reason: string, cause?: unknown): CopyError =>
    new CopyError(`${request.instruction} failed: ${reason}`, { cause });
  const one = ({ tree }: CopySource, path: string): Selected => {
    if (climbs(path)) throw failed(`forbidden path outside the build context: ${path} ()`);
    let place: string;
    try {
      place = tree.realPath(path).slice(1);
    } catch (cause) {
      throw failed(`forbidden path outside the build context: ${path} ()`, cause);
    }
    const node = tree.lookup(place);
    if (node !== undefined)
      return { path: `/${pathParts(path).join("/")}`, node, place, include: undefined, exclude: undefined };
    const reason = `stat ${path}: file does not exist`;
    throw failed(request.from ? reason : `file not found in build context or excluded by .dockerignore: ${reason}`);
  };
  const selected = request.sources.flatMap((source) => {
    const path = source.pattern.replace(/^\//, "").replace(/^\.\//, "");
    if (!hasWildcards(path)) return [one(source, path)];
    let tokens: ReturnType<typeof parsePattern>;
    try {
      tokens = parsePattern(path);
    } catch {
      // As Docker: what is no pattern matches nothing, and "no source files" says so.
      return [];
    }
    return [...source.tree.walk()]
      .filter((entry) => matches(tokens, entry.path))
      .map((entry) => one(source, entry.path));
  });
  if (selected.length + request.inline.length === 0) throw failed("no source files were specified");
  return selected;
}

/** Whether a path leaves the tree by its names alone. */
function climbs(path: string): boolean {
  let depth = 0;
  for (const part of path.split("/")) {
    if (part === "..") depth--;
    else if (part !== "" && part !== ".") depth++;
    if (depth < 0) return true;
  }
  return false;
}
