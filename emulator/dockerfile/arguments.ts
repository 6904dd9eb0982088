import type { Directives, InstructionKind } from "./instruction.ts";
import { InstructionError } from "./instruction-error.ts";
import { quote } from "./quote.ts";
import { cutBlanks, isSpace, splitBlanks, trimLeft, trimSpace } from "./space.ts";

/** The arguments of one instruction, and whether they were a JSON array. */
export interface Arguments {
  readonly words: readonly string[];
  readonly json: boolean;
}

type Escape = Directives["escape"];

const none: Arguments = { words: [], json: false };

/** How the arguments behind an instruction's name and flags are read. */
export const readArguments: Readonly<
  Record<Exclude<InstructionKind, "ONBUILD">, (rest: string, escape: Escape) => Arguments>
> = {
  ADD: listOrJson,
  ARG: (rest, escape) => ({ words: splitWords(rest, escape), json: false }),
  CMD: lineOrJson,
  COPY: listOrJson,
  ENTRYPOINT: lineOrJson,
  ENV: (rest, escape) => pairs(rest, "ENV", escape),
  EXPOSE: list,
  FROM: list,
  HEALTHCHECK: typeThenCommand,
  LABEL: (rest, escape) => pairs(rest, "LABEL", escape),
  MAINTAINER: line,
  RUN: lineOrJson,
  SHELL: lineOrJson,
  STOPSIGNAL: line,
  USER: line,
  VOLUME: listOrJson,
  WORKDIR: line,
};

function line(rest: string): Arguments {
  return rest === "" ? none : { words: [rest], json: false };
}

function list(rest: string): Arguments {
  return rest === "" ? none : { words: splitBlanks(rest), json: false };
}

function lineOrJson(rest: string): Arguments {
  return jsonArray(rest) ?? line(rest);
}

function listOrJson(rest: string): Arguments {
  return jsonArray(rest) ?? list(rest);
}

/** Undefined for what is no JSON array; that is text then. @throws InstructionError for an array of other than strings */
function jsonArray(rest: string): Arguments | undefined {
  const text = trimLeft(rest);
  if (!text.startsWith("[")) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value) || value.some((item) => typeof item === "number" && !Number.isFinite(item)))
    return undefined;
  if (!value.every((item) => typeof item === "string"))
    throw new InstructionError("when using JSON array syntax, arrays must be comprised of strings only");
  // What is no Unicode text is replaced, as Go's decoder does.
  return { words: value.map((item) => item.replace(/\p{Surrogate}/gu, "\ufffd")), json: true };
}

/** HEALTHCHECK: a type, then a command. */
function typeThenCommand(rest: string): Arguments {
  const parts = /^([^\t-\r ]*)[\t-\r ]*/.exec(rest);
  const [all = "", type = ""] = parts ?? [];
  if (type === "") return none;
  const command = lineOrJson(rest.slice(all.length));
  return { words: [cutAtSpaceByte(type), ...command.words], json: command.json };
}

/** BuildKit looks for the type's end byte by byte, and finds spaces in the middle of characters. */
function cutAtSpaceByte(type: string): string {
  if (isAscii(type)) return type;
  let cut = "";
  for (const character of type) {
    if (/[\x85\xa0]/.test(toBytes(character))) return `${cut}\ufffd`;
    cut += character;
  }
  return cut;
}

/** ENV and LABEL: name, value and `=` for each pair; an empty string in place of `=` for the form without it. */
function pairs(rest: string, instruction: string, escape: Escape): Arguments {
  const words = splitWords(rest, escape);
  const [first] = words;
  if (first === undefined) return none;
  if (!first.includes("=")) {
    const parts = cutBlanks(rest);
    if (parts === undefined) throw new InstructionError(`${instruction} must have two arguments`);
    return { words: [parts.before, parts.after, ""], json: false };
  }
  const triples = words.flatMap((word) => {
    const equals = word.indexOf("=");
    if (equals < 0)
      throw new InstructionError(`Syntax error - can't find = in ${quote(word)}. Must be of the form: name=value`);
    return [word.slice(0, equals), word.slice(equals + 1), "="];
  });
  return { words: triples, json: false };
}

/** Words between white space; quotes hold one together and stay in it, as escapes do. */
export function splitWords(rest: string, escape: Escape): string[] {
  const characters = Array.from(rest);
  const words: string[] = [];
  let word: string | undefined;
  let quoted: string | undefined;
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? "";
    if (quoted === undefined && isSpace(character)) {
      if (word !== undefined && word !== "") words.push(word);
      word = undefined;
      continue;
    }
    word ??= "";
    if (quoted === undefined && (character === "'" || character === '"')) quoted = character;
    else if (character === quoted) quoted = undefined;
    // Nothing is escaped between single quotes; at the end the escape character is dropped.
    if (character === escape && quoted !== "'") {
      const escaped = characters[at + 1];
      if (escaped === undefined) break;
      word += character + escaped;
      at++;
      continue;
    }
    word += character;
  }
  if (word !== undefined && word !== "") words.push(word);
  return words;
}

/** Name, flags and the rest of a line. */
export interface SplitLine {
  readonly name: string;
  /** With their dashes, without quotes: `--chown=me:us`. */
  readonly flags: readonly string[];
  readonly rest: string;
}

export function splitLine(text: string, escape: Escape): SplitLine {
  const trimmed = trimSpace(text);
  const parts = cutBlanks(trimmed);
  if (parts === undefined) return { name: trimmed, flags: [], rest: "" };
  const { flags, rest } = takeFlags(parts.after, escape);
  return { name: parts.before, flags, rest: trimSpace(rest) };
}

/** The words at the beginning that start with `--`; `--` alone ends them. */
function takeFlags(text: string, escape: Escape): { readonly flags: string[]; readonly rest: string } {
  if (!/^[\t-\r ]*--/.test(text)) return { flags: [], rest: text };
  // BuildKit reads flags byte by byte and takes each byte for a character.
  const bytes = isAscii(text) ? text : toBytes(text);
  const unread = (from: number) => (bytes === text ? text.slice(from) : fromBytes(bytes.slice(from)));
  const flags: string[] = [];
  let word: string | undefined;
  let quoted: string | undefined;
  let blankAllowed = false;
  const finish = (): boolean => {
    if (word === "--") return true;
    if (word !== undefined && (blankAllowed || word !== "")) flags.push(word);
    word = undefined;
    blankAllowed = false;
    return false;
  };
  for (let at = 0; at < bytes.length; at++) {
    let character = bytes.charAt(at);
    if (word === undefined) {
      if (isSpace(character)) continue;
      if (!bytes.startsWith("--", at)) return { flags, rest: unread(at) };
      word = "";
    }
    if (quoted === undefined && isSpace(character)) {
      if (finish()) return { flags, rest: unread(at) };
      continue;
    }
    if (quoted === undefined && (character === "'" || character === '"')) {
      quoted = character;
      blankAllowed = true;
      continue;
    }
    if (character === quoted) {
      quoted = undefined;
      continue;
    }
    if (character === escape) {
      if (at + 1 === bytes.length) break;
      character = bytes.charAt(++at);
    }
    word += character;
  }
  finish();
  return { flags, rest: "" };
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}

/** One character for each byte of the text's UTF-8. */
function toBytes(text: string): string {
  let out = "";
  for (const byte of new TextEncoder().encode(text)) out += String.fromCharCode(byte);
  return out;
}

function fromBytes(bytes: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(
    Uint8Array.from(bytes, (character) => character.charCodeAt(0)),
  );
}
