import type { Code } from "mdast";
import type { ContainerDirective } from "mdast-util-directive";
import type { Task } from "../lesson.ts";
import { blocks } from "./blocks.ts";
import type { Problems } from "./problems.ts";

const roles = ["check", "hint", "solution", "alternative", "miss"] as const;
type Role = (typeof roles)[number];

/** `:::task{id="…" title="…"}`: the goal, and scripts by what they are for. */
export function task(node: ContainerDirective, problems: Problems): Task[] {
  const line = node.position?.start.line ?? 1;
  const id = node.attributes?.["id"] ?? "";
  const title = node.attributes?.["title"] ?? "";
  if (!/^[a-z][a-z0-9-]*$/.test(id))
    problems.add(line, 'a task needs an id of small letters: :::task{id="run-it" title="…"}');
  if (title === "") problems.add(line, 'a task needs a title: :::task{id="run-it" title="Run a container"}');
  const scripts: Record<Role, { script: string; line: number }[]> = {
    check: [],
    hint: [],
    solution: [],
    alternative: [],
    miss: [],
  };
  const goal = node.children.filter((child) => {
    const role = child.type === "code" ? roleOf(child) : undefined;
    if (role === undefined || child.type !== "code") return true;
    if (child.value.trim() === "") problems.add(child.position?.start.line, `the block \`\`\`sh ${role} is empty`);
    scripts[role].push({ script: child.value, line: (child.position?.start.line ?? line) + problems.offset });
    return false;
  });
  const one = (role: "check" | "solution"): string => {
    const [first, second] = scripts[role];
    if (first === undefined) problems.add(line, `the task has no ${role}: add a block \`\`\`sh ${role}`);
    if (second !== undefined)
      problems.add(second.line - problems.offset, `a task has one ${role}: put both into one block`);
    return first?.script ?? "";
  };
  if (goal.length === 0) problems.add(line, "the task says no goal: write a sentence before its scripts");
  if (scripts.hint.length === 0)
    problems.add(line, "the task has no hint: add a block ```sh hint that looks at what is there");
  return [
    {
      kind: "task",
      id,
      title,
      goal: blocks(goal, problems, true),
      check: one("check"),
      hints: scripts.hint,
      solution: one("solution"),
      ways: (["alternative", "miss"] as const).flatMap((kind) => scripts[kind].map((way) => ({ kind, ...way }))),
      line: line + problems.offset,
    },
  ];
}

function roleOf(code: Code): Role | undefined {
  if (code.lang !== "sh") return undefined;
  return roles.find((role) => role === (code.meta ?? "").trim());
}
