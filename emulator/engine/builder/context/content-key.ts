import { sha256 } from "../../../image/digest.ts";
import type { FileTree } from "../../../image/file-tree.ts";
import type { Digest } from "../../../spec/oci-image.ts";
import { ContentDigests } from "./content-digests.ts";
import { type Selection, visit } from "./visit.ts";

/** As many digits of a file's record as is told of it. */
const SHORT = 12;

/** One file or directory of a selection, with what its content hash is. */
export interface ContentRecord {
  /** Below the top of the selection; empty for the top. */
  readonly path: string;
  /** In the tree: `src/app.js`. */
  readonly place: string;
  readonly kind: string;
  /** 64 digits. */
  readonly record: string;
}

export interface ContentKey {
  readonly digest: Digest;
  /** Place to 12 digits that change with kind, mode, owner, link, attributes or content. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * The digest of what is at paths of trees, as BuildKit's content hash has it: times do not matter, nor do the attributes
 * of a tree's root. Rejects when a path is not there (`"/x": not found`).
 */
export async function contentKey(
  selection: readonly { readonly tree: FileTree; readonly path: string }[],
  { digests = new ContentDigests() }: { readonly digests?: ContentDigests } = {},
): Promise<ContentKey> {
  const lists = await Promise.all(
    selection.map(({ tree, path }) => {
      const place = tree.realPath(path).slice(1);
      const node = tree.lookup(place);
      if (node === undefined) throw new Error(`${JSON.stringify(`/${path.replace(/^\/+/, "")}`)}: not found`);
      return contentRecords({ node, include: undefined, exclude: undefined }, place, digests);
    }),
  );
  const definition = JSON.stringify(lists.map((list) => list.map(({ path, record }) => [path, record])));
  return { digest: await sha256(new TextEncoder().encode(definition)), files: shortRecords(lists.flat()) };
}

/** Of everything a selection has, whose top is at `place` in its tree. */
export async function contentRecords(
  selection: Selection,
  place: string,
  digests: ContentDigests,
): Promise<ContentRecord[]> {
  const found: Promise<ContentRecord>[] = [];
  visit(selection, ({ path, node }) => {
    const at = [place, path].filter((part) => part !== "").join("/");
    // The root of a context or a stage is nobody's file: its own attributes are copied nowhere.
    if (at === "") return;
    found.push(digests.recordOf(node).then((record) => ({ path, place: at, kind: node.kind, record })));
  });
  return Promise.all(found);
}

export function shortRecords(records: readonly ContentRecord[]): Map<string, string> {
  return new Map(records.map(({ place, record }) => [place, record.slice(0, SHORT)]));
}
