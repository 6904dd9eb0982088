import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import type { Plugin } from "vite";
import { compileLesson, compileTerm, type Problem } from "../lessons/compile.ts";
import type { Lesson, LessonFile, Term } from "../lessons/lesson.ts";

const root = join(import.meta.dirname, "..", "lessons");

/** Lessons as modules: compiled at build time, each in a chunk of its own, so that no parser reaches the page. */
export function lessons(): Plugin {
  /** Other ways through a task and near misses are for authors: no site that is built has them. */
  let withWays = true;
  const forPage = (whole: Lesson): Lesson => (withWays ? whole : withoutWays(whole));
  return {
    name: "drydock-lessons",
    configResolved: ({ command }) => void (withWays = command === "serve"),
    resolveId: (id) => (id === "virtual:lessons" || id === "virtual:glossary" ? `\0${id}` : undefined),
    load(id) {
      if (id === "\0virtual:lessons") {
        const all = lessonFolders().map((path) => lesson(path, this));
        const briefs = all.map(({ blocks, files: _files, ...brief }) => ({
          ...brief,
          tasks: blocks.flatMap((block) => (block.kind === "task" ? [{ id: block.id, title: block.title }] : [])),
        }));
        const imports = all.map(
          ({ id: path }) =>
            `${JSON.stringify(path)}: () => import(${JSON.stringify(`${join(root, path, "lesson.md")}?lesson`)})`,
        );
        return `export const catalog = ${JSON.stringify(briefs)};\nexport const bodies = {${imports.join(", ")}};`;
      }
      if (id === "\0virtual:glossary") return `export default ${JSON.stringify(glossary(this))};`;
      const [file = "", query] = id.split("?");
      if (query !== "lesson" || !file.endsWith("/lesson.md")) return undefined;
      return `export default ${JSON.stringify(forPage(lesson(relative(root, join(file, "..")), this)))};`;
    },
    // Lessons lie beside the page's folder, where nothing else is watched.
    configureServer({ watcher, moduleGraph, ws }) {
      watcher.add(root);
      watcher.on("all", (_event, file) => {
        if (!file.startsWith(`${root}/`)) return;
        for (const [id, module] of moduleGraph.idToModuleMap)
          if (id.startsWith("\0virtual:") || id.endsWith("/lesson.md?lesson")) moduleGraph.invalidateModule(module);
        ws.send({ type: "full-reload" });
      });
    },
    // All that there is to do is done above.
    handleHotUpdate: ({ file }) => (file.startsWith(`${root}/`) && file.endsWith(".md") ? [] : undefined),
  };
}

function withoutWays(whole: Lesson): Lesson {
  return { ...whole, blocks: whole.blocks.map((block) => (block.kind === "task" ? { ...block, ways: [] } : block)) };
}

interface Build {
  addWatchFile(file: string): void;
  error(message: string): never;
}

/** Every folder with a lesson.md, in order. */
export function lessonFolders(): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .filter((part) => /^\d\d-/.test(part))
    .flatMap((part) =>
      readdirSync(join(root, part))
        .filter((name) => existsSync(join(root, part, name, "lesson.md")))
        .map((name) => `${part}/${name}`),
    )
    .sort();
}

function lesson(path: string, build: Build): Lesson {
  const file = join(root, path, "lesson.md");
  build.addWatchFile(file);
  const compiled = compileLesson({ path, text: readFileSync(file, "utf8"), files: filesOf(join(root, path, "files")) });
  return "lesson" in compiled ? compiled.lesson : build.error(told(compiled.errors));
}

function glossary(build: Build): Term[] {
  const folder = join(root, "glossary");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".md") && name !== "README.md")
    .sort()
    .map((name) => {
      build.addWatchFile(join(folder, name));
      const compiled = compileTerm(name.slice(0, -3), readFileSync(join(folder, name), "utf8"));
      return "term" in compiled ? compiled.term : build.error(told(compiled.errors));
    });
}

/** What a lesson puts into the machine. */
export function filesOf(folder: string, below = ""): LessonFile[] {
  if (!existsSync(join(folder, below))) return [];
  return readdirSync(join(folder, below))
    .sort()
    .flatMap((name) => {
      const path = below === "" ? name : `${below}/${name}`;
      const stat = statSync(join(folder, path));
      if (stat.isDirectory()) return filesOf(folder, path);
      const base64 = readFileSync(join(folder, path)).toString("base64");
      return [{ path, mode: stat.mode & 0o111 ? 0o755 : 0o644, base64 }];
    });
}

function told(errors: readonly Problem[]): string {
  return errors.map(({ file, line, message }) => `lessons/${file}:${String(line)}: ${message}`).join("\n");
}
