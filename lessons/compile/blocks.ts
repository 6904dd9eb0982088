import type { BlockContent, Code, DefinitionContent, ListItem, RootContent, Table } from "mdast";
import type { ContainerDirective, LeafDirective } from "mdast-util-directive";
import { pictureViews, type Block, type CodeBlock, type Inline, type PictureView } from "../lesson.ts";
import { inlines, plainText, termId } from "./inline.ts";
import type { Problems } from "./problems.ts";
import { quiz } from "./quiz.ts";
import { task } from "./task.ts";

type Node = RootContent | BlockContent | DefinitionContent;

/** Blocks of a lesson, or of a part of it. `nested`: no tasks and quizzes. */
export function blocks(nodes: readonly Node[], problems: Problems, nested = false): Block[] {
  nodes.forEach((node, i) => {
    if (node.type !== "code" || node.lang !== "console" || !/\bverify\b/.test(node.meta ?? "")) return;
    const above = nodes[i - 1];
    if (above?.type !== "code" || above.lang !== "sh" || (above.meta ?? "") !== "")
      problems.add(node.position?.start.line, "```console verify stands right below the ```sh whose output it is");
  });
  return nodes.flatMap((node) => block(node, problems, nested));
}

function block(node: Node, problems: Problems, nested: boolean): Block[] {
  const line = node.position?.start.line;
  switch (node.type) {
    case "heading": {
      const content = inlines(node.children, problems);
      if (node.depth !== 2 && node.depth !== 3) {
        problems.add(line, "headings in a lesson are ## and ###; the title is in the front matter");
        return [];
      }
      return [{ kind: "heading", level: node.depth, id: termId(plainText(content)), content }];
    }
    case "paragraph":
      return [{ kind: "paragraph", content: inlines(node.children, problems) }];
    case "list":
      return [
        {
          kind: "list",
          ordered: node.ordered === true,
          items: node.children.map((item: ListItem) => blocks(item.children, problems, true)),
        },
      ];
    case "table":
      return [table(node, problems)];
    case "code":
      return codeBlock(node, problems);
    case "containerDirective":
      return container(node, problems, nested);
    case "leafDirective":
      return leaf(node, problems);
    case "thematicBreak":
      problems.add(line, "lessons have no rules: begin a part with ## and a heading");
      return [];
    case "html":
      if (/^<!--[\s\S]*-->$/.test(node.value.trim())) return [];
      problems.add(
        line,
        `HTML is not shown in lessons (${node.value.split("\n")[0] ?? ""}): write Markdown or a directive`,
      );
      return [];
    case "blockquote":
      problems.add(line, "lessons have no quotations: use :::note or :::warning");
      return [];
    default:
      problems.add(line, `${node.type} has no place in a lesson`);
      return [];
  }
}

function table(node: Table, problems: Problems): Block {
  const [head, ...rows] = node.children.map((row) => row.children.map((cell) => inlines(cell.children, problems)));
  return { kind: "table", head: head ?? [], rows };
}

/** `sh`, `sh norun`, `console`, `console verify`, and plain text of any other language. */
function codeBlock(node: Code, problems: Problems): CodeBlock[] {
  const line = node.position?.start.line ?? 1;
  const language = node.lang ?? "";
  const words = (node.meta ?? "").split(/\s+/).filter(Boolean);
  const known: Readonly<Record<string, readonly string[]>> = { sh: ["norun"], console: ["verify"] };
  for (const word of words)
    if (!(known[language] ?? []).includes(word))
      problems.add(
        line,
        ["check", "hint", "solution", "alternative", "miss"].includes(word)
          ? `\`\`\`${language} ${word} belongs inside :::task{id="…"}`
          : `\`\`\`${language} ${word}: the words are sh, sh norun, console, console verify`,
      );
  return [
    {
      kind: "code",
      language,
      text: node.value,
      run: language === "sh" && !words.includes("norun"),
      verify: language === "console" && words.includes("verify"),
      line: line + problems.offset,
    },
  ];
}

function container(node: ContainerDirective, problems: Problems, nested: boolean): Block[] {
  const line = node.position?.start.line;
  switch (node.name) {
    case "note":
    case "warning":
      return [{ kind: node.name, blocks: blocks(node.children, problems, true) }];
    case "compare": {
      const columns = node.children.flatMap((child) => {
        if (child.type === "containerDirective" && child.name === "column")
          return [{ title: child.attributes?.["title"] ?? "", blocks: blocks(child.children, problems, true) }];
        problems.add(
          child.position?.start.line,
          '::::compare holds only :::column{title="…"}; give compare one colon more',
        );
        return [];
      });
      if (columns.length < 2) problems.add(line, "compare needs two columns or more");
      for (const { title } of columns)
        if (title === "") problems.add(line, 'a column needs a title: :::column{title="…"}');
      return [{ kind: "compare", columns }];
    }
    case "picture":
      return picture(node, problems);
    case "task":
    case "quiz":
      if (nested) {
        problems.add(line, `${node.name} stands by itself, not inside something else`);
        return [];
      }
      return node.name === "task" ? task(node, problems) : quiz(node, problems);
    case "column":
      problems.add(line, "column belongs inside ::::compare");
      return [];
    default:
      problems.add(line, `:::${node.name} is no directive: there are task, quiz, picture, compare, note and warning`);
      return [];
  }
}

function leaf(node: LeafDirective, problems: Problems): Block[] {
  if (node.name === "picture") return picture(node, problems);
  problems.add(node.position?.start.line, `::${node.name} is no directive: there is ::picture{view="…"}`);
  return [];
}

function picture(node: ContainerDirective | LeafDirective, problems: Problems): Block[] {
  const view = node.attributes?.["view"] ?? "";
  if (!isView(view)) {
    problems.add(node.position?.start.line, `picture: write view="…" with one of ${pictureViews.join(", ")}`);
    return [];
  }
  const label: Inline[] =
    node.type === "leafDirective"
      ? inlines(node.children, problems)
      : node.children.flatMap((child) => (child.type === "paragraph" ? inlines(child.children, problems) : []));
  return [{ kind: "picture", view, focus: node.attributes?.["focus"] ?? undefined, label: plainText(label) }];
}

function isView(name: string): name is PictureView {
  return pictureViews.some((view) => view === name);
}
