import type { PhrasingContent, Root } from "mdast";
import type { Inline } from "../lesson.ts";
import type { Problems } from "./problems.ts";

/** Text within a block. What has no place in a lesson is told of and left out. */
export function inlines(nodes: readonly PhrasingContent[], problems: Problems): Inline[] {
  return merged(nodes.flatMap((node) => inline(node, problems)));
}

function inline(node: PhrasingContent, problems: Problems): Inline[] {
  const line = node.position?.start.line;
  switch (node.type) {
    case "text":
      return [{ kind: "text", text: node.value.replace(/\s*\n\s*/g, " ") }];
    case "strong":
    case "emphasis":
      return [{ kind: node.type, content: inlines(node.children, problems) }];
    case "inlineCode":
      return [{ kind: "code", text: node.value }];
    case "break":
      return [{ kind: "text", text: " " }];
    case "link":
      if (!isAddress(node.url)) {
        problems.add(
          line,
          `the link to ${node.url} leads nowhere: write an https: address, #a-heading, or a lesson's folder`,
        );
        return inlines(node.children, problems);
      }
      return [{ kind: "link", to: node.url, content: inlines(node.children, problems) }];
    case "textDirective": {
      if (node.name !== "term") {
        problems.add(line, `:${node.name} is no directive: write :term[namespace], or a space after the colon`);
        return [{ kind: "text", text: `:${node.name}` }, ...inlines(node.children, problems)];
      }
      const content = inlines(node.children, problems);
      const term = node.attributes?.["id"] ?? termId(plainText(content));
      return [{ kind: "term", term, content }];
    }
    case "html":
      // Told of where it opens.
      if (node.value.startsWith("</")) return [];
      problems.add(line, `HTML is not shown in lessons (${node.value}): write Markdown, or put it in backquotes`);
      return [];
    case "image":
      problems.add(line, "lessons have no images: use :::picture, which draws the machine itself");
      return [];
    default:
      problems.add(
        line,
        `${node.type} has no place in a lesson: write plain text, bold, italics, code, links or :term[…]`,
      );
      return [];
  }
}

/** `PID namespace` is `pid-namespace`. */
export function termId(text: string): string {
  return text
    .toLowerCase()
    .trim()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

export function plainText(content: readonly Inline[]): string {
  return content.map((each) => ("text" in each ? each.text : plainText(each.content))).join("");
}

function isAddress(url: string): boolean {
  return /^https:\/\/[^\s]+$/.test(url) || /^#[a-z0-9-]+$/.test(url) || /^\d\d-[a-z0-9-]+\/\d\d-[a-z0-9-]+$/.test(url);
}

function merged(content: readonly Inline[]): Inline[] {
  const result: Inline[] = [];
  for (const each of content) {
    const last = result.at(-1);
    if (each.kind === "text" && last?.kind === "text")
      result[result.length - 1] = { kind: "text", text: last.text + each.text };
    else result.push(each);
  }
  return result;
}

export type LessonRoot = Root;
