import { createStore, get, update } from "idb-keyval";
import * as v from "valibot";

const how = v.picklist(["self", "shown", "done-for-me"]);
const lesson = v.object({
  /** Tasks that are done, by id: how, and when in milliseconds. */
  tasks: v.record(v.string(), v.object({ how, at: v.pipe(v.number(), v.minValue(0)) })),
});
const progress = v.object({ version: v.literal(1), lessons: v.record(v.string(), lesson) });

/** What was done of the lessons, by lesson id and task id. It only ever grows. */
export type Progress = v.InferOutput<typeof progress>;
export type How = v.InferOutput<typeof how>;

export const noProgress: Progress = { version: 1, lessons: {} };

/** A file, or what the browser kept, is none of ours. */
export class ProgressInvalid extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ProgressInvalid";
  }
}

export function parseProgress(text: string): Progress {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), progress), text);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new ProgressInvalid(`This is no progress of Drydock: ${v.getDotPath(issue) ?? "the file"}: ${issue.message}`);
}

/** All that is done in one of the two; the last word on how a task was done is the later one. */
export function mergeProgress(a: Progress, b: Progress): Progress {
  const lessons = new Map(Object.entries(a.lessons));
  for (const [id, { tasks }] of Object.entries(b.lessons)) {
    const merged = new Map(Object.entries(lessons.get(id)?.tasks ?? {}));
    for (const [task, done] of Object.entries(tasks)) {
      const known = merged.get(task);
      if (known === undefined || known.at < done.at) merged.set(task, done);
    }
    lessons.set(id, { tasks: Object.fromEntries(merged) });
  }
  return { version: 1, lessons: Object.fromEntries(lessons) };
}

/** Where progress outlives the page. `add` resolves when it is kept, merged with what other tabs kept meanwhile. */
export interface ProgressStore {
  read(): Promise<Progress>;
  add(change: Progress): Promise<Progress>;
  clear(): Promise<void>;
}

const key = "progress";

/** IndexedDB: each change is one transaction, so that two tabs lose nothing of each other's. */
export function browserProgress(): ProgressStore {
  const store = createStore("drydock-progress", "progress");
  const valid = (value: unknown): Progress => {
    if (value === undefined) return noProgress;
    const parsed = v.safeParse(progress, value);
    if (!parsed.success) throw new ProgressInvalid("The browser gave back progress that Drydock cannot read.");
    return parsed.output;
  };
  return {
    read: async () => valid(await get(key, store)),
    async add(change) {
      let merged = change;
      // What cannot be read is replaced by what is known.
      const old = (value: unknown) => {
        const parsed = v.safeParse(progress, value);
        return parsed.success ? parsed.output : noProgress;
      };
      await update<unknown>(key, (value) => (merged = mergeProgress(old(value), change)), store);
      return merged;
    },
    clear: () => update<unknown>(key, () => noProgress, store),
  };
}
