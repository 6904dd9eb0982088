import { parseBool } from "./go-number.ts";
import { DockerfileError, type Directives } from "./instruction.ts";
import { quote } from "./quote.ts";
import { trimLeft, trimSpace } from "./space.ts";

const names = new Set(["syntax", "escape", "check"]);
const directive = /^([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=(.+)$/s;

export interface Directive {
  readonly name: string;
  readonly value: string;
}

/** Reads `# name=value` lines from the top on; the first line that is none, or that it does not know, ends them. */
export class DirectiveReader {
  readonly #seen = new Set<string>();
  #done = false;

  /** The directive of the next line, which is without its line end. @throws DockerfileError for one given twice. */
  read(line: string, number: number): Directive | undefined {
    if (this.#done) return undefined;
    const found = line.startsWith("#") ? directive.exec(trimLeft(line.slice(1))) : null;
    const name = found?.[1]?.toLowerCase();
    if (name === undefined || !names.has(name)) {
      this.#done = true;
      return undefined;
    }
    if (this.#seen.has(name))
      throw new DockerfileError(
        `only one ${name} parser directive can be used`,
        { start: number, end: number },
        undefined,
        false,
      );
    this.#seen.add(name);
    return { name, value: valueOf(found?.[2] ?? "") };
  }
}

/** Without the blanks around it; a value of blanks alone is its last one. */
function valueOf(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end - 1 && blank(text.charAt(start))) start++;
  while (end > start + 1 && blank(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

function blank(character: string): boolean {
  return "\t\n\f\r ".includes(character);
}

/**
 * `syntax` and `check` of a file (its lines with their ends), which count even below a `#!` line; of a value only what stands before its first space.
 * What is wrong with other directives is not told here.
 * @throws DockerfileError for a `check` that cannot be read
 */
export function readDirectives(lines: readonly string[]): Pick<Directives, "syntax" | "check"> {
  const reader = new DirectiveReader();
  const found = new Map<string, { readonly value: string; readonly line: number }>();
  const first = lines[0]?.startsWith("#!") ? 1 : 0;
  for (let index = first; index < lines.length; index++) {
    let directive: Directive | undefined;
    try {
      directive = reader.read((lines[index] ?? "").replace(/\r?\n$/, ""), index + 1);
    } catch (error) {
      if (error instanceof DockerfileError) break;
      throw error;
    }
    if (directive === undefined) break;
    found.set(directive.name, { value: directive.value.split(" ")[0] ?? "", line: index + 1 });
  }
  const check = found.get("check");
  return { syntax: found.get("syntax"), check: check === undefined ? undefined : checkOf(check.value, check.line) };
}

/** @throws DockerfileError `invalid escape token '…' does not match …` */
export function escapeOf(value: string, line: number): Directives["escape"] {
  if (value === "\\" || value === "`") return value;
  throw new DockerfileError(
    `invalid escape token '${value}' does not match \` or \\`,
    { start: line, end: line },
    undefined,
    false,
  );
}

/** `skip=JSONArgsRecommended,StageNameCasing;error=true`. `what` is for the message. @throws DockerfileError */
export function checkOf(value: string, line: number, what = "check options"): NonNullable<Directives["check"]> {
  let skip: readonly string[] | "all" = [];
  let experimental: readonly string[] | "all" = [];
  let error = false;
  const fail = (message: string) =>
    new DockerfileError(`failed to parse ${what}: ${message}`, { start: line, end: line }, undefined, false);
  const names = (list: string) => (list === "all" ? "all" : list.split(",").map(trimSpace));
  const text = trimSpace(value);
  for (const part of text === "" ? [] : splitAt(text, ";", 3)) {
    const equals = part.indexOf("=");
    if (equals < 0) throw fail(`invalid check option ${quote(part)}`);
    const key = trimSpace(part.slice(0, equals));
    const setting = trimSpace(part.slice(equals + 1));
    if (key === "skip") skip = names(setting);
    else if (key === "experimental") experimental = names(setting);
    else if (key === "error") {
      const given = parseBool(setting);
      if (given === undefined)
        throw fail(
          `failed to parse check option ${quote(part)}: strconv.ParseBool: parsing ${quote(setting)}: invalid syntax`,
        );
      error = given;
    } else throw fail(`invalid check option ${quote(key)}`);
  }
  return { skip, error, experimental, line };
}

/** Go's `strings.SplitN`. */
function splitAt(text: string, separator: string, pieces: number): string[] {
  const all = text.split(separator);
  return all.length <= pieces ? all : [...all.slice(0, pieces - 1), all.slice(pieces - 1).join(separator)];
}
