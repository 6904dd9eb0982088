import { clear, createStore } from "idb-keyval";
import type { LessonId } from "../../lessons/lesson.ts";
import { isOfLesson } from "./lesson-record.ts";
import { forgetScrollbacks } from "./scrollback.ts";
import { opfsSizes, opfsStore, removeOpfs } from "./opfs.ts";

/** Folders of the origin private file system with machines, and the layers they share. */
const folders = ["machines", "layers"] as const;
/** What localStorage holds of a machine; settings are not among it. */
const prefixes = ["drydock.lesson.", "drydock.pulled.", "drydock.tabs."];

/** Bytes this browser keeps for machines. */
export interface KeptSpace {
  /** Machines of lessons with their saves to go back to, and what their layers share with the playground. */
  readonly lessons: number;
  readonly playground: number;
  readonly layers: number;
}

export async function keptSpace(): Promise<KeptSpace> {
  const [machines, layers] = await Promise.all(folders.map(opfsSizes));
  const space = { lessons: 0, playground: 0, layers: 0 };
  // A lesson's machine is named by the tab's and the lesson.
  for (const [name, size] of machines ?? []) space[name.includes("--") ? "lessons" : "playground"] += size;
  for (const size of layers?.values() ?? []) space.layers += size;
  return space;
}

/** Forgets the machines of one lesson, of all tabs. */
export async function forgetLessonMachines(lesson: LessonId): Promise<void> {
  const store = opfsStore("machines");
  for (const name of await store.list()) if (isOfLesson(name, lesson)) await store.delete(name);
  for (const key of Object.keys(localStorage))
    if (prefixes.some((prefix) => key.startsWith(prefix)) && isOfLesson(key, lesson)) localStorage.removeItem(key);
}

/**
 * Forgets every machine, what its terminals showed, which tasks were done on it, and the progress. Settings stay. Only
 * while no tab has a machine that runs: it would be kept again.
 */
export async function forgetEverything(): Promise<void> {
  // The progress first: if anything fails after it, no task is shown as done on a machine that is gone.
  await clear(createStore("drydock-progress", "progress"));
  for (const key of Object.keys(localStorage))
    if (prefixes.some((prefix) => key.startsWith(prefix))) localStorage.removeItem(key);
  await forgetScrollbacks();
  for (const folder of folders) await removeOpfs(folder);
}
