import type { Problem } from "./compile/problems.ts";
import type { Lesson, LessonFile } from "./lesson.ts";

/** A file of a folder that somebody opened; `path` begins with the folder or not. */
export interface OpenedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A lesson from elsewhere is no lesson; each of `problems` says where and what to write instead. */
export class LessonRefused extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(({ file, line, message }) => `${file}:${String(line)}: ${message}`).join("\n"));
    this.name = "LessonRefused";
  }
}

/** Megabytes that a lesson may put into the machine, all files together. */
const largest = 8;

const opened = new Map<string, Lesson>();

/** A lesson that was opened since the page was loaded. */
export function openedLesson(id: string): Lesson | undefined {
  return opened.get(id);
}

/** `loadLesson` knows it no longer. */
export function closeLesson(id: string): void {
  opened.delete(id);
}

/** Of the files of a folder those that belong to its lesson: `lesson.md`, and what is in `files/` beside it. */
export function partsOfLesson<T extends { readonly path: string }>(files: readonly T[]): readonly T[] {
  const main = mainOf(files);
  if (main === undefined) return [];
  const folder = main.path.slice(0, -"lesson.md".length);
  return files.filter((file) => file === main || file.path.startsWith(`${folder}files/`));
}

function mainOf<T extends { readonly path: string }>(files: readonly T[]): T | undefined {
  return files
    .filter(({ path }) => path === "lesson.md" || path.endsWith("/lesson.md"))
    .sort((a, b) => a.path.length - b.path.length)[0];
}

/**
 * A lesson from a folder with a `lesson.md` and perhaps `files/`. It is `elsewhere/NAME`, NAME being the folder's, and
 * `loadLesson` knows it until the page is left. Rejects with LessonRefused.
 */
export async function openLesson(files: readonly OpenedFile[], name = "lesson"): Promise<Lesson> {
  // The parser of Markdown comes only to those who open one.
  const { compileLesson } = await import("./compile.ts");
  const main = mainOf(files);
  if (main === undefined)
    throw new LessonRefused([
      { file: "lesson.md", line: 1, message: "the folder has no lesson.md: choose one that has" },
    ]);
  const folder = main.path.slice(0, -"lesson.md".length);
  const slug = slugOf(folder.split("/").filter(Boolean).at(-1) ?? name);
  const below = filesBelow(files, `${folder}files/`);
  const path = `elsewhere/${slug}`;
  const compiled = compileLesson({ path, text: textOf(main), files: below });
  if ("errors" in compiled) throw new LessonRefused(compiled.errors);
  opened.set(path, compiled.lesson);
  return compiled.lesson;
}

/** A lesson at an address. Rejects with LessonRefused. */
export async function openLessonAt(address: string, signal: AbortSignal): Promise<Lesson> {
  const { files, name } = await lessonFilesAt(address, signal);
  return openLesson(files, name);
}

/** A lesson's files, and how it is called where its folder has no name of its own. */
export interface LessonFiles {
  readonly files: readonly OpenedFile[];
  readonly name: string;
}

/**
 * The files of a lesson at an address: of a `lesson.md`, or of the folder it is in. Its `files/` are those that the text beside it,
 * `files.txt`, names one a line, where there is one.
 */
export async function lessonFilesAt(address: string, signal: AbortSignal): Promise<LessonFiles> {
  const base = new URL(address.endsWith("lesson.md") ? address : `${address.replace(/\/?$/, "/")}lesson.md`);
  const names = await fetched(new URL("files.txt", base), signal);
  const main = await fetched(base, signal);
  if (main === undefined)
    throw new LessonRefused([{ file: base.href, line: 1, message: "there is no lesson.md at this address" }]);
  const wanted =
    names === undefined
      ? []
      : new TextDecoder()
          .decode(names)
          .split("\n")
          .map((line) => line.trim());
  const files = await Promise.all(
    wanted.filter(Boolean).map(async (path, line): Promise<OpenedFile> => {
      const at = new URL(`files/${path.split("/").map(encodeURIComponent).join("/")}`, base);
      const bytes = at.href.startsWith(new URL("files/", base).href) ? await fetched(at, signal) : undefined;
      if (bytes !== undefined) return { path: `files/${path}`, bytes };
      throw new LessonRefused([{ file: "files.txt", line: line + 1, message: `there is no files/${path} beside it` }]);
    }),
  );
  return { files: [{ path: "lesson.md", bytes: main }, ...files], name: base.pathname.split("/").at(-2) ?? "lesson" };
}

/** Undefined when there is none; a server's own page in its place is none. */
async function fetched(url: URL, signal: AbortSignal): Promise<Uint8Array | undefined> {
  const response = await fetch(url, { signal });
  if (response.status === 404 || response.headers.get("content-type")?.startsWith("text/html") === true)
    return undefined;
  if (!response.ok) throw new Error(`${url.href} answers ${String(response.status)}`);
  return new Uint8Array(await response.arrayBuffer());
}

function filesBelow(files: readonly OpenedFile[], folder: string): LessonFile[] {
  const below = files.filter(({ path }) => path.startsWith(folder));
  const refused = (file: string, message: string) => new LessonRefused([{ file, line: 1, message }]);
  if (below.reduce((sum, { bytes }) => sum + bytes.length, 0) > largest * 1_000_000)
    throw refused("files", `files/ holds more than ${String(largest)} MB: the machine keeps them in memory`);
  return below.map(({ path: full, bytes }) => {
    const path = full.slice(folder.length);
    if (path.split("/").some((name) => name === "" || name === "." || name === ".."))
      throw refused(full, "a name in files/ leads out of it: call it otherwise");
    // A folder that was dropped says nothing of modes: what begins as a script does is one.
    return { path, mode: bytes[0] === 0x23 && bytes[1] === 0x21 ? 0o755 : 0o644, base64: base64Of(bytes) };
  });
}

function textOf({ path, bytes }: OpenedFile): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new LessonRefused([{ file: path, line: 1, message: "this is no text in UTF-8: save it as such" }]);
  }
}

function base64Of(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

function slugOf(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "") || "lesson"
  );
}
