import { FileTree } from "../../../image/file-tree.ts";
import { isDirectory } from "../../../image/file-tree-node.ts";
import { PatternMatcher } from "../../../dockerfile/ignore/pattern-matcher.ts";
import { visit } from "./visit.ts";

/** A tree without what the patterns match. A directory that matches stays when something in it is taken back by `!`. */
export function withoutIgnored(tree: FileTree, patterns: readonly string[]): FileTree {
  const exclude = new PatternMatcher(patterns);
  if (exclude.isEmpty) return tree;
  const kept = new Set<string>();
  visit({ node: tree.root, include: undefined, exclude }, ({ path }) => kept.add(path));
  const draft = tree.draft();
  const prune = (prefix: readonly string[]): void => {
    const directory = draft.get(prefix);
    if (!isDirectory(directory)) return;
    for (const [name, node] of [...directory.children]) {
      const path = [...prefix, name];
      if (!kept.has(path.join("/"))) draft.remove(path);
      else if (isDirectory(node)) prune(path);
    }
  };
  prune([]);
  return new FileTree(draft.root);
}

/** The file with a Dockerfile's rules: `<Dockerfile>.dockerignore` beside it, where that counts, else `.dockerignore`. */
export function ignoreFileOf(
  tree: FileTree,
  dockerfile: string,
  own: boolean,
): { readonly path: string; readonly content: Uint8Array } | undefined {
  for (const path of own ? [`${dockerfile}.dockerignore`, ".dockerignore"] : [".dockerignore"]) {
    const node = tree.lookup(path);
    if (node?.kind === "file") return { path, content: node.content };
  }
  return undefined;
}
