/** Names whose values are nobody's to see, in environments, JSON, flags and build arguments. */
const secret =
  /pass(word|wd|phrase|code)?|secret|token|credential|cookie|(api|access|private|signing|ssh)_?-?key|auth(?!or(?!iz))/i;
const named = /^[\w.-]+$/;
export const hidden = "(not shown)";
const longest = 400;

/** `NAME=value` without the value when the name says that it is a secret; the same in a text with more in it. */
export function redactText(text: string): string {
  const at = text.indexOf("=");
  const name = text.slice(0, at);
  if (at > 0 && named.test(name) && secret.test(name)) return `${name}=${hidden}`;
  return text
    .replace(/([\w.-]+)=("[^"]*"|'[^']*'|[^\s"';&|]+)/g, (whole, left: string) =>
      secret.test(left) ? `${left}=${hidden}` : whole,
    )
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/@]+@/gi, `$1:${hidden}@`)
    .replace(/(\b(?:bearer|basic)\s+)[\w.~+/=-]{6,}/gi, `$1${hidden}`);
}

/** JSON to show: secrets are named and not shown. */
export function redactJson(value: unknown): unknown {
  if (typeof value === "string") return redactText(value);
  if (Array.isArray(value))
    return value.every((each) => typeof each === "string") ? redactWords(value) : value.map(redactJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      secret.test(key) && ((typeof inner === "string" && inner !== "") || key === "auths") ? hidden : redactJson(inner),
    ]),
  );
}

/** The same with long texts cut: nobody reads those. */
export function shortenJson(value: unknown): unknown {
  if (typeof value === "string")
    return value.length > longest ? `${value.slice(0, 60)}… (${String(value.length)} characters)` : value;
  if (Array.isArray(value)) return value.map(shortenJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shortenJson(inner)]));
}

/** The words of a command line. `docker login` keeps its password for itself. */
export function redactArguments(args: readonly string[]): string[] {
  const isLogin = args[0] === "login" || args[1] === "login";
  return redactWords(args).map((word, at) => {
    if (isLogin && args[at - 1] === "-p") return hidden;
    return isLogin && /^-p./.test(word) ? `-p${hidden}` : word;
  });
}

/** `--password x`, `--password=x`, `-e PASSWORD=x`, `-ePASSWORD=x`. A flag's name says what the next word is. */
function redactWords(words: readonly string[]): string[] {
  return words.map((word, at) => {
    const before = words[at - 1] ?? "";
    if (/^--?[\w-]+$/.test(before) && secret.test(before) && !word.startsWith("-")) return hidden;
    const [, flag, value] = /^(--?[\w-]+)=(.*)$/s.exec(word) ?? [];
    if (flag !== undefined && value !== undefined)
      return secret.test(flag) ? `${flag}=${hidden}` : `${flag}=${redactText(value)}`;
    const short = /^(-[a-z])([\w.-]+=.*)$/is.exec(word);
    return short === null ? redactText(word) : `${short[1] ?? ""}${redactText(short[2] ?? "")}`;
  });
}

/** Path and query of a request without secrets or version prefix; it can still be sent. */
export function redactTarget(target: string): string {
  const [path = "", query] = target.replace(/^\/v\d+\.\d+(?=\/)/, "").split("?", 2);
  if (query === undefined) return path;
  const shown = [...new URLSearchParams(query)].map(
    ([name, value]) => `${encodeURIComponent(name)}=${encode(secret.test(name) ? hidden : redactValue(value))}`,
  );
  return `${path}?${shown.join("&")}`;
}

/** Readable in an address, and still one value. */
function encode(value: string): string {
  return encodeURIComponent(value).replaceAll("%2F", "/").replaceAll("%3A", ":").replaceAll("%2C", ",");
}

function redactValue(value: string): string {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "object" ? JSON.stringify(redactJson(parsed)) : value;
  } catch {
    return redactText(value);
  }
}
