import type { EntryKind, FolderEntry } from "../../emulator/spec/inside-files.ts";
import type { GuestFolder } from "./guest-folder.ts";
import { isInside, join } from "./paths.ts";

/** A row of the tree as it is drawn. */
export interface TreeRow {
  readonly path: string;
  readonly name: string;
  readonly kind: EntryKind;
  readonly symlink: boolean;
  readonly size: number;
  readonly depth: number;
  readonly expanded: boolean;
}

interface Folder {
  readonly entries: readonly FolderEntry[];
  /** Entries beyond what the machine tells. */
  readonly more: number;
}

/** What a listing saw: versions of files by path, and the folders it saw wholly (or saw to be gone). */
export interface Sight {
  readonly folders: ReadonlySet<string>;
  readonly versions: ReadonlyMap<string, string>;
}

/** A folder of the guest as a tree: folders that were opened are listed, others are not. */
export class FileTree {
  root = $state("/root");
  /** Undefined until the first listing. */
  missing = $state<boolean | undefined>();
  error = $state<string | undefined>();
  #folders = $state.raw<ReadonlyMap<string, Folder>>(new Map());
  #expanded = $state.raw<ReadonlySet<string>>(new Set());
  #running: Promise<void> | undefined;
  #again = false;

  constructor(
    readonly guest: GuestFolder,
    /** Told what each listing saw: open documents compare their versions. */
    readonly seen: (sight: Sight) => void = () => undefined,
    /** Folders to list besides those the tree shows: where open documents are. */
    readonly alsoList: () => readonly string[] = () => [],
  ) {}

  readonly rows = $derived.by((): readonly TreeRow[] => {
    const rows: TreeRow[] = [];
    const walk = (folder: string, depth: number) => {
      for (const entry of ordered(this.#folders.get(folder)?.entries ?? [])) {
        const path = join(folder, entry.name);
        const expanded = entry.kind === "directory" && this.#expanded.has(path);
        const { name, kind, symlink, size } = entry;
        rows.push({ path, name, kind, symlink, size, depth, expanded });
        if (expanded && depth < 30) walk(path, depth + 1);
      }
    };
    walk(this.root, 0);
    return rows;
  });

  /** Entries that are not shown, over all folders that are. */
  readonly more = $derived([...this.#folders.values()].reduce((sum, folder) => sum + folder.more, 0));

  async open(root: string): Promise<void> {
    this.root = root;
    this.missing = undefined;
    this.#expanded = new Set();
    this.#folders = new Map();
    await this.refresh();
  }

  async toggle(path: string): Promise<void> {
    const next = new Set(this.#expanded);
    if (!next.delete(path)) next.add(path);
    this.#expanded = next;
    if (next.has(path)) await this.refresh();
  }

  /** Shows the row of `path`: the folders above it are opened. */
  reveal(path: string): void {
    const next = new Set(this.#expanded);
    for (let at = path.lastIndexOf("/"); at > this.root.length; at = path.lastIndexOf("/", at - 1))
      next.add(path.slice(0, at));
    this.#expanded = next;
  }

  /** Lists again what is shown. Calls that come while one runs share the next. */
  refresh(): Promise<void> {
    if (this.#running !== undefined) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#list().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #list(): Promise<void> {
    do {
      this.#again = false;
      const { root } = this;
      const shown = [...this.#expanded].filter((path) => isInside(root, path));
      const asked = [...new Set([root, ...shown, ...this.alsoList()])];
      try {
        const listings = await this.guest.list(asked);
        if (root !== this.root) this.#again = true;
        else this.#take(root, listings);
        this.error = undefined;
      } catch (error) {
        this.error = error instanceof Error ? error.message : String(error);
      }
    } while (this.#again);
  }

  #take(root: string, listings: Awaited<ReturnType<GuestFolder["list"]>>): void {
    const folders = new Map<string, Folder>();
    for (const listing of listings) {
      if ("missing" in listing) {
        if (listing.path === root) this.missing = true;
        continue;
      }
      if (listing.path === root) this.missing = false;
      folders.set(listing.path, listing);
    }
    if (!same(this.#folders, folders)) this.#folders = folders;
    const versions = new Map<string, string>();
    for (const [path, { entries }] of folders)
      for (const entry of entries) if (entry.kind === "file") versions.set(join(path, entry.name), entry.version);
    // Of a folder that is told in part, a file that is not told may be there.
    const whole = listings.filter((listing) => "missing" in listing || listing.more === 0).map(({ path }) => path);
    this.seen({ folders: new Set(whole), versions });
  }
}

/** Folders first, then by name, as file lists have it. */
function ordered(entries: readonly FolderEntry[]): readonly FolderEntry[] {
  return [...entries].sort(
    (a, b) =>
      Number(b.kind === "directory") - Number(a.kind === "directory") ||
      a.name.localeCompare(b.name, "en", { numeric: true }),
  );
}

function same(a: ReadonlyMap<string, Folder>, b: ReadonlyMap<string, Folder>): boolean {
  return a.size === b.size && JSON.stringify([...a]) === JSON.stringify([...b]);
}
