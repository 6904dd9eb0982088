import { kindOf } from "../names.ts";
import type { Position, Range } from "./position.ts";
import { scan, triggerOf, type Scan, type ScannedInstruction } from "./scan.ts";
import { stagesAbove } from "./stages.ts";
import { predefined, variablesAt } from "./variables.ts";
import { directiveWords } from "./words/directives.ts";
import type { Explanation } from "./words/explanation.ts";
import { flagWords } from "./words/flags.ts";
import { instructionWords } from "./words/instructions.ts";
import { mountOptions, mountTypes } from "./words/mounts.ts";

export interface Hover extends Explanation {
  readonly range: Range;
}

/** What the word at a place means; undefined where there is nothing to say. */
export function hover(text: string, position: Position): Hover | undefined {
  const scanned = scan(text);
  const item = scanned.items.find(({ lines }) => lines.start <= position.line && lines.end >= position.line);
  if (item?.kind === "directive") return directive(scanned, item.name, position.line);
  if (item?.kind !== "instruction") return undefined;
  const offset = item.logical.offsetOf(position);
  if (offset === undefined) return undefined;
  return variable(scanned, item, offset) ?? word(scanned, item, offset) ?? triggered(scanned, item, offset);
}

function directive(scanned: Scan, name: string, line: number): Hover | undefined {
  const words = directiveWords[name];
  const column = (scanned.lines[line - 1] ?? "").length + 1;
  return words && { ...words, range: { start: { line, column: 1 }, end: { line, column } } };
}

function triggered(scanned: Scan, item: ScannedInstruction, offset: number): Hover | undefined {
  const trigger = triggerOf(item);
  return trigger && word(scanned, trigger, offset);
}

function word(scanned: Scan, item: ScannedInstruction, offset: number): Hover | undefined {
  const { keyword, instruction, flags, words } = item;
  const holds = ({ offset: start, text }: { readonly offset: number; readonly text: string }) =>
    start <= offset && offset <= start + text.length;
  if (holds(keyword)) {
    const kind = kindOf(keyword.text);
    return kind && { ...instructionWords[kind], range: keyword };
  }
  const flag = flags.find(holds);
  if (flag !== undefined) return flagHover(scanned, item, flag.text, flag.offset, offset);
  const [base, as] = words;
  if (instruction === "FROM" && base !== undefined && holds(base)) return stage(scanned, item, base.text, base);
  if (instruction === "FROM" && as !== undefined && holds(as) && as.text.toLowerCase() === "as")
    return { title: "AS name", body: "Names the stage.", example: "FROM busybox AS tools", range: as };
  return undefined;
}

function flagHover(
  scanned: Scan,
  item: ScannedInstruction,
  text: string,
  start: number,
  offset: number,
): Hover | undefined {
  const equals = text.indexOf("=");
  const nameEnd = start + (equals < 0 ? text.length : equals);
  const name = text.slice(2, equals < 0 ? undefined : equals);
  const words = item.instruction && flagWords[item.instruction]?.[name];
  if (words === undefined) return undefined;
  if (name === "from" && offset > nameEnd)
    return stage(scanned, item, text.slice(equals + 1), item.logical.range(nameEnd + 1, start + text.length));
  if (name === "mount" && offset > nameEnd) return mount(item, text, start, equals + 1, offset);
  return { ...words, range: item.logical.range(start, start + text.length) };
}

function mount(
  item: ScannedInstruction,
  text: string,
  start: number,
  valueAt: number,
  offset: number,
): Hover | undefined {
  const type = /(?:^|[=,])type=(\w+)/.exec(text.slice(valueAt - 1))?.[1] ?? "bind";
  let at = start + valueAt;
  for (const field of text.slice(valueAt).split(",")) {
    const end = at + field.length;
    const [key = ""] = field.split("=");
    if (offset <= end) {
      const body = key === "type" ? mountTypes[type] : mountOptions[type]?.[key];
      if (body === undefined) return undefined;
      const title = key === "type" ? `type=${type}` : key;
      return { title, body, example: "", range: item.logical.range(at, end) };
    }
    at = end + 1;
  }
  return undefined;
}

function stage(scanned: Scan, item: ScannedInstruction, name: string, range: Range): Hover | undefined {
  if (name.toLowerCase() === "scratch" && item.instruction === "FROM")
    return { title: "scratch", body: "The empty image: no files, no shell.", example: "FROM scratch", range };
  const above = stagesAbove(scanned, item.lines.start);
  const isNumber = /^\d+$/.test(name) && item.instruction !== "FROM";
  const found = above.findLast((each) => (isNumber ? each.index === Number(name) : each.name === name.toLowerCase()));
  if (found === undefined) return undefined;
  const title = found.name === undefined ? `stage ${found.index}` : `stage ${found.name}`;
  return { title, body: `Begins on line ${found.line}, on ${found.base}.`, example: "", range };
}

const use = /\$\{?(\w+)/g;

function variable(scanned: Scan, item: ScannedInstruction, offset: number): Hover | undefined {
  for (const found of item.logical.text.matchAll(use)) {
    const start = found.index;
    const end = start + found[0].length;
    if (offset < start || offset > end) continue;
    const name = found[1] ?? "";
    const range = item.logical.range(start, end);
    const known = variablesAt(scanned, item.lines.start).findLast((each) => each.name === name);
    if (known?.line !== undefined)
      return {
        title: `$${name}`,
        body: `${known.from} on line ${known.line}.${known.value === undefined ? " It has no default: --build-arg gives it." : ""}`,
        example: `${known.from} ${name}${known.value === undefined ? "" : `=${known.value}`}`,
        range,
      };
    const body = predefined[name];
    return body === undefined ? undefined : { title: `$${name}`, body, example: `ARG ${name}`, range };
  }
  return undefined;
}
