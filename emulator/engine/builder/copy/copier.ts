import type { TreeDraft } from "../../../image/file-tree-draft.ts";
import { type FileNode, PathError } from "../../../image/file-tree.ts";
import { isDirectory } from "../../../image/file-tree-node.ts";
import type { Chmod } from "./chmod.ts";
import type { Destination } from "./destination.ts";
import type { Owner } from "./owner.ts";
import { CopyError } from "./request.ts";
import { visit } from "../context/visit.ts";
import type { Selected } from "./sources.ts";

export interface CopierOptions {
  /** Of everything copied; undefined: as it is in the source. */
  readonly owner: Owner | undefined;
  /** Of directories made for a file, and of the one made for a directory's content. */
  readonly parentOwner: Owner;
  /** Of directories made on the way to a directory: BuildKit gives them the owner too, the classic builder root. */
  readonly outerOwner: Owner;
  readonly chmod: Chmod | undefined;
  /** Seconds since the epoch, of directories that are made. */
  readonly timestamp: number;
  /** The classic builder: a file and a directory replace each other. */
  readonly replaces: boolean;
}

/** Copies into a draft of the root file system as BuildKit's and Docker's file operations do on a mounted one. */
export class Copier {
  constructor(
    private readonly draft: TreeDraft,
    private readonly options: CopierOptions,
  ) {}

  copy(selected: Selected, destination: Destination): void {
    let target = this.draft.resolve(destination.path);
    if (isDirectory(selected.node)) {
      this.makeDirectories(target.slice(0, -1), this.options.outerOwner);
      if (this.options.replaces || this.draft.get(target) === undefined || destination.directory) {
        this.makeDirectories(target, this.options.parentOwner);
      }
      if (!isDirectory(this.draft.get(target))) throw notDirectory(target);
    } else {
      if (destination.directory) this.makeDirectories(target, this.options.parentOwner);
      if (isDirectory(this.draft.get(target))) target = [...target, baseName(selected.path)];
      this.makeDirectories(target.slice(0, -1), this.options.parentOwner);
    }
    // Names of one file are made names of one file again, within one source as Docker does.
    const copies = new Map<FileNode, FileNode>();
    visit(selected, ({ path, node, passed }) => {
      const at = path === "" ? target : [...target, ...path.split("/")];
      if (isDirectory(node)) this.directory(at, node, path === "", passed);
      else this.file(at, node, copies);
    });
  }

  /** `mkdir -p` below the root: all that is not there is made, and has to be a directory. */
  makeDirectories(path: readonly string[], owner: Owner): void {
    for (let i = 1; i <= path.length; i++) {
      const at = path.slice(0, i);
      const node = this.draft.get(at);
      if (isDirectory(node)) continue;
      if (node !== undefined) throw new PathError("mkdir", `/${at.join("/")}`, "not a directory");
      const mode = this.options.chmod?.parents ?? 0o755;
      this.draft.makeDirectory(at, { mode, ...owner, mtime: this.options.timestamp });
    }
  }

  private directory(at: readonly string[], node: FileNode, top: boolean, passed: boolean): void {
    const before = this.draft.get(at);
    if (top) {
      // It is there by now, and keeps what it is; BuildKit gives it the source's time.
      if (!this.options.replaces) {
        this.draft.setAttributes(at, { mtime: node.mtime, mtimeNanoseconds: node.mtimeNanoseconds });
      }
      return;
    }
    if (!isDirectory(before)) {
      if (before !== undefined && !this.options.replaces) throw notDirectory(at);
      this.draft.makeDirectory(at, this.attributes(node, true));
    } else if (passed) {
      // Not asked for by itself: only its mode comes along.
      this.draft.setAttributes(at, { mode: node.mode });
    } else {
      const attributes = this.attributes(node, true);
      this.draft.setAttributes(at, { ...attributes, xattrs: new Map([...before.xattrs, ...node.xattrs]) });
    }
  }

  private file(at: readonly string[], node: FileNode, copies: Map<FileNode, FileNode>): void {
    const before = this.draft.get(at);
    if (isDirectory(before) && !this.options.replaces) {
      throw new CopyError(`cannot replace to directory /${at.join("/")} with file`);
    }
    const copy = copies.get(node) ?? { ...node, ...this.attributes(node, false) };
    copies.set(node, copy);
    this.draft.put(at, copy);
  }

  private attributes(node: FileNode, directory: boolean): Pick<FileNode, Attribute> {
    const { mode, uid, gid, mtime, mtimeNanoseconds, xattrs } = node;
    const changed = node.kind === "symlink" ? mode : (this.options.chmod?.apply(mode, directory) ?? mode);
    const kept =
      this.options.replaces && this.options.owner !== undefined && node.kind === "file" ? afterChown(changed) : changed;
    return { mode: kept, mtime, mtimeNanoseconds, xattrs, ...(this.options.owner ?? { uid, gid }) };
  }
}

type Attribute = "mode" | "uid" | "gid" | "mtime" | "mtimeNanoseconds" | "xattrs";

/** The classic builder changes owners last, and the kernel then takes away what would lend the new one's rights. */
function afterChown(mode: number): number {
  return mode & ~((mode & 0o010) === 0 ? 0o4000 : 0o6000);
}

function notDirectory(path: readonly string[]): CopyError {
  return new CopyError(`cannot copy to non-directory: /${path.join("/")}`);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
