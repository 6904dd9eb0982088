import { FileTree } from "../file-tree.ts";
import { type TarHeader, type TarKind, tarHeader } from "../tar/entry.ts";
import { readTar } from "../tar/read.ts";
import { writeTar } from "../tar/write.ts";

/** Trees as text, for tests. */

/** `a/` a directory, `a: text` a file, `a` an empty file, `a -> b` a symlink, `a = b` a hard link; with a header's rest. */
export type TreeLine = string | readonly [string, Partial<TarHeader>];

export function tarOf(...lines: readonly TreeLine[]): Uint8Array<ArrayBuffer> {
  return writeTar(
    lines.map((line) => {
      const [said, rest] = typeof line === "string" ? [line, {}] : line;
      const link = / (->|=) /.exec(said);
      if (link !== null) {
        const kind: TarKind = link[1] === "=" ? "hardlink" : "symlink";
        const linkName = said.slice(link.index + link[0].length);
        return { header: tarHeader(said.slice(0, link.index), kind, { linkName, ...rest }) };
      }
      if (said.endsWith("/")) return { header: tarHeader(said, "directory", rest) };
      const colon = said.indexOf(": ");
      const name = colon < 0 ? said : said.slice(0, colon);
      const content = new TextEncoder().encode(colon < 0 ? "" : said.slice(colon + 2));
      return { header: tarHeader(name, "file", rest), content };
    }),
  );
}

export function treeOf(...lines: readonly TreeLine[]): FileTree {
  return FileTree.fromTar(tarOf(...lines));
}

/** All of a tree, sorted, in the same notation; hard links as files of their own. */
export function listOf(tree: FileTree): string[] {
  return [...tree.walk()].map(({ path, node }) => {
    if (node.kind === "directory") return `${path}/`;
    if (node.kind === "symlink") return `${path} -> ${node.linkName}`;
    return node.content.length === 0 ? path : `${path}: ${new TextDecoder().decode(node.content)}`;
  });
}

/** The entries of an archive, in their order and in the same notation. */
export function entriesOf(tar: Uint8Array | undefined): string[] {
  if (tar === undefined) return [];
  return [...readTar(tar)].map(({ name, kind, linkName, content }) => {
    if (kind === "symlink") return `${name} -> ${linkName}`;
    if (kind === "hardlink") return `${name} = ${linkName}`;
    return content.length === 0 ? name : `${name}: ${new TextDecoder().decode(content)}`;
  });
}
