import type { Block, Inline, Lesson, Term } from "../../lessons/lesson.ts";

/** What is wrong with a lesson beside the others, whatever its machine does. */
export function ruleProblems(
  lesson: Lesson,
  all: readonly Lesson[],
  terms: readonly Term[],
  images: ReadonlySet<string>,
): string[] {
  const problems: string[] = [];
  const known = new Set(terms.map(({ id }) => id));
  const ids = new Set(all.map(({ id }) => id));
  for (const concept of lesson.concepts)
    if (!known.has(concept)) problems.push(`concepts: the glossary has no ${concept}`);
  for (const image of lesson.images) if (!images.has(image)) problems.push(`images: there is no ${image} here`);
  for (const need of lesson.needs) if (!ids.has(need)) problems.push(`needs: there is no lesson ${need}`);
  if (circular(lesson, all, [])) problems.push("needs: the lessons need each other in a circle");
  const tasks = lesson.blocks.filter(({ kind }) => kind === "task");
  if (tasks.length < 3 || tasks.length > 6) problems.push(`a lesson has 3 to 6 tasks, this one ${tasks.length}`);
  const headings = new Set(lesson.blocks.flatMap((block) => (block.kind === "heading" ? [`#${block.id}`] : [])));
  for (const inline of lesson.blocks.flatMap(inlinesOf)) {
    if (inline.kind === "term" && !known.has(inline.term)) problems.push(`the glossary has no term ${inline.term}`);
    if (inline.kind !== "link") continue;
    if (inline.to.startsWith("#") && !headings.has(inline.to)) problems.push(`there is no heading ${inline.to}`);
    if (/^\d/.test(inline.to) && !ids.has(inline.to)) problems.push(`there is no lesson ${inline.to}`);
  }
  for (const block of lesson.blocks) {
    if (block.kind !== "task") continue;
    for (const kind of ["alternative", "miss"] as const)
      if (!block.ways.some((way) => way.kind === kind)) problems.push(`task ${block.id} has no \`\`\`sh ${kind}`);
  }
  return problems;
}

export function glossaryProblems(terms: readonly Term[]): string[] {
  const known = new Set(terms.map(({ id }) => id));
  return terms.flatMap(({ id, see, blocks }) =>
    [...see, ...blocks.flatMap(inlinesOf).flatMap((inline) => (inline.kind === "term" ? [inline.term] : []))]
      .filter((term) => !known.has(term))
      .map((term) => `glossary/${id}.md: there is no term ${term}`),
  );
}

function circular(lesson: Lesson, all: readonly Lesson[], path: readonly string[]): boolean {
  if (path.includes(lesson.id)) return true;
  return all
    .filter(({ id }) => lesson.needs.includes(id))
    .some((needed) => circular(needed, all, [...path, lesson.id]));
}

function inlinesOf(block: Block): Inline[] {
  switch (block.kind) {
    case "heading":
    case "paragraph":
      return deep(block.content);
    case "list":
      return block.items.flat().flatMap(inlinesOf);
    case "table":
      return [...block.head, ...block.rows.flat()].flatMap(deep);
    case "note":
    case "warning":
      return block.blocks.flatMap(inlinesOf);
    case "compare":
      return block.columns.flatMap(({ blocks }) => blocks.flatMap(inlinesOf));
    case "quiz":
      return [block.question, ...block.answers.flatMap(({ content, reason }) => [content, reason])].flatMap(deep);
    case "task":
      return block.goal.flatMap(inlinesOf);
    case "code":
    case "picture":
      return [];
    default:
      return block satisfies never;
  }
}

function deep(content: readonly Inline[]): Inline[] {
  return content.flatMap((inline) => ["content" in inline ? [inline, ...deep(inline.content)] : [inline]].flat());
}
