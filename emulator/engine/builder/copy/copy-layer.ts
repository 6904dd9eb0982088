import { FileTree, PathError } from "../../../image/file-tree.ts";
import { layerOf } from "../../../image/file-tree-layer.ts";
import { fileNode, isDirectory } from "../../../image/file-tree-node.ts";
import { untar } from "../../../image/file-tree-untar.ts";
import { archiveOf } from "./archive.ts";
import { parseChmod } from "./chmod.ts";
import { Copier } from "./copier.ts";
import { destinationOf } from "./destination.ts";
import { type Owner, namesOwner, resolveOwner } from "./owner.ts";
import { CopyError, type CopyLayer, type CopyRequest } from "./request.ts";
import { type Selected, selectSources } from "./sources.ts";

const ROOT: Owner = { uid: 0, gid: 0 };

/**
 * The layer of a COPY or ADD. Deterministic: the same request gives the same bytes. Rejects with CopyError, PathError,
 * TarError or HostileLayer; the messages are the builder's.
 */
export async function copyLayer(request: CopyRequest): Promise<CopyLayer> {
  refuseFlags(request);
  const chmod = request.chmod === undefined || request.chmod === "" ? undefined : parseChmod(request.chmod);
  const selected = selectSources(request);
  const base = request.link === true ? FileTree.empty : await request.rootfs();
  const given = request.chown === undefined || request.chown === "" ? undefined : ownerOf(request, request.chown, base);
  const draft = base.draft();
  const classic = request.mode === "classic";
  const owner = given ?? (classic && !request.from ? ROOT : undefined);
  const copier = new Copier(draft, {
    owner,
    parentOwner: given ?? ROOT,
    outerOwner: classic ? ROOT : (given ?? ROOT),
    chmod,
    timestamp: request.timestamp,
    replaces: classic,
  });
  const destination = destinationOf(request);
  const unpacks = request.unpack === true || (request.unpack !== false && request.instruction === "ADD");
  try {
    for (const one of selected) {
      const tar =
        unpacks && one.node.kind === "file" ? await archiveOf(one.path.slice(1), one.node.content) : undefined;
      if (tar === undefined) copier.copy(one, destination);
      else {
        const into = draft.resolve(destination.path);
        copier.makeDirectories(into, given ?? ROOT);
        untar(draft, into, tar, { owner: classic ? undefined : given, timestamp: request.timestamp });
      }
    }
    for (const one of inlineFiles(request)) copier.copy(one, destination);
  } catch (error) {
    throw classic && !(error instanceof CopyError)
      ? failedToCopy(
          error,
          selected.some(({ node }) => isDirectory(node)),
        )
      : error;
  }
  const layer = layerOf(draft);
  return { tar: layer?.tar, size: layer?.size ?? 0, tree: new FileTree(draft.root) };
}

/** The classic builder says what it was about when a directory could not be made. */
function failedToCopy(cause: unknown, directory: boolean): CopyError {
  const what = directory ? "failed to copy directory: " : "failed to create new directory: ";
  const message = cause instanceof Error ? cause.message : String(cause);
  const links = cause instanceof PathError && cause.reason === "too many links";
  const said = links ? `evalSymlinksInScope: too many links in ${cause.path}` : message;
  return new CopyError(`failed to copy files: ${message.startsWith("mkdir ") ? what : ""}${said}`, { cause });
}

/** What the classic builder leaves to BuildKit. */
function refuseFlags({ mode, chmod, link, parents, exclude, inline }: CopyRequest): void {
  if (mode !== "classic") return;
  const flag =
    chmod !== undefined && chmod !== ""
      ? "--chmod"
      : link === true
        ? "--link"
        : parents === true
          ? "--parents"
          : exclude !== undefined && exclude.length > 0
            ? "--exclude"
            : undefined;
  if (flag === undefined && inline.length === 0) return;
  const what = flag === undefined ? "heredoc syntax" : `the ${flag} option`;
  throw new CopyError(
    `${what} requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled`,
  );
}

function ownerOf(request: CopyRequest, chown: string, rootfs: FileTree): Owner {
  if (request.link === true && namesOwner(chown)) {
    throw new CopyError(
      `--chown=${chown} with --link needs numbers: the layer does not know the image it is linked to`,
    );
  }
  return resolveOwner(chown, rootfs, request.mode);
}

function inlineFiles({ inline, timestamp }: CopyRequest): Selected[] {
  return inline.map(({ name, content }) => {
    const node = fileNode("file", { content: new TextEncoder().encode(content), mtime: timestamp });
    return { path: `/${name}`, node, place: name, include: undefined, exclude: undefined };
  });
}
