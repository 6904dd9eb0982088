import { FileTree } from "../../../../image/file-tree.ts";
import { type TreeLine, entriesOf, listOf, tarOf, treeOf } from "../../../../image/testing/tree-text.ts";
import { copyLayer } from "../copy-layer.ts";
import type { CopyRequest } from "../request.ts";

/** A COPY for tests: `COPY [flags] words…`, the last word being the destination, over trees given as text. */
export interface Copied {
  readonly context?: readonly TreeLine[];
  readonly rootfs?: readonly TreeLine[];
  readonly rest?: Partial<CopyRequest>;
}

export function requestOf(line: string, { context = [], rootfs = [], rest = {} }: Copied = {}): CopyRequest {
  const [instruction = "", ...words] = line.split(" ");
  const flags = words.filter((word) => word.startsWith("--"));
  const paths = words.filter((word) => !word.startsWith("--") && !word.startsWith("<<"));
  const value = (name: string): string | undefined =>
    flags.find((flag) => flag.startsWith(`--${name}=`))?.slice(name.length + 3);
  const tree = treeOf(...context);
  return {
    instruction: instruction === "ADD" ? "ADD" : "COPY",
    mode: "buildkit",
    from: flags.includes("--from"),
    sources: paths.slice(0, -1).map((pattern) => ({ tree, pattern, ref: "REF" })),
    inline: words.flatMap((word) => (word.startsWith("<<") ? [{ name: word.slice(2), content: "inline" }] : [])),
    destination: paths.at(-1) ?? "",
    workdir: "/wd",
    rootfs: async () => FileTree.fromLayers([tarOf(...rootfs)]),
    chown: value("chown"),
    chmod: value("chmod"),
    link: flags.includes("--link"),
    parents: flags.includes("--parents"),
    exclude: flags.flatMap((flag) => (flag.startsWith("--exclude=") ? [flag.slice("--exclude=".length)] : [])),
    unpack: flags.includes("--unpack") ? true : flags.includes("--unpack=false") ? false : "auto",
    timestamp: 1000,
    ...rest,
  };
}

/** Entries of the layer. */
export async function layerOf(line: string, copied?: Copied): Promise<string[]> {
  return entriesOf((await copyLayer(requestOf(line, copied))).tar);
}

/** All files with the layer on top. */
export async function resultOf(line: string, copied?: Copied): Promise<string[]> {
  return listOf((await copyLayer(requestOf(line, copied))).tree);
}
