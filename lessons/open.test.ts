import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { LessonRefused, openedLesson, openLesson, openLessonAt } from "./open.ts";

const sample = readFileSync(join(import.meta.dirname, "testdata", "sample.md"));
const bytes = (text: string) => new TextEncoder().encode(text);
const problems = (opening: Promise<unknown>) =>
  opening.then(
    () => [],
    (error: unknown) => (error instanceof LessonRefused ? error.problems.map(({ message }) => message) : [error]),
  );

describe("a lesson from elsewhere", () => {
  it("is compiled as any other, with its files", async () => {
    const lesson = await openLesson([
      { path: "My lesson/lesson.md", bytes: sample },
      { path: "My lesson/files/app/run.sh", bytes: bytes("#!/bin/sh\n") },
      { path: "My lesson/notes.txt", bytes: bytes("mine") },
    ]);
    expect([lesson.id, lesson.number, lesson.part.title]).toEqual(["elsewhere/my-lesson", "", "From elsewhere"]);
    expect(lesson.files).toEqual([{ path: "app/run.sh", mode: 0o755, base64: btoa("#!/bin/sh\n") }]);
    expect(openedLesson("elsewhere/my-lesson")).toBe(lesson);
  });

  it.each([
    ["without a lesson.md", [{ path: "a.md", bytes: sample }], "the folder has no lesson.md"],
    ["that is no text", [{ path: "lesson.md", bytes: Uint8Array.of(0xff, 0xfe) }], "this is no text in UTF-8"],
    [
      "with HTML",
      [{ path: "lesson.md", bytes: bytes(`${String(sample)}\n<script>x</script>\n`) }],
      "HTML is not shown",
    ],
    [
      "with a file outside of it",
      [
        { path: "lesson.md", bytes: sample },
        { path: "files/../../etc/passwd", bytes: bytes("x") },
      ],
      "leads out of it",
    ],
    [
      "with too much in it",
      [
        { path: "lesson.md", bytes: sample },
        { path: "files/big", bytes: new Uint8Array(8_000_001) },
      ],
      "more than 8 MB",
    ],
  ])("%s is refused", async (_what, files, message) => {
    expect((await problems(openLesson(files))).join("\n")).toContain(message);
  });
});

describe("a lesson at an address", () => {
  afterEach(() => vi.unstubAllGlobals());
  const site: Record<string, Uint8Array> = {
    "https://teach.example/course/first/lesson.md": sample,
    "https://teach.example/course/first/files.txt": bytes("a.txt\n"),
    "https://teach.example/course/first/files/a.txt": bytes("hi"),
    "https://teach.example/bare/lesson.md": sample,
    "https://teach.example/out/lesson.md": sample,
    "https://teach.example/out/files.txt": bytes("a.txt\n../secret\n"),
    "https://teach.example/out/files/a.txt": bytes("hi"),
    "https://teach.example/out/secret": bytes("hi"),
  };
  const serve = () =>
    vi.stubGlobal("fetch", (url: URL) => {
      const found = site[url.href];
      return Promise.resolve(
        found === undefined ? new Response("", { status: 404 }) : new Response(Uint8Array.from(found)),
      );
    });
  const open = (address: string) => openLessonAt(address, new AbortController().signal);

  it("comes with the files that files.txt names", async () => {
    serve();
    const lesson = await open("https://teach.example/course/first");
    expect(lesson.id).toBe("elsewhere/first");
    expect(lesson.files.map(({ path }) => path)).toEqual(["a.txt"]);
    expect((await open("https://teach.example/bare/lesson.md")).files).toEqual([]);
  });

  it("that has none, or names a file that is not its own, is refused", async () => {
    serve();
    expect(await problems(open("https://teach.example/none"))).toEqual(["there is no lesson.md at this address"]);
    expect(await problems(open("https://teach.example/out"))).toEqual(["there is no files/../secret beside it"]);
  });
});
