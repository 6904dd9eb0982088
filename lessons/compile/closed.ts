import type { Nodes } from "mdast";
import type { Problems } from "./problems.ts";

/** Tells of directives that go on to the end of the file, and of lines of colons that close nothing. */
export function checkClosed(node: Nodes, lines: readonly string[], problems: Problems): void {
  const start = node.position?.start.line;
  if (node.type === "containerDirective" && !/^\s*:{3,}\s*$/.test(lines[(node.position?.end.line ?? 0) - 1] ?? ""))
    problems.add(start, `:::${node.name} is not closed: end it with a line of as many colons`);
  const first = node.type === "paragraph" ? node.children[0] : undefined;
  if (first?.type === "text" && /^:{3,}\s*$/m.test(first.value))
    problems.add(
      start,
      "a line of colons closes nothing here: take it out, or open a directive such as :::note before it",
    );
  if ("children" in node) for (const child of node.children) checkClosed(child, lines, problems);
}
