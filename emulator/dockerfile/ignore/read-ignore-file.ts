import { cleanPattern } from "./pattern-matcher.ts";

/** The patterns of a `.dockerignore`, cleaned, comments left out; `/a` is `a`. */
export function readIgnoreFile(content: Uint8Array): string[] {
  const lines = new TextDecoder().decode(content).split("\n");
  return lines.flatMap((line) => {
    if (line.startsWith("#")) return [];
    const trimmed = line.trim();
    if (trimmed === "") return [];
    const exclusion = trimmed.startsWith("!");
    const pattern = exclusion ? trimmed.slice(1).trim() : trimmed;
    const cleaned = pattern === "" ? "" : cleanPattern(pattern);
    return [`${exclusion ? "!" : ""}${cleaned.length > 1 ? cleaned.replace(/^\//, "") : cleaned}`];
  });
}
