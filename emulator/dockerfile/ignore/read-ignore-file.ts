import { parseIgnore } from "../dockerignore.ts";

/** The patterns of a `.dockerignore`, cleaned, comments left out; `/a` is `a`. @throws IgnoreError */
export function readIgnoreFile(content: Uint8Array): string[] {
  return parseIgnore(new TextDecoder().decode(content));
}
