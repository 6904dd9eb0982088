import * as v from "valibot";

const schema = v.object({
  /** Tasks in the order they were done on this machine. */
  done: v.fallback(v.array(v.string()), []),
  /** Tasks that were taken back on this machine, and are to do again. */
  reopened: v.fallback(v.array(v.string()), []),
  /** Tasks whose solution was asked for. */
  how: v.fallback(v.record(v.string(), v.picklist(["self", "shown", "done-for-me"])), {}),
});

/** What belongs to one machine of a lesson, beside the progress of the browser. */
export type LessonRecord = v.InferOutput<typeof schema>;

const key = (machine: string) => `drydock.lesson.${machine}`;

export function readLessonRecord(machine: string): LessonRecord {
  let stored: unknown = {};
  try {
    stored = JSON.parse(localStorage.getItem(key(machine)) ?? "{}");
  } catch {
    // Storage that is refused or holds something else: nothing was taken back.
  }
  return v.parse(schema, typeof stored === "object" && stored !== null ? stored : {});
}

export function writeLessonRecord(machine: string, record: LessonRecord): void {
  try {
    localStorage.setItem(key(machine), JSON.stringify(record));
  } catch {
    // A browser that refuses storage keeps it for this visit.
  }
}
