import type { ListItem, PhrasingContent } from "mdast";
import type { ContainerDirective } from "mdast-util-directive";
import type { Inline, Quiz } from "../lesson.ts";
import { inlines } from "./inline.ts";
import type { Problems } from "./problems.ts";

/** A question and a list: `- [x] answer -- reason`, `- [ ] answer -- reason`. */
export function quiz(node: ContainerDirective, problems: Problems): Quiz[] {
  const line = node.position?.start.line;
  const id = node.attributes?.["id"] ?? "";
  if (!/^[a-z][a-z0-9-]*$/.test(id)) problems.add(line, 'a quiz needs an id of small letters: :::quiz{id="which"}');
  const question = node.children.find((child) => child.type === "paragraph");
  const list = node.children.find((child) => child.type === "list");
  if (question === undefined || list === undefined || node.children.length !== 2) {
    problems.add(line, "a quiz is one paragraph, the question, and one list of answers: - [x] right -- because …");
    return [];
  }
  const answers = list.children.map((item) => answer(item, problems));
  if (!answers.some(({ right }) => right)) problems.add(line, "no answer is right: mark one with [x]");
  if (answers.length < 2) problems.add(line, "a quiz needs two answers or more");
  return [{ kind: "quiz", id, question: inlines(question.children, problems), answers }];
}

function answer(item: ListItem, problems: Problems): Quiz["answers"][number] {
  const line = item.position?.start.line;
  const [paragraph] = item.children;
  if (typeof item.checked !== "boolean")
    problems.add(line, "an answer begins with [x] when it is right and [ ] when not");
  if (paragraph?.type !== "paragraph") {
    problems.add(line, "an answer is one line: - [ ] answer -- reason");
    return { content: [], right: false, reason: [] };
  }
  const [content, reason] = split(paragraph.children);
  if (reason.length === 0) problems.add(line, "an answer says why: - [ ] answer -- reason");
  return {
    content: trimmed(inlines(content, problems)),
    right: item.checked === true,
    reason: trimmed(inlines(reason, problems)),
  };
}

/** At the first ` -- ` outside of code. */
function split(nodes: readonly PhrasingContent[]): [PhrasingContent[], PhrasingContent[]] {
  const at = nodes.findIndex((node) => node.type === "text" && /\s--\s/.test(node.value));
  const node = nodes[at];
  if (node?.type !== "text") return [[...nodes], []];
  const [, before = "", after = ""] = /^([\s\S]*?)\s--\s([\s\S]*)$/.exec(node.value) ?? [];
  return [
    [...nodes.slice(0, at), { ...node, value: before }],
    [{ ...node, value: after }, ...nodes.slice(at + 1)],
  ];
}

function trimmed(content: Inline[]): Inline[] {
  const [first] = content;
  return first?.kind === "text" ? [{ kind: "text", text: first.text.trimStart() }, ...content.slice(1)] : content;
}
