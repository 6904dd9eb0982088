import { lessonFolder } from "./script.ts";

/** Clears what stands at the prompt: to its end, then all before. */
const clearLine = "\u0005\u0015";

/**
 * The keys that put a solution at the prompt of a shell in `folder`. Several lines stand in braces: the shell reads them
 * to the closing one, also here-documents, and runs nothing until Enter.
 */
export function atPrompt(solution: string, folder: string): string {
  // A tab would complete a name.
  const lines = solution.trim().replaceAll("\t", "    ").split("\n");
  if (folder !== lessonFolder) lines.unshift(`cd ${lessonFolder}`);
  const [only = ""] = lines;
  return clearLine + (lines.length === 1 ? only : ["{", ...lines, "}"].join("\n"));
}
