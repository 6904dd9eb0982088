import type { Invocation } from "../invocation.ts";
import { InvalidFlagValue } from "../flag/flag.ts";
import { openError } from "./open-error.ts";

export function validateEnv(text: string): string {
  if (text === "" || text.startsWith("=")) throw new InvalidFlagValue(`invalid environment variable: ${text}`);
  return text;
}

export function validateLabel(text: string): string {
  if (text === "" || text.startsWith("=")) throw new InvalidFlagValue(`invalid label '${text}': empty name`);
  return text;
}

/** `KEY=value` lines of files, then the ones given; a bare KEY takes its value from the caller's environment. */
export async function readEnvironment(
  invocation: Invocation,
  files: readonly string[],
  given: readonly string[],
): Promise<string[]> {
  const inherit = (name: string): string | undefined => invocation.env[name];
  const lines = [...(await readFiles(invocation, files, inherit)), ...given];
  return lines.flatMap((line) => {
    if (line.includes("=")) return [line];
    const value = inherit(line);
    return [value === undefined ? line : `${line}=${value}`];
  });
}

/** Labels as a map; a bare key has the empty value. */
export async function readLabels(
  invocation: Invocation,
  files: readonly string[],
  given: readonly string[],
): Promise<Record<string, string>> {
  return keyValues([...(await readFiles(invocation, files, undefined)), ...given]);
}

export function keyValues(pairs: readonly string[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    if (at === -1) result[pair] = "";
    else result[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return result;
}

async function readFiles(
  invocation: Invocation,
  paths: readonly string[],
  inherit: ((name: string) => string | undefined) | undefined,
): Promise<string[]> {
  const lines: string[] = [];
  for (const path of paths) {
    const bytes = await invocation.files.read(path).catch((error: unknown) => {
      throw openError(error, path);
    });
    lines.push(...parseFile(path, bytes, inherit));
  }
  return lines;
}

function parseFile(
  path: string,
  bytes: Uint8Array,
  inherit: ((name: string) => string | undefined) | undefined,
): string[] {
  const lines: string[] = [];
  for (const [index, raw] of splitLines(bytes).entries()) {
    const line = decodeLine(path, raw, index)
      .replace(index === 0 ? /^\uFEFF/ : /$^/, "")
      .trimStart();
    if (line === "" || line.startsWith("#")) continue;
    const at = line.indexOf("=");
    const name = at === -1 ? line : line.slice(0, at);
    if (/[\s\0]/.test(name.trimStart()))
      throw new Error(`invalid env file (${path}): variable '${name}' contains whitespaces`);
    if (name === "") throw new Error(`invalid env file (${path}): no variable name on line '${line}'`);
    if (at !== -1) lines.push(line);
    else if (inherit === undefined) lines.push(line.trim());
    else {
      const value = inherit(line.trim());
      if (value !== undefined) lines.push(`${line.trim()}=${value}`);
    }
  }
  return lines;
}

function splitLines(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(10, start);
    const end = newline === -1 ? bytes.length : newline;
    lines.push(bytes.subarray(start, bytes[end - 1] === 13 && end > start ? end - 1 : end));
    start = end + 1;
  }
  return lines;
}

function decodeLine(path: string, raw: Uint8Array, index: number): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    throw new Error(`invalid env file (${path}): invalid utf8 bytes at line ${index + 1}: [${raw.join(" ")}]`);
  }
}
