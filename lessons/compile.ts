import type { Root } from "mdast";
import remarkDirective from "remark-directive";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { blocks } from "./compile/blocks.ts";
import { checkClosed } from "./compile/closed.ts";
import { readFrontMatter, splitFrontMatter } from "./compile/front-matter.ts";
import { inlines, plainText, termId } from "./compile/inline.ts";
import { Problems, type Problem } from "./compile/problems.ts";
import type { Lesson, LessonFile, Term } from "./lesson.ts";
import { frontMatter, termMatter } from "./schema.ts";

export type { Problem } from "./compile/problems.ts";

/** What an author wrote. */
export interface LessonSource {
  /** The folder below `lessons/`: `04-building/02-the-build-cache`; `elsewhere/NAME` for one that is not of this project. */
  readonly path: string;
  /** `lesson.md` */
  readonly text: string;
  /** Of its folder `files/`. */
  readonly files: readonly LessonFile[];
}

export type Compiled = { readonly lesson: Lesson } | { readonly errors: readonly Problem[] };

/** Parts of the curriculum, by number. */
export const partTitles: Readonly<Record<number, string>> = {
  1: "First steps",
  2: "How containers work",
  3: "Images",
  4: "Building",
  5: "Data and networks",
  6: "More than one container",
  7: "In the wild",
};

const markdown = unified().use(remarkParse).use(remarkGfm).use(remarkDirective);

/** A lesson out of its Markdown. Pure; all that is wrong is told at once, with file and line. */
export function compileLesson({ path, text, files }: LessonSource): Compiled {
  const file = `${path}/lesson.md`;
  const split = splitFrontMatter(text);
  if (split === undefined)
    return {
      errors: [{ file, line: 1, message: "a lesson begins with front matter: a line ---, fields, a line ---" }],
    };
  const head = new Problems(file);
  const matter = readFrontMatter(split.matter, frontMatter, head);
  const problems = new Problems(file, split.bodyLine);
  const root = markdown.parse(split.body) as Root;
  const body = blocks(root.children, problems);
  const [, part = "0", lesson = "0"] = /^(\d\d)-[a-z0-9-]+\/(\d\d)-[a-z0-9-]+$/.exec(path) ?? [];
  const elsewhere = /^elsewhere\/[a-z0-9-]+$/.test(path);
  if (part === "0" && !elsewhere)
    head.add(1, `${path}: the folders of a lesson are called like 05-data-and-networks/01-volumes`);
  checkIds(root, problems);
  checkClosed(root, split.body.split("\n"), problems);
  const found = [...head.found, ...problems.found];
  if (matter === undefined || found.length > 0) return { errors: found };
  const number = Number(part);
  return {
    lesson: {
      id: path,
      number: elsewhere ? "" : `${String(number)}.${String(Number(lesson))}`,
      part: { number, title: elsewhere ? "From elsewhere" : (partTitles[number] ?? `Part ${String(number)}`) },
      ...matter,
      blocks: body,
      files,
    },
  };
}

/** A term of the glossary out of its Markdown; `id` is its file's name. */
export function compileTerm(
  id: string,
  text: string,
): { readonly term: Term } | { readonly errors: readonly Problem[] } {
  const file = `glossary/${id}.md`;
  const split = splitFrontMatter(text);
  if (split === undefined)
    return {
      errors: [{ file, line: 1, message: "a term begins with front matter: a line ---, title and short, a line ---" }],
    };
  const head = new Problems(file);
  const matter = readFrontMatter(split.matter, termMatter, head);
  const problems = new Problems(file, split.bodyLine);
  const body = blocks((markdown.parse(split.body) as Root).children, problems, true);
  const found = [...head.found, ...problems.found];
  if (matter === undefined || found.length > 0) return { errors: found };
  return { term: { id, ...matter, blocks: body } };
}

function checkIds(root: Root, problems: Problems): void {
  const seen = new Set<string>();
  for (const node of root.children) {
    const id =
      node.type === "heading"
        ? `#${termId(plainText(inlines(node.children, new Problems(""))))}`
        : node.type === "containerDirective"
          ? node.attributes?.["id"]
          : undefined;
    if (id === undefined || id === null || id === "") continue;
    if (seen.has(id)) problems.add(node.position?.start.line, `two things are called ${id}: give one another name`);
    seen.add(id);
  }
}
