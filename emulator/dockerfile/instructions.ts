import { Flags } from "./flags.ts";
import { parseDuration, parseInt32 } from "./go-number.ts";
import { chompHeredoc, heredocMarkOf } from "./heredoc.ts";
import type {
  AddInstruction,
  ArgInstruction,
  Command,
  CopyInstruction,
  FromInstruction,
  HealthcheckInstruction,
  InlineFile,
  Instruction,
  InstructionKind,
  KeyValue,
  OnbuildInstruction,
  RunInstruction,
  Sources,
} from "./instruction.ts";
import { InstructionError } from "./instruction-error.ts";
import { parseDevice } from "./device.ts";
import { mountFrom } from "./mount.ts";
import { instructionNames, kindOf, suggest } from "./names.ts";
import type { Heredoc, Node } from "./nodes.ts";
import { quote } from "./quote.ts";
import { trimSpace } from "./space.ts";

/** What a node says. @throws InstructionError, WordError */
export function readInstruction(node: Node): Instruction | FromInstruction {
  const kind = kindOf(node.name);
  if (kind === undefined)
    throw new InstructionError(`unknown instruction: ${node.name}`, suggest(node.name, instructionNames));
  return readers[kind](node);
}

const readers: Readonly<Record<InstructionKind, (node: Node) => Instruction | FromInstruction>> = {
  ADD: parseAdd,
  ARG: parseArg,
  CMD: (node) => ({ kind: "CMD", ...withoutFlags("CMD", node), command: commandOf(node) }),
  COPY: parseCopy,
  ENTRYPOINT: (node) => ({ kind: "ENTRYPOINT", ...withoutFlags("ENTRYPOINT", node), command: commandOf(node) }),
  ENV: (node) => ({ kind: "ENV", ...withoutFlags("ENV", node), entries: entriesOf("ENV", node) }),
  EXPOSE: (node) => {
    atLeastOne("EXPOSE", node);
    return { kind: "EXPOSE", ...withoutFlags("EXPOSE", node), ports: [...node.words].sort(byBytes) };
  },
  FROM: parseFrom,
  HEALTHCHECK: parseHealthcheck,
  LABEL: (node) => ({ kind: "LABEL", ...withoutFlags("LABEL", node), entries: entriesOf("LABEL", node) }),
  MAINTAINER: (node) => {
    const maintainer = exactlyOne("MAINTAINER", node);
    return { kind: "MAINTAINER", ...withoutFlags("MAINTAINER", node), maintainer };
  },
  ONBUILD: parseOnbuild,
  RUN: parseRun,
  SHELL: (node) => {
    const common = withoutFlags("SHELL", node);
    atLeastOne("SHELL", node);
    if (!node.json) throw new InstructionError("SHELL requires the arguments to be in JSON form");
    return { kind: "SHELL", ...common, shell: node.words };
  },
  // Like BuildKit, which does not look at flags of STOPSIGNAL.
  STOPSIGNAL: (node) => ({ kind: "STOPSIGNAL", ...common(node), signal: exactlyOne("STOPSIGNAL", node) }),
  USER: (node) => {
    const user = exactlyOne("USER", node);
    return { kind: "USER", ...withoutFlags("USER", node), user };
  },
  VOLUME: (node) => {
    atLeastOne("VOLUME", node);
    const shared = withoutFlags("VOLUME", node);
    const volumes = node.words.map(trimSpace);
    if (volumes.includes("")) throw new InstructionError("VOLUME specified can not be an empty string");
    return { kind: "VOLUME", ...shared, volumes };
  },
  WORKDIR: (node) => {
    const path = exactlyOne("WORKDIR", node);
    return { kind: "WORKDIR", ...withoutFlags("WORKDIR", node), path };
  },
};

function common(node: Node): Pick<Instruction, "lines" | "original" | "comment"> {
  return { lines: node.lines, original: node.original, comment: node.comment };
}

/** For an instruction that has no flags. */
function withoutFlags(kind: InstructionKind, node: Node): ReturnType<typeof common> {
  new Flags(kind, node.flags);
  return common(node);
}

function exactlyOne(name: string, { words }: Node): string {
  const [word] = words;
  if (word === undefined || words.length !== 1) throw new InstructionError(`${name} requires exactly one argument`);
  return word;
}

function atLeastOne(name: string, { words }: Node): void {
  if (words.length === 0) throw new InstructionError(`${name} requires at least one argument`);
}

function commandOf({ words, json }: Node): Command {
  return json || words.length === 0 ? { words, shell: !json } : { words: [words.join(" ")], shell: true };
}

function entriesOf(name: string, node: Node): KeyValue[] {
  atLeastOne(name, node);
  const entries: KeyValue[] = [];
  for (let at = 0; at < node.words.length; at += 3) {
    const [key = "", value = "", separator = ""] = node.words.slice(at, at + 3);
    if (key === "") throw new InstructionError(`${name} names can not be blank`);
    entries.push({ key, value, legacy: separator === "" });
  }
  return entries;
}

function parseArg(node: Node): ArgInstruction {
  atLeastOne("ARG", node);
  const entries = node.words.map((word) => {
    const equals = word.indexOf("=");
    if (equals === 0) throw new InstructionError("ARG names can not be blank");
    return equals < 0 ? { key: word, value: undefined } : { key: word.slice(0, equals), value: word.slice(equals + 1) };
  });
  return { kind: "ARG", ...common(node), entries };
}

function parseFrom(node: Node): FromInstruction {
  const [base, asKeyword, nameAsWritten] = node.words;
  const named = node.words.length === 3 && asKeyword?.toLowerCase() === "as";
  if (base === undefined || (node.words.length !== 1 && !named))
    throw new InstructionError("FROM requires either one or three arguments");
  const name = named ? nameAsWritten?.toLowerCase() : undefined;
  if (name !== undefined && !/^[a-z][a-z0-9\-_.]*$/.test(name))
    throw new InstructionError(
      `invalid name for build stage: ${quote(nameAsWritten ?? "")}, name can't start with a number or contain symbols`,
    );
  const flags = new Flags("FROM", node.flags);
  return { kind: "FROM", ...common(node), base, name, nameAsWritten, platform: flags.text("platform"), asKeyword };
}

function parseRun(node: Node): RunInstruction {
  const flags = new Flags("RUN", node.flags);
  const devices = flags.list("device");
  for (const device of devices) parseDevice(device);
  const mounts = flags.list("mount");
  for (const mount of mounts) mountFrom(mount);
  const network = flags.text("network") ?? "default";
  if (network !== "default" && network !== "none" && network !== "host")
    throw new InstructionError(`invalid network mode ${quote(network)}`);
  const security = flags.text("security") ?? "sandbox";
  if (security !== "sandbox" && security !== "insecure")
    throw new InstructionError(`security ${quote(security)} is not valid`);
  const inline = node.heredocs.map(inlineFile);
  return { kind: "RUN", ...common(node), command: commandOf(node), inline, mounts, network, security, devices };
}

function parseCopy(node: Node): CopyInstruction {
  atLeastTwo("COPY", node);
  const flags = new Flags("COPY", node.flags);
  return {
    kind: "COPY",
    ...common(node),
    sources: sourcesOf("COPY", node),
    from: flags.text("from"),
    chown: flags.text("chown"),
    chmod: flags.text("chmod"),
    link: flags.switch("link") ?? false,
    parents: flags.switch("parents") ?? false,
    exclude: flags.list("exclude"),
  };
}

function parseAdd(node: Node): AddInstruction {
  atLeastTwo("ADD", node);
  const flags = new Flags("ADD", node.flags);
  return {
    kind: "ADD",
    ...common(node),
    sources: sourcesOf("ADD", node),
    chown: flags.text("chown"),
    chmod: flags.text("chmod"),
    link: flags.switch("link") ?? false,
    keepGitDir: flags.switch("keep-git-dir"),
    checksum: flags.text("checksum"),
    unpack: flags.switch("unpack"),
    exclude: flags.list("exclude"),
  };
}

function atLeastTwo(name: string, { words }: Node): void {
  if (words.length < 2)
    throw new InstructionError(
      `${name} requires at least two arguments, but only one was provided. Destination could not be determined`,
    );
}

function sourcesOf(name: string, node: Node): Sources {
  const destination = node.words.at(-1) ?? "";
  if (heredocMarkOf(destination) !== undefined)
    throw new InstructionError(`${name} cannot accept a heredoc as a destination`);
  const bodies = new Map(node.heredocs.map((heredoc) => [heredoc.name, heredoc]));
  const paths: string[] = [];
  const inline: InlineFile[] = [];
  for (const word of node.words.slice(0, -1)) {
    const mark = heredocMarkOf(word);
    if (mark === undefined) {
      paths.push(word);
      continue;
    }
    // In JSON no heredoc has a body.
    const { content, lines } = bodies.get(mark.name) ?? {
      content: "",
      lines: { start: node.lines.end + 1, end: node.lines.end },
    };
    inline.push(inlineFile({ ...mark, content, lines }));
  }
  return { paths, inline, destination };
}

function inlineFile({ name, expand, chomp, content, lines }: Heredoc): InlineFile {
  return { name, content: chomp ? chompHeredoc(content) : content, expand, chomp, lines };
}

function parseHealthcheck(node: Node): HealthcheckInstruction {
  atLeastOne("HEALTHCHECK", node);
  const [written = "", ...command] = node.words;
  const type = written.toUpperCase();
  const unset = {
    interval: undefined,
    timeout: undefined,
    startPeriod: undefined,
    startInterval: undefined,
    retries: undefined,
  };
  if (type === "NONE") {
    if (command.length > 0) throw new InstructionError("HEALTHCHECK NONE takes no arguments");
    return { kind: "HEALTHCHECK", ...common(node), test: ["NONE"], ...unset };
  }
  const flags = new Flags("HEALTHCHECK", node.flags);
  if (type !== "CMD") throw new InstructionError(`Unknown type ${quote(type)} in HEALTHCHECK (try CMD)`);
  if (command.length === 0) throw new InstructionError("Missing command after HEALTHCHECK CMD");
  const test = node.json ? ["CMD", ...command] : ["CMD-SHELL", command.join(" ")];
  return {
    kind: "HEALTHCHECK",
    ...common(node),
    test,
    interval: interval(flags, "interval"),
    timeout: interval(flags, "timeout"),
    startPeriod: interval(flags, "start-period"),
    startInterval: interval(flags, "start-interval"),
    retries: retries(flags),
  };
}

function interval(flags: Flags, name: string): number | undefined {
  const text = flags.text(name);
  if (text === undefined) return undefined;
  const duration = parseDuration(text);
  if (duration !== 0 && duration < 1e6) throw new InstructionError(`Interval ${quote(name)} cannot be less than 1ms`);
  return duration;
}

function retries(flags: Flags): number | undefined {
  const text = flags.text("retries");
  if (text === undefined) return undefined;
  const count = parseInt32(text);
  if (count < 0) throw new InstructionError(`--retries cannot be negative (${count})`);
  return count;
}

function parseOnbuild(node: Node): OnbuildInstruction {
  atLeastOne("ONBUILD", node);
  const shared = withoutFlags("ONBUILD", node);
  const trigger = trimSpace(node.words[0] ?? "").toUpperCase();
  if (trigger === "ONBUILD") throw new InstructionError("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
  if (trigger === "MAINTAINER" || trigger === "FROM")
    throw new InstructionError(`${trigger} isn't allowed as an ONBUILD trigger`);
  const line = node.line.replace(/^[\t\n\f\r ]*ONBUILD[\t\n\f\r ]*/i, "");
  const bodies = node.heredocs.map(({ content, name }) => `\n${content}${name}`);
  return { kind: "ONBUILD", ...shared, expression: line + bodies.join("") };
}

function byBytes(a: string, b: string): number {
  const left = Array.from(a);
  const right = Array.from(b);
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
