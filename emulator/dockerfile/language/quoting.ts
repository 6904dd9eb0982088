/**
 * Where blanks of a line for the shell mean something: `true` at an offset that is within quotes or behind an escape.
 * Undefined for lines whose quotes nest (`"$(echo "a")"`), where only a shell can tell.
 */
export function quotedAt(text: string, escape: "\\" | "`"): readonly boolean[] | undefined {
  if (text.includes("$'")) return undefined;
  const quoted: boolean[] = [];
  let open: string | undefined;
  let escaped = false;
  for (let at = 0; at <= text.length; at++) {
    quoted.push(open !== undefined || escaped);
    const character = text.charAt(at);
    if (escaped) escaped = false;
    else if ((character === "\\" || character === escape) && open !== "'") escaped = true;
    else if (open === '"' && (character === "`" || text.startsWith("$(", at))) return undefined;
    else if (character === open) open = undefined;
    else if (open === undefined && (character === "'" || character === '"')) open = character;
  }
  return quoted;
}
