import { sha256 } from "../../../image/digest.ts";
import { ContentDigests, hexOf } from "../context/content-digests.ts";
import { pathParts, isDirectory } from "../../../image/file-tree-node.ts";
import { destinationOf } from "./destination.ts";
import type { CopyKey, CopyKeyOptions, CopyRequest } from "./request.ts";
import { type Selected, selectSources, visit } from "./sources.ts";

/** As many digits of a file's record as `files` has. */
const SHORT = 12;

/**
 * What a COPY or ADD depends on besides what it copies into. Rejects with CopyError when a source is not there, in the
 * words of the request's mode.
 */
export async function copyKey(request: CopyRequest, options: CopyKeyOptions = {}): Promise<CopyKey> {
  const digests = options.digests ?? new ContentDigests();
  const files = new Map<string, string>();
  const lists = await Promise.all(selectSources(request).map((one) => records(one, digests)));
  for (const list of lists) for (const { shown, record } of list) files.set(shown, record.slice(0, SHORT));
  const inline = await Promise.all(
    request.inline.map(async ({ name, content }) => {
      const hex = await hexOf(content);
      files.set(name, hex.slice(0, SHORT));
      return { name, hex };
    }),
  );
  const { mode, instruction, chown, chmod, link, parents, exclude, unpack, sources, from } = request;
  const definition = JSON.stringify({
    mode,
    instruction,
    // Owners are kept from another stage, not from the context.
    from: mode === "classic" && from,
    names: sources.map(({ pattern }) => (parents === true ? pattern : (pathParts(pattern).at(-1) ?? ""))),
    destination: destinationOf(request),
    chown: chown ?? "",
    chmod: chmod ?? "",
    link: link === true,
    parents: parents === true,
    exclude: exclude ?? [],
    unpack: unpack ?? "auto",
    lists: lists.map((list) => list.map(({ path, record }) => [path, record])),
    inline,
  });
  return {
    digest: await sha256(new TextEncoder().encode(definition)),
    files,
    sourceHash: await sourceHash(lists, inline),
  };
}

interface Recorded {
  /** Below the top of the selection. */
  readonly path: string;
  /** In the source. */
  readonly shown: string;
  readonly kind: string;
  readonly record: string;
}

async function records(selected: Selected, digests: ContentDigests): Promise<Recorded[]> {
  const found: Promise<Recorded>[] = [];
  visit(selected, ({ path, node }) => {
    const place = [selected.place, path].filter((part) => part !== "").join("/");
    // The root of a context or a stage is nobody's file: its own attributes are not copied anywhere.
    if (place === "") return;
    const name = path === "" && !isDirectory(selected.node) ? selected.path.slice(1) : path;
    const shown = place;
    found.push(digests.recordOf(node).then((record) => ({ path: name, shown, kind: node.kind, record })));
  });
  return Promise.all(found);
}

/** The classic builder's: the digest of a file alone, of all that is in a directory, or of several of these. */
async function sourceHash(
  lists: readonly (readonly Recorded[])[],
  inline: readonly { readonly hex: string }[],
): Promise<string> {
  const hashes = await Promise.all(
    lists.map(async (list) => {
      const [first] = list;
      if (list.length === 1 && first !== undefined && first.kind !== "directory") return `file:${first.record}`;
      const named = await Promise.all(list.map(({ shown, record }) => hexOf(`${shown}\0${record}`)));
      return `dir:${await hexOf(named.sort().join(","))}`;
    }),
  );
  hashes.push(...inline.map(({ hex }) => `file:${hex}`));
  const [only] = hashes;
  return hashes.length === 1 && only !== undefined ? only : `multi:${await hexOf(hashes.join(","))}`;
}
