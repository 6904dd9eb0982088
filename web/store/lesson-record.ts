import * as v from "valibot";
import type { LessonId } from "../../lessons/lesson.ts";

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

/** Names the save of a lesson's machine, of the tab that has `slot`. */
export function machineOf(slot: string, lesson: LessonId): string {
  return `${slot}--${lesson.replace(/[^A-Za-z0-9_-]/g, "_")}`;
}

/** Whether something that is kept under `name` is of a machine of that lesson, in any tab: its save, or a key with its name. */
export function isOfLesson(name: string, lesson: LessonId): boolean {
  const machine = machineOf("", lesson);
  const at = name.indexOf(machine);
  return at > 0 && /^(\.|--after-|$)/.test(name.slice(at + machine.length));
}

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

// Beside the record, which is the tasks': whoever writes the one does not know the other.
const pulledKey = (machine: string) => `drydock.pulled.${machine}`;

/** Whether all images of the lesson came to this machine. */
export function arePulled(machine: string): boolean {
  try {
    return localStorage.getItem(pulledKey(machine)) !== null;
  } catch {
    return false; // they are asked for again
  }
}

export function keepPulled(machine: string): void {
  try {
    localStorage.setItem(pulledKey(machine), "1");
  } catch {
    // A browser that refuses storage keeps no machine either.
  }
}

export function forgetPulled(machine: string): void {
  try {
    localStorage.removeItem(pulledKey(machine));
  } catch {
    // As above.
  }
}
