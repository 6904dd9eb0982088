import type { Lesson, Task, Term } from "../../lessons/lesson.ts";
import { addressProblem, inlinesOf, linksOf } from "./links.ts";

/** Images that every machine has: that one is not pulled is noticed here only. */
const preloaded = ["busybox"];

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
    if (inline.to.startsWith("https:"))
      problems.push(...[addressProblem(inline.to)].filter((each) => each !== undefined));
  }
  for (const image of preloaded)
    if (!lesson.images.some((named) => named.split(":")[0] === image) && uses(lesson, image))
      problems.push(`images: the lesson uses ${image}, and does not name it`);
  for (const block of lesson.blocks) {
    if (block.kind !== "task") continue;
    for (const kind of ["alternative", "miss"] as const)
      if (!block.ways.some((way) => way.kind === kind)) problems.push(`task ${block.id} has no \`\`\`sh ${kind}`);
  }
  return problems;
}

/** Whether a command, a way through a task, or a file of the lesson says the name. */
function uses(lesson: Lesson, image: string): boolean {
  const word = new RegExp(`(^|[^/\\w-])${image}($|[^/\\w-])`, "m");
  const scripts = ({ solution, ways }: Task) => [solution, ...ways.map(({ script }) => script)];
  const texts = lesson.blocks.flatMap((block) =>
    block.kind === "task" ? scripts(block) : block.kind === "code" && block.language === "sh" ? [block.text] : [],
  );
  const files = lesson.files.map(({ base64 }) => Buffer.from(base64, "base64").toString("utf8"));
  return [...texts, ...files].some((text) => word.test(text));
}

export function glossaryProblems(terms: readonly Term[]): string[] {
  const known = new Set(terms.map(({ id }) => id));
  return terms.flatMap(({ id, see, blocks }) => {
    const content = blocks.flatMap(inlinesOf);
    const named = [...see, ...content.flatMap((inline) => (inline.kind === "term" ? [inline.term] : []))];
    const missing = named.filter((term) => !known.has(term)).map((term) => `there is no term ${term}`);
    const addresses = linksOf(blocks).filter((to) => to.startsWith("https:"));
    const wrong = addresses.map(addressProblem).filter((each) => each !== undefined);
    return [...missing, ...wrong].map((problem) => `glossary/${id}.md: ${problem}`);
  });
}

function circular(lesson: Lesson, all: readonly Lesson[], path: readonly string[]): boolean {
  if (path.includes(lesson.id)) return true;
  return all
    .filter(({ id }) => lesson.needs.includes(id))
    .some((needed) => circular(needed, all, [...path, lesson.id]));
}
