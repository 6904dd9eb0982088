import { instructionNames, kindOf } from "../names.ts";
import type { Completion, Offer, Offers, World } from "./completion.ts";
import { completeArguments } from "./complete-arguments.ts";
import { completeFlag } from "./complete-flags.ts";
import type { Position } from "./position.ts";
import { scan, triggerOf, type Scan, type ScannedInstruction } from "./scan.ts";
import { variablesAt } from "./variables.ts";
import { checkNames } from "../checks/ruleset.ts";
import { adviceNames } from "../checks/advice/names.ts";
import { directiveWords } from "./words/directives.ts";
import { instructionWords } from "./words/instructions.ts";

/** Stands in the text where the cursor is, so that there is always a word to complete. */
const cursor = "\u0001";

/** What can stand at a place, in whatever state the text is. */
export function complete(text: string, position: Position, world: World): Completion[] {
  const lines = text.split("\n");
  const line = lines[position.line - 1] ?? "";
  const before = line.slice(0, position.column - 1);
  lines[position.line - 1] = before + cursor + line.slice(position.column - 1);
  const scanned = scan(lines.join("\n"));
  const item = scanned.items.find((each) => each.lines.start <= position.line && each.lines.end >= position.line);
  const { typed, offers } = offersFor(scanned, item, before, position, world);
  const start = { line: position.line, column: Math.max(1, position.column - typed.length) };
  return offers.map(({ text: replacement, snippet, ...offer }) => ({
    ...offer,
    edit: { start, end: position, text: replacement ?? offer.label },
    snippet: snippet ?? false,
  }));
}

const none: Offers = { typed: "", offers: [] };

function offersFor(
  scanned: Scan,
  item: Scan["items"][number] | undefined,
  before: string,
  position: Position,
  world: World,
): Offers {
  if (item === undefined) return none;
  if (item.kind !== "instruction") return directiveOffers(scanned, before, position);
  if (position.line > item.header.end) return none;
  const at = item.logical.text.indexOf(cursor);
  if (at < 0) return none;
  return instructionOffers(scanned, item, at, position, world);
}

function instructionOffers(
  scanned: Scan,
  item: ScannedInstruction,
  at: number,
  position: Position,
  world: World,
): Offers {
  const holds = (token: { readonly offset: number; readonly text: string }) =>
    token.offset <= at && at < token.offset + token.text.length;
  if (holds(item.keyword)) {
    const hasStage = scanned.items.some(
      (each) => each.kind === "instruction" && each.instruction === "FROM" && each.lines.end < position.line,
    );
    return keywordOffers(item.logical.text.slice(item.keyword.offset, at), hasStage ? names : ["FROM", "ARG"]);
  }
  const trigger = triggerOf(item);
  if (trigger !== undefined) {
    const triggers = names.filter((name) => !["FROM", "ONBUILD", "MAINTAINER"].includes(name));
    return holds(trigger.keyword)
      ? keywordOffers(item.logical.text.slice(trigger.keyword.offset, at), triggers)
      : instructionOffers(scanned, trigger, at, position, world);
  }
  const token = [...item.flags, ...item.words].find(holds);
  if (item.instruction === undefined || token === undefined) return none;
  const typed = item.logical.text.slice(token.offset, at);
  const variables = variableOffers(scanned, item, typed);
  if (variables !== undefined) return variables;
  const flag = item.flags.find(holds);
  const isFirst = item.words[0] === token;
  if (flag !== undefined || (isFirst && typed !== "" && "--".startsWith(typed)))
    return completeFlag(scanned, item, typed, world);
  return completeArguments(scanned, item, item.words.indexOf(token), typed, world);
}

const names = instructionNames.filter((name) => name !== "MAINTAINER");

function keywordOffers(typed: string, offered: readonly string[]): Offers {
  const offers = offered.flatMap((name): Offer[] => {
    const kind = kindOf(name);
    if (kind === undefined) return [];
    const { body, example, title } = instructionWords[kind];
    return [
      {
        label: name,
        kind: "instruction",
        text: `${name} `,
        detail: title,
        documentation: { body, example },
        more: true,
      },
    ];
  });
  return { typed, offers };
}

/** Behind `$` or `${`; undefined where the word ends otherwise. */
function variableOffers(scanned: Scan, item: ScannedInstruction, typed: string): Offers | undefined {
  const found = /(?<!\\)\$(\{?)(\w*)$/.exec(typed);
  if (found === null) return undefined;
  const closing = found[1] === "{" ? "}" : "";
  return {
    typed: found[2] ?? "",
    offers: variablesAt(scanned, item.lines.start).map(({ name, from, value }) => ({
      label: name,
      kind: "variable",
      text: name + closing,
      detail: value === undefined ? from : `${from} ${value}`,
    })),
  };
}

/** In the comments at the top, where directives stand. */
function directiveOffers(scanned: Scan, before: string, { line }: Position): Offers {
  const isTop = scanned.items.every((each) => each.kind !== "instruction" || each.lines.start > line);
  const rule = /^\s*#\s*check\s*=(?:.*[=,;])?\s*(\w*)$/i.exec(before);
  if (rule !== null) return { typed: rule[1] ?? "", offers: checkOffers(before) };
  const syntax = /^\s*#\s*syntax\s*=\s*(\S*)$/i.exec(before);
  if (syntax !== null) return { typed: syntax[1] ?? "", offers: [{ label: "docker/dockerfile:1", kind: "value" }] };
  const name = /^\s*#\s*(\w*)$/.exec(before);
  if (name === null) return none;
  const offered = Object.entries(directiveWords).filter(([each]) => isTop || each === "check");
  return {
    typed: name[1] ?? "",
    offers: offered.map(([each, { title, body, example }]) => ({
      label: each,
      kind: "directive",
      text: `${each}=`,
      detail: title,
      documentation: { body, example },
      more: true,
    })),
  };
}

function checkOffers(before: string): readonly Offer[] {
  if (/(?:skip|experimental)=[\w,]*$/i.test(before))
    return ["all", ...checkNames, ...adviceNames].map((label) => ({ label, kind: "value" }));
  if (/error=\w*$/i.test(before)) return [{ label: "true", kind: "value" }];
  return ["skip", "error", "experimental"].map((label) => ({ label, kind: "value", text: `${label}=`, more: true }));
}
