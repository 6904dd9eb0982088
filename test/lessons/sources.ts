import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compileLesson, compileTerm, type Problem } from "../../lessons/compile.ts";
import type { Lesson, Term } from "../../lessons/lesson.ts";
import { filesOf, lessonFolders } from "../../web/lesson-plugin.ts";

export const root = join(import.meta.dirname, "..", "..");

export const told = (problems: readonly Problem[]) =>
  problems.map(({ file, line, message }) => `lessons/${file}:${line}: ${message}`);

/** Every lesson as its author left it. */
export function readLessons(): { lessons: Lesson[]; problems: string[] } {
  const lessons: Lesson[] = [];
  const problems: string[] = [];
  for (const path of lessonFolders()) {
    const folder = join(root, "lessons", path);
    const text = readFileSync(join(folder, "lesson.md"), "utf8");
    const compiled = compileLesson({ path, text, files: filesOf(join(folder, "files")) });
    if ("lesson" in compiled) lessons.push(compiled.lesson);
    else problems.push(...told(compiled.errors));
  }
  return { lessons, problems };
}

export function readGlossary(): { terms: Term[]; problems: string[] } {
  const folder = join(root, "lessons", "glossary");
  const terms: Term[] = [];
  const problems: string[] = [];
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (!name.endsWith(".md") || name === "README.md") continue;
    const compiled = compileTerm(name.slice(0, -3), readFileSync(join(folder, name), "utf8"));
    if ("term" in compiled) terms.push(compiled.term);
    else problems.push(...told(compiled.errors));
  }
  return { terms, problems };
}

/** Names that `docker pull` takes here: `busybox`, `debian:12-slim`. */
export function registryImages(): Set<string> {
  const index = JSON.parse(readFileSync(join(root, "public", "registry", "index.json"), "utf8")) as {
    manifests: { annotations?: Record<string, string> }[];
  };
  return new Set(
    index.manifests.flatMap(({ annotations }) => {
      const name = annotations?.["org.opencontainers.image.ref.name"]?.replace(/^docker\.io\/(library\/)?/, "");
      return name === undefined ? [] : [name, name.replace(/:latest$/, "")];
    }),
  );
}
