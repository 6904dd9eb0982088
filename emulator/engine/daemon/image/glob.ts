/** Go's `path.Match`: `*` and `?` stop at slashes, `[a-z]` is a class, `\` quotes. Undefined: a malformed pattern. */
export function globExpression(pattern: string): RegExp | undefined {
  let source = "";
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    if (character === "*") source += "[^/]*";
    else if (character === "?") source += "[^/]";
    else if (character === "[") {
      const end = pattern.indexOf("]", i + 2);
      if (end < 0) return undefined;
      const negated = pattern.charAt(i + 1) === "^";
      const body = pattern.slice(i + (negated ? 2 : 1), end).replace(/[\\\]^]/g, "\\$&");
      source += `[${negated ? "^/" : ""}${body}]`;
      i = end;
    } else if (character === "\\") {
      i++;
      if (i >= pattern.length) return undefined;
      source += escape(pattern.charAt(i));
    } else source += escape(character);
  }
  try {
    return new RegExp(`^${source}$`);
  } catch {
    return undefined;
  }
}

function escape(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
