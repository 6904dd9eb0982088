import { hidden } from "./redact.ts";
import type { RequestTrace } from "./trace.ts";

export interface Curl {
  /** Of more than one line where it is long. */
  readonly line: string;
  /** Something of it is a secret, and has to be put in by hand. */
  readonly lacksSecret: boolean;
}

/** BusyBox's shell reads no longer line from a terminal. */
const longestLine = 1000;

/**
 * The request as a command for the machine's shell; undefined for streams and archives, which no command line can hold.
 * What is empty in the body is left out: Docker takes it for the same.
 */
export function curlLine({ method, target, hijack, sent, body, whole }: RequestTrace): Curl | undefined {
  if (hijack || sent === "other" || (sent === "json" && (body === undefined || !whole))) return undefined;
  const words = ["curl", ...(method === "GET" ? [] : method === "HEAD" ? ["-I"] : ["-X", method])];
  words.push("--unix-socket", "/var/run/docker.sock", quoted(`http://localhost${target}`));
  if (body !== undefined) words.push("-H", "'Content-Type: application/json'", "-d");
  const parts = body === undefined ? [] : set(JSON.parse(body));
  const short = [...words, ...(body === undefined ? [] : [quoted(`{${parts.join(",")}}`)])].join(" ");
  const line = short.length <= longestLine ? short : [...words, quoted(`{\n${parts.join(",\n")}\n}`)].join(" ");
  if (line.split("\n").some((each) => each.length > longestLine)) return undefined;
  return { line, lacksSecret: line.includes(hidden) || line.includes(encodeURIComponent(hidden)) };
}

/** As one word of a POSIX shell. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The fields that say something. Deeper down an empty value may say something too: `"Volumes": {"/data": {}}`. */
function set(value: unknown): string[] {
  return Object.entries(value as Readonly<Record<string, unknown>>).flatMap(([name, inner]) => {
    if (isEmpty(inner)) return [];
    const shown = name === "HostConfig" ? `{${set(inner).join(",")}}` : JSON.stringify(inner);
    return [`${JSON.stringify(name)}:${shown}`];
  });
}

function isEmpty(value: unknown): boolean {
  if (value === "" || value === 0 || value === false || value === null) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
