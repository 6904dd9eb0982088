import type { EntryKind, LayerEntry, UpperChange, UpperReading } from "./facts.ts";
import { count, nameText, shortDigest, sizeText } from "./size.ts";
import { finish, none, type FileNode, type TreeView } from "./tree.ts";

/** What a name in a container's writable layer is, in overlayfs's words. */
export type UpperWord =
  "copied up" | "replaced" | "added" | "whiteout" | "behind an opaque directory" | "directory" | "deleted";

/** What each change of a reading is, in its order; `deleted` where the upperdir itself was not looked at. */
export function upperWords(changes: readonly UpperChange[]): UpperWord[] {
  const words = changes.map(({ change, upper, read }): UpperWord => {
    switch (change) {
      case "added":
        return "added";
      case "modified":
        return upper?.kind === "directory" ? "directory" : "copied up";
      case "deleted":
        if (upper?.kind === "whiteout") return "whiteout";
        return read ? "behind an opaque directory" : "deleted";
      default:
        return change satisfies never;
    }
  });
  // Nothing is copied up through an opaque directory: what stands there again was made anew.
  const opaque = new Set(
    changes.filter((_, i) => words[i] === "behind an opaque directory").map(({ path }) => parent(path)),
  );
  return words.map((word, i) =>
    word === "copied up" && opaque.has(parent(changes[i]?.path ?? "")) ? "replaced" : word,
  );
}

function parent(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** What the image has under a path that begins with a slash; undefined where it has nothing. */
export type Below = (path: string) => FileNode | undefined;

export function belowOf(root: FileNode): Below {
  return (path) => {
    let at: FileNode | undefined = root;
    for (const part of path.split("/").filter((each) => each !== "")) at = at?.children?.get(part);
    return at;
  };
}

/** The writable layer as a tree, against what is below it. */
export function upperTree(reading: UpperReading, below: Below): TreeView {
  const { changes, container } = reading;
  const words = upperWords(changes);
  const root: FileNode = node("", "", "same", true);
  const parents = new Set(changes.map(({ path }) => parent(path)));
  const counts = { "copied up": 0, replaced: 0, added: 0, removed: 0 };
  changes.forEach((change, i) => {
    const word = words[i] ?? "deleted";
    if (word === "added" || word === "copied up" || word === "replaced") counts[word]++;
    else if (word !== "directory") counts.removed++;
    place(root, change, word, below, parents.has(change.path));
  });
  markOpaque(root);
  finish(root);
  markPartial(root);
  const parts = [
    counts.added > 0 ? `${count(counts.added, "name")} added` : "",
    counts["copied up"] > 0 ? `${count(counts["copied up"], "file")} copied up` : "",
    counts.replaced > 0 ? `${counts.replaced} replaced` : "",
    counts.removed > 0 ? `${counts.removed} hidden` : "",
  ].filter((part) => part !== "");
  const size = `, ${root.partial ? "more than " : ""}${sizeText(root.totals.size)} in the upperdir`;
  return {
    root,
    question: `What has ${container.name} changed of its image?`,
    answer: parts.length === 0 ? "Nothing yet: its upperdir is as empty as it began." : `${parts.join(", ")}${size}.`,
  };
}

function node(name: string, path: string, change: FileNode["change"], isDirectory: boolean): FileNode {
  const children = isDirectory ? new Map<string, FileNode>() : undefined;
  return { name, path, entry: undefined, layer: -1, change, children, totals: none };
}

function place(root: FileNode, change: UpperChange, word: UpperWord, below: Below, isParent: boolean): void {
  const parts = change.path.split("/").filter((part) => part !== "");
  const name = parts.pop() ?? "";
  let parent = root;
  for (const part of parts) {
    const path = parent.path === "" ? part : `${parent.path}/${part}`;
    let next = parent.children?.get(part);
    if (next === undefined) {
      next = node(part, path, "same", true);
      parent.children?.set(part, next);
    }
    next.children ??= new Map();
    parent = next;
  }
  const path = change.path.slice(1);
  const beneath = below(change.path);
  const isDirectory = isParent || change.upper?.kind === "directory";
  const made = node(name, path, "same", isDirectory);
  made.entry = entryOf(path, change, beneath?.entry);
  made.layer = beneath?.layer ?? -1;
  switch (word) {
    case "added":
      made.change = "added";
      break;
    case "copied up":
    case "replaced":
      made.change = "changed";
      made.note = word;
      break;
    case "directory":
      break;
    case "whiteout":
    case "behind an opaque directory":
    case "deleted":
      made.change = "removed";
      made.note = word;
      break;
    default:
      word satisfies never;
  }
  parent.children?.set(name, made);
}

function entryOf(
  path: string,
  { upper, change }: UpperChange,
  beneath: LayerEntry | undefined,
): LayerEntry | undefined {
  if (change === "deleted" && beneath !== undefined) return beneath;
  if (upper === undefined) return undefined;
  const { mode, uid, gid, size, mtime, target } = upper;
  const kind: EntryKind = upper.kind === "socket" ? "file" : upper.kind;
  const entry: LayerEntry = { path, kind, mode, uid, gid, size, mtime: Math.floor(mtime / 1000), node: 0 };
  return target === undefined ? entry : { ...entry, target };
}

/** A directory is opaque when it hides what no whiteout of its own names. */
function markOpaque(at: FileNode): void {
  for (const child of at.children?.values() ?? []) {
    if (child.note === "behind an opaque directory" && at.path !== "") {
      at.opaque = true;
      at.note = at.change === "added" ? "added, opaque" : "opaque";
    }
    markOpaque(child);
  }
}

/** A sum over names that were not all looked at is not the whole. */
function markPartial(at: FileNode): boolean {
  let isPartial = at.entry === undefined && at.children === undefined;
  for (const child of at.children?.values() ?? []) if (markPartial(child)) isPartial = true;
  if (isPartial) at.partial = true;
  return isPartial;
}

/** One directory of the overlay mount. */
export interface OverlayRow {
  readonly role: "merged" | "upperdir" | "workdir" | "lowerdir";
  /** In the guest. */
  readonly path: string;
  /** Of a lowerdir: the layer it shows; undefined for the engine's init layer. */
  readonly diffId: string | undefined;
  /** Of a lowerdir: the index of that layer, 0 for the base; -1 for the init layer. */
  readonly layer: number;
}

export interface OverlayView {
  /** Top of the stack first, as overlayfs searches them. */
  readonly rows: readonly OverlayRow[];
  readonly question: string;
  readonly answer: string;
}

/** What is mounted as a container's root, by real paths. */
export function overlayView(reading: UpperReading): OverlayView {
  const { lowerDirs, upperDir, workDir, mergedDir, diffIds, container } = reading;
  // A layer that comes twice is mounted once, where it is topmost; above all of them is the engine's init layer.
  const topmost = diffIds
    .map((diffId, layer) => ({ diffId, layer }))
    .reverse()
    .filter(({ diffId }, i, all) => all.findIndex((each) => each.diffId === diffId) === i);
  const lower = lowerDirs.map((path, i): OverlayRow => {
    const layer = topmost[i - (lowerDirs.length - topmost.length)];
    return { role: "lowerdir", path, diffId: layer?.diffId, layer: layer?.layer ?? -1 };
  });
  const single = (role: OverlayRow["role"], path: string): OverlayRow => ({ role, path, diffId: undefined, layer: -1 });
  return {
    rows: [single("merged", mergedDir), single("upperdir", upperDir), ...lower, single("workdir", workDir)],
    question: `What is mounted as the root of ${container.name}?`,
    answer: container.running
      ? `${count(lower.length, "read-only directory", "read-only directories")} and one writable, seen as one.`
      : `It does not run, so nothing is mounted; the ${count(lower.length + 1, "directory", "directories")} are there.`,
  };
}

export function overlayText(view: OverlayView): string {
  const lines = view.rows.map(({ role, path, diffId, layer }) => {
    const what =
      role !== "lowerdir" ? "" : diffId === undefined ? "init layer" : `layer ${layer + 1}, ${shortDigest(diffId)}`;
    return `${role.padEnd(9)} ${path}${what === "" ? "" : `  ${what}`}`;
  });
  return [view.question, view.answer, "", ...lines, ""].join("\n");
}

/** Something that happened in a writable layer between two readings. */
export interface UpperEvent {
  readonly kind: "copy-up" | "added" | "whiteout" | "opaque" | "written" | "gone";
  readonly path: string;
  /** `copied up /etc/passwd (1.2 kB)` */
  readonly text: string;
  /** How many names it tells of; `path` is the first of them. */
  readonly names: number;
}

type Event = Omit<UpperEvent, "names">;

/** More events of one kind at once are told as one. */
const eventLimit = 12;

export function upperEvents(before: UpperReading, after: UpperReading, below: Below): UpperEvent[] {
  const old = new Map(before.changes.map((change) => [change.path, change]));
  const events: Event[] = [];
  const words = upperWords(after.changes);
  after.changes.forEach((change, i) => {
    const was = old.get(change.path);
    old.delete(change.path);
    // What was removed and is there again is a new file in the old one's place.
    const word = words[i] === "copied up" && was?.change === "deleted" ? "replaced" : (words[i] ?? "deleted");
    const event = eventOf(change, was, word, below);
    if (event !== undefined) events.push(event);
  });
  for (const was of old.values()) {
    const path = nameText(was.path);
    if (was.change === "modified" && was.upper?.kind === "directory") continue;
    const text = was.change === "added" ? `removed ${path}` : `${path} is the image's again`;
    events.push({ kind: "gone", path: was.path, text });
  }
  return fold(events);
}

function eventOf(change: UpperChange, was: UpperChange | undefined, word: UpperWord, below: Below): Event | undefined {
  const path = nameText(change.path);
  const size = change.upper?.kind === "file" ? ` (${sizeText(change.upper.size)})` : "";
  if (was?.change === change.change) {
    const isWritten =
      change.upper?.kind === "file" &&
      was.upper !== undefined &&
      (was.upper.size !== change.upper.size || was.upper.mtime !== change.upper.mtime);
    return isWritten ? { kind: "written", path: change.path, text: `wrote ${path}${size}` } : undefined;
  }
  switch (word) {
    case "copied up": {
      const copied = below(change.path)?.entry;
      const bytes = copied?.kind === "file" ? ` (${sizeText(copied.size)})` : "";
      return { kind: "copy-up", path: change.path, text: `copied up ${path}${bytes}` };
    }
    case "replaced":
      return { kind: "added", path: change.path, text: `added a new ${path} in its place${size}` };
    case "added": {
      const what = change.upper?.kind === "directory" ? "directory " : change.upper?.kind === "symlink" ? "link " : "";
      return { kind: "added", path: change.path, text: `added ${what}${path}${size}` };
    }
    case "whiteout":
    case "deleted":
      return { kind: "whiteout", path: change.path, text: `whiteout for ${path}` };
    case "behind an opaque directory":
      return { kind: "opaque", path: change.path, text: `opaque directory hides ${path}` };
    case "directory":
      return undefined;
    default:
      return word satisfies never;
  }
}

function fold(events: readonly Event[]): UpperEvent[] {
  const folded: UpperEvent[] = [];
  const verbs: Record<UpperEvent["kind"], string> = {
    "copy-up": "copied up",
    added: "added",
    whiteout: "whiteouts for",
    opaque: "opaque directories hide",
    written: "wrote",
    gone: "removed or back as the image has them:",
  };
  for (const kind of Object.keys(verbs) as UpperEvent["kind"][]) {
    const same = events.filter((event) => event.kind === kind);
    const [first] = same;
    if (first === undefined) continue;
    if (same.length <= eventLimit) folded.push(...same.map((event) => ({ ...event, names: 1 })));
    else
      folded.push({
        kind,
        path: first.path,
        names: same.length,
        text: `${verbs[kind]} ${count(same.length, "name")}, ${nameText(first.path)} first`,
      });
  }
  return folded;
}
