/** Names whose values are nobody's to see, in environments, JSON and build arguments. */
const secret = /pass(word|wd|phrase)?|secret|token|credential|api_?key|private_?key|auth/i;
const hidden = "(not shown)";
const longest = 400;

/** `NAME=value` without the value when the name says that it is a secret. */
export function redactVariable(entry: string): string {
  const at = entry.indexOf("=");
  return at > 0 && secret.test(entry.slice(0, at)) ? `${entry.slice(0, at)}=${hidden}` : entry;
}

/** JSON to show: secrets are named and not shown, long texts are cut. */
export function redactJson(value: unknown): unknown {
  if (typeof value === "string") {
    const shown = redactVariable(value);
    return shown.length > longest ? `${shown.slice(0, 60)}… (${String(shown.length)} characters)` : shown;
  }
  if (Array.isArray(value)) return value.map(redactJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      secret.test(key) && (typeof inner === "string" || key === "auths") ? hidden : redactJson(inner),
    ]),
  );
}

/** The words of a command line. `docker login` keeps its password for itself. */
export function redactArguments(args: readonly string[]): string[] {
  const isLogin = args.includes("login");
  return args.map((word, at) => {
    const before = args[at - 1] ?? "";
    if (/^--(password|secret|token)$/.test(before) || (isLogin && before === "-p")) return hidden;
    const [, flag, rest] = /^(--[a-z-]+=|-e)(.+=.*)$/s.exec(word) ?? [];
    if (flag !== undefined && rest !== undefined) return `${flag}${redactVariable(rest)}`;
    if (/^--password=/.test(word)) return `--password=${hidden}`;
    if (isLogin && /^-p./.test(word)) return `-p${hidden}`;
    return redactVariable(word);
  });
}

/** Path and query of a request, readable and without secrets or version prefix. */
export function redactTarget(target: string): string {
  const [path = "", query] = target.replace(/^\/v\d+\.\d+(?=\/)/, "").split("?", 2);
  if (query === undefined) return path;
  const shown = [...new URLSearchParams(query)].map(([name, value]) => {
    if (secret.test(name)) return `${name}=${hidden}`;
    try {
      const parsed: unknown = JSON.parse(value);
      return `${name}=${typeof parsed === "object" ? JSON.stringify(redactJson(parsed)) : value}`;
    } catch {
      return `${name}=${redactVariable(value)}`;
    }
  });
  return `${path}?${shown.join("&")}`;
}
