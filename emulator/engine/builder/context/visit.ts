import { type FileNode, isDirectory, sortedChildren } from "../../../image/file-tree-node.ts";
import type { PatternMatcher } from "../../../dockerfile/ignore/pattern-matcher.ts";

/** A file, or a directory and what is meant of its content. */
export interface Selection {
  /** Symlinks followed. */
  readonly node: FileNode;
  /** Undefined: all of it. */
  readonly include: PatternMatcher | undefined;
  readonly exclude: PatternMatcher | undefined;
}

/** Something of a selection: the top itself has no path. */
export interface Visited {
  /** Below the top: `sub/file`. */
  readonly path: string;
  readonly node: FileNode;
  /** A directory that no pattern names, needed for what is in it. */
  readonly passed: boolean;
}

/** The top, and of a directory all that the patterns leave of it, sorted, directories before what is in them. */
export function visit({ node: top, include, exclude }: Selection, to: (visited: Visited) => void): void {
  const passed: Visited[] = [];
  const flush = (): void => {
    for (const directory of passed.splice(0)) to(directory);
  };
  const enter = (
    directory: FileNode,
    prefix: string,
    included: readonly boolean[],
    excluded: readonly boolean[],
  ): void => {
    if (!isDirectory(directory)) return;
    for (const [name, node] of sortedChildren(directory)) {
      const path = prefix + name;
      const inside = include?.match(path, included);
      const outside = exclude?.match(path, excluded);
      const wanted = inside?.matched !== false && outside?.matched !== true;
      if (wanted) {
        flush();
        to({ path, node, passed: false });
      }
      if (!isDirectory(node) || (outside?.matched === true && exclude?.hasExclusions !== true)) continue;
      const waiting: Visited = { path, node, passed: true };
      if (!wanted) passed.push(waiting);
      enter(node, `${path}/`, inside?.info ?? [], outside?.info ?? []);
      if (passed.at(-1) === waiting) passed.pop();
    }
  };
  to({ path: "", node: top, passed: false });
  enter(top, "", [], []);
}
