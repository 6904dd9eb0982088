import { sha256 } from "../../../image/digest.ts";
import { ContentDigests, hexOf } from "../context/content-digests.ts";
import { type ContentRecord, contentRecords, shortRecords } from "../context/content-key.ts";
import { isDirectory, pathParts } from "../../../image/file-tree-node.ts";
import { destinationOf } from "./destination.ts";
import type { CopyKey, CopyKeyOptions, CopyRequest } from "./request.ts";
import { type Selected, selectSources } from "./sources.ts";

/**
 * What a COPY or ADD depends on besides what it copies into. Rejects with CopyError when a source is not there, in the
 * words of the request's mode.
 */
export async function copyKey(request: CopyRequest, options: CopyKeyOptions = {}): Promise<CopyKey> {
  const digests = options.digests ?? new ContentDigests();
  const lists = await Promise.all(selectSources(request).map((one) => recordsOf(one, digests)));
  const files = shortRecords(lists.flat());
  const inline = await Promise.all(
    request.inline.map(async ({ name, content }) => {
      const hex = await hexOf(content);
      files.set(name, hex.slice(0, 12));
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

/** A file alone is recorded with the name that it was asked for by. */
async function recordsOf(selected: Selected, digests: ContentDigests): Promise<ContentRecord[]> {
  const records = await contentRecords(selected, selected.place, digests);
  if (isDirectory(selected.node)) return records;
  return records.map((record) => ({ ...record, path: selected.path.slice(1) }));
}

/** The classic builder's: the digest of a file alone, of all that is in a directory, or of several of these. */
async function sourceHash(
  lists: readonly (readonly ContentRecord[])[],
  inline: readonly { readonly hex: string }[],
): Promise<string> {
  const hashes = await Promise.all(
    lists.map(async (list) => {
      const [first] = list;
      if (list.length === 1 && first !== undefined && first.kind !== "directory") return `file:${first.record}`;
      const named = await Promise.all(list.map(({ place, record }) => hexOf(`${place}\0${record}`)));
      return `dir:${await hexOf(named.sort().join(","))}`;
    }),
  );
  hashes.push(...inline.map(({ hex }) => `file:${hex}`));
  const [only] = hashes;
  return hashes.length === 1 && only !== undefined ? only : `multi:${await hexOf(hashes.join(","))}`;
}
