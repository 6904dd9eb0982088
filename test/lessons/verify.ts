import type { Block, CodeBlock } from "../../lessons/lesson.ts";

/** A command of the text, and what it must print where the author says so. */
export interface Shown {
  readonly command: CodeBlock;
  readonly expected: CodeBlock | undefined;
}

/** The commands with a Run button, in the order of the text, down to a task and in its goal. */
export function shownCommands(blocks: readonly Block[]): (Shown | Extract<Block, { kind: "task" }>)[] {
  return blocks.flatMap((block, i) => {
    switch (block.kind) {
      case "code": {
        if (!block.run) return [];
        const next = blocks[i + 1];
        return [{ command: block, expected: next?.kind === "code" && next.verify ? next : undefined }];
      }
      case "note":
      case "warning":
        return shownCommands(block.blocks);
      case "list":
        return block.items.flatMap(shownCommands);
      case "compare":
        return block.columns.flatMap(({ blocks: column }) => shownCommands(column));
      case "task":
        return [...shownCommands(block.goal), block];
      default:
        return [];
    }
  });
}

/** Whether output is what a block shows: white space at the ends of lines aside; `<any>`, `<id>` stand for what differs. */
export function matches(expected: string, actual: string): boolean {
  const lines = (text: string) =>
    text
      .split("\n")
      .map((line) => line.trimEnd())
      .join("\n")
      .trim();
  const pattern = lines(expected)
    .split(/(<[a-z]+>)/)
    .map((part) =>
      part === "<id>"
        ? "[0-9a-f]{12,64}"
        : /^<[a-z]+>$/.test(part)
          ? "[^\\n]*?"
          : part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"),
    )
    .join("");
  return new RegExp(`^${pattern}$`).test(lines(actual));
}
