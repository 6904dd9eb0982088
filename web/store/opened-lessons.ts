import { createStore, del, entries, set } from "idb-keyval";
import * as v from "valibot";
import type { OpenedFile } from "../../lessons/open.ts";

const kept = v.object({
  name: v.string(),
  files: v.array(v.object({ path: v.string(), bytes: v.instance(Uint8Array) })),
});

/** A lesson of the learner's own as it was opened: it is compiled again whenever it is read. */
export interface KeptLesson {
  readonly name: string;
  readonly files: readonly OpenedFile[];
}

/** Where lessons that were opened outlive the page, by id. */
export interface OpenedLessonStore {
  /** What cannot be read any more is told by its id alone. */
  read(): Promise<ReadonlyMap<string, KeptLesson | undefined>>;
  put(id: string, lesson: KeptLesson): Promise<void>;
  delete(id: string): Promise<void>;
}

export function browserLessons(): OpenedLessonStore {
  const store = createStore("drydock-opened", "lessons");
  return {
    async read() {
      const found = await entries<IDBValidKey, unknown>(store);
      return new Map(
        found.map(([id, value]) => {
          const parsed = v.safeParse(kept, value);
          return [String(id), parsed.success ? parsed.output : undefined];
        }),
      );
    },
    put: (id, lesson) => set(id, lesson, store),
    delete: (id) => del(id, store),
  };
}
