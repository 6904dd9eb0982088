import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openedLesson, type LessonFiles } from "../../lessons/open.ts";
import type { KeptLesson, OpenedLessonStore } from "../store/opened-lessons.ts";
import { OpenedLessons } from "./opened.svelte.ts";

const sample = readFileSync(join(import.meta.dirname, "../../lessons/testdata/sample.md"), "utf8");
const folder = (name: string, text = sample): LessonFiles => ({
  name: "lesson",
  files: [
    { path: `${name}/lesson.md`, bytes: new TextEncoder().encode(text) },
    { path: `${name}/files/a.txt`, bytes: new TextEncoder().encode("hi") },
  ],
});

/** One browser's storage. */
class FakeStore implements OpenedLessonStore {
  readonly kept = new Map<string, KeptLesson | undefined>();
  full = false;

  read() {
    return Promise.resolve(new Map(this.kept));
  }

  put(id: string, lesson: KeptLesson) {
    if (this.full) return Promise.reject(new Error("no room"));
    this.kept.set(id, lesson);
    return Promise.resolve();
  }

  delete(id: string) {
    this.kept.delete(id);
    return Promise.resolve();
  }
}

describe("lessons the learner opened", () => {
  it("are there at the next visit, with their files", async () => {
    const store = new FakeStore();
    const lesson = await new OpenedLessons(store).open(folder("My lesson"));
    expect(lesson.id).toBe("elsewhere/my-lesson");
    const next = new OpenedLessons(store);
    await Promise.all([next.load(), next.load()]);
    expect(next.list.map(({ id, brief }) => [id, brief?.title])).toEqual([["elsewhere/my-lesson", lesson.title]]);
    expect(next.list[0]?.brief?.tasks.length).toBe(lesson.blocks.filter(({ kind }) => kind === "task").length);
    expect(openedLesson("elsewhere/my-lesson")?.files).toEqual([{ path: "a.txt", mode: 0o644, base64: btoa("hi") }]);
  });

  it("are checked again when they are read, and say what is wrong", async () => {
    const store = new FakeStore();
    const broken = folder("broken", `${sample}\n<script>x</script>\n`);
    store.kept.set("elsewhere/broken", { name: broken.name, files: [...broken.files] });
    store.kept.set("elsewhere/odd", undefined);
    const opened = new OpenedLessons(store);
    await opened.load();
    expect(opened.list.map(({ id, brief }) => [id, brief])).toEqual([
      ["elsewhere/broken", undefined],
      ["elsewhere/odd", undefined],
    ]);
    expect(opened.list[0]?.problems.join()).toMatch(/lesson\.md, line \d+: .*HTML is not shown/);
    expect(opened.list[1]?.problems).toEqual(["The lesson did not come: The browser gave back something else."]);
    expect(openedLesson("elsewhere/broken")).toBeUndefined();
    await opened.open(folder("broken"));
    expect(opened.list[0]?.problems).toEqual([]);
  });

  it("are removed, and a broken one is not opened at all", async () => {
    const store = new FakeStore();
    const opened = new OpenedLessons(store);
    await expect(opened.open(folder("none", "no front matter"))).rejects.toThrow("lesson.md:1");
    expect([opened.list, store.kept.size]).toEqual([[], 0]);
    await opened.open(folder("gone"));
    await opened.remove("elsewhere/gone");
    expect([opened.list, store.kept.size, openedLesson("elsewhere/gone")]).toEqual([[], 0, undefined]);
  });

  it("are there for this visit where the browser keeps nothing, which is said", async () => {
    const store = new FakeStore();
    store.full = true;
    const opened = new OpenedLessons(store);
    await opened.open(folder("short"));
    expect(openedLesson("elsewhere/short")).toBeDefined();
    expect(opened.problem).toContain("no room");
  });
});
