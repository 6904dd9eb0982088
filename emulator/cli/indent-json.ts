/** Re-indents a JSON text without touching its values, as Go's json.Indent does with four blanks. */
export function indentJson(text: string, prefix = ""): string {
  const unit = "    ";
  let depth = 0;
  let result = "";
  const newline = (): string => `\n${prefix}${unit.repeat(depth)}`;
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    switch (token) {
      case "{":
      case "[":
        result += token;
        if (next === "}" || next === "]") break;
        depth++;
        result += newline();
        break;
      case "}":
      case "]":
        if (tokens[index - 1] !== "{" && tokens[index - 1] !== "[") {
          depth--;
          result += newline();
        }
        result += token;
        break;
      case ",":
        result += token + newline();
        break;
      case ":":
        result += ": ";
        break;
      default:
        result += token;
    }
  }
  return result;
}
