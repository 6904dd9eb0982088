import type { Block, Inline } from "../../lessons/lesson.ts";

/** Where pages went that others still link to: what an address begins with, and what it begins with now. */
const moved: readonly (readonly [from: string, to: string])[] = [
  ["https://docs.docker.com/engine/reference/builder", "https://docs.docker.com/reference/dockerfile/"],
  ["https://docs.docker.com/engine/reference/commandline/", "https://docs.docker.com/reference/cli/docker/"],
  ["https://docs.docker.com/engine/api/", "https://docs.docker.com/reference/api/engine/"],
  ["https://docs.docker.com/develop/", "https://docs.docker.com/build/building/"],
  ["https://docs.docker.com/storage/", "https://docs.docker.com/engine/storage/"],
  ["https://docs.docker.com/network/", "https://docs.docker.com/engine/network/"],
  ["https://docs.docker.com/config/containers/", "https://docs.docker.com/engine/containers/"],
  ["https://github.com/docker/docker/", "https://github.com/moby/moby/"],
  ["https://github.com/docker/distribution", "https://github.com/distribution/distribution"],
];
/** Of one request, in milliseconds. */
const patience = 15_000;

/** Every link of a text, with what is inside of tasks, notes and the like. */
export function linksOf(blocks: readonly Block[]): string[] {
  return blocks.flatMap(inlinesOf).flatMap((inline) => (inline.kind === "link" ? [inline.to] : []));
}

/** What is wrong with an address of the web, as far as it can be told without asking; undefined when nothing is. */
export function addressProblem(to: string): string | undefined {
  if (!URL.canParse(to)) return `${to} is no address`;
  const { protocol, hostname, username } = new URL(to);
  if (protocol !== "https:") return `${to}: write an https: address`;
  if (username !== "" || !hostname.includes(".")) return `${to} is not on the web`;
  const [, now] = moved.find(([from]) => to.startsWith(from)) ?? [];
  return now === undefined ? undefined : `${to} has moved: write ${now}…`;
}

/** Asks for a page, with HEAD and, where that is not answered well, with GET. Undefined when it is there. */
export async function deadLink(to: string, ask: typeof fetch = fetch): Promise<string | undefined> {
  let said = "";
  for (const method of ["HEAD", "GET"]) {
    try {
      const response = await ask(to, { method, redirect: "follow", signal: AbortSignal.timeout(patience) });
      await response.body?.cancel();
      if (response.ok) return undefined;
      said = `answers ${response.status}`;
    } catch (error) {
      said = `does not answer: ${error instanceof Error ? causeOf(error) : String(error)}`;
    }
  }
  return `${to} ${said}`;
}

const causeOf = (error: Error): string => (error.cause instanceof Error ? error.cause.message : error.message);

export function inlinesOf(block: Block): Inline[] {
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
  return content.flatMap((inline) => ("content" in inline ? [inline, ...deep(inline.content)] : [inline]));
}
