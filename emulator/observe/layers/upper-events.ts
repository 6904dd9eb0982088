import type { UpperChange, UpperReading } from "./facts.ts";
import { count, nameText, sizeText } from "./size.ts";
import { upperWords, type Below, type UpperWord } from "./upper.ts";

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
