import type { Command, Group, Node } from "./command.ts";
import { flagUsages } from "./flag/usages.ts";
import type { Flags } from "./flag/flag.ts";

/** Columns of help when the input is no terminal. */
const COLUMNS = 80;

export function helpColumns(terminal: { readonly columns: number } | undefined): number {
  return (terminal === undefined ? COLUMNS : terminal.columns) - 1;
}

/** `docker rm [OPTIONS] CONTAINER [CONTAINER...]`: `path` is all but the verb. */
export function usageLine(node: Node, path: string): string {
  const parent = path.split(" ").slice(0, -1).join(" ");
  return `${parent} ${node.use}`;
}

export function commandHelp(command: Command, path: string, columns: number): string {
  const sections = [`Usage:  ${usageLine(command, path)}`, command.long ?? command.short];
  if (command.aliases !== undefined) sections.push(`Aliases:\n  ${command.aliases.join(", ")}`);
  if (command.traits?.experimentalCommand === true) sections.push(experimental(path));
  const usages = flagUsages(command.flags, columns);
  if (usages !== "") sections.push(`Options:\n${usages.trimEnd()}`);
  return `${sections.join("\n\n")}\n`;
}

export function groupHelp(group: Group, path: string, columns: number): string {
  const verb = group.use.split(" ")[0] ?? "";
  const use = group.flags === undefined ? `${verb} COMMAND` : `${verb} [OPTIONS] COMMAND`;
  const sections = [`Usage:  ${usageLine({ ...group, use }, path)}`, group.long ?? group.short];
  if (group.flags !== undefined) sections.push(`Options:\n${flagUsages(group.flags, columns).trimEnd()}`);
  if (group.traits?.experimentalCommand === true) sections.push(experimental(path));
  const shown = Object.entries(group.commands).filter(([, node]) => node.traits?.hidden !== true);
  const nested = shown.filter(([, node]) => node.kind === "group");
  if (nested.length > 0) sections.push(`Management Commands:\n${commandList(nested)}`);
  sections.push(`Commands:\n${commandList(shown.filter(([, node]) => node.kind === "command"))}`);
  sections.push(`Run '${path} COMMAND --help' for more information on a command.`);
  if (group.note !== undefined) sections.push(group.note);
  return `${sections.join("\n\n")}\n`;
}

function experimental(path: string): string {
  return [
    "EXPERIMENTAL:",
    `  ${path} is an experimental feature.`,
    "  Experimental features provide early access to product functionality. These",
    "  features may change between releases without warning, or can be removed from a",
    "  future release. Learn more about experimental features in our documentation:",
    "  https://docs.docker.com/go/experimental/",
  ].join("\n");
}

function commandList(entries: readonly (readonly [string, Node])[]): string {
  return entries.map(([name, node]) => `  ${name.padEnd(11)} ${node.short}`).join("\n");
}

export interface RootSections {
  readonly common: readonly string[];
  readonly swarm: readonly string[];
}

export function rootHelp(root: Group, flags: Flags, sections: RootSections, columns: number): string {
  const shown = Object.entries(root.commands).filter(([, node]) => node.traits?.hidden !== true);
  const pick = (names: readonly string[]): (readonly [string, Node])[] =>
    names.flatMap((name) => shown.filter(([shownName]) => shownName === name));
  const special = new Set([...sections.common, ...sections.swarm]);
  const others = shown.filter(([name]) => !special.has(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = [
    "Usage:  docker [OPTIONS] COMMAND",
    root.short,
    `Common Commands:\n${commandList(pick(sections.common))}`,
    `Management Commands:\n${commandList(others.filter(([, node]) => node.kind === "group"))}`,
    `Swarm Commands:\n${commandList(pick(sections.swarm))}`,
    `Commands:\n${commandList(others.filter(([, node]) => node.kind === "command"))}`,
    `Global Options:\n${flagUsages(flags, columns).trimEnd()}`,
    "Run 'docker COMMAND --help' for more information on a command.",
    "For more help on how to use Docker, head to https://docs.docker.com/go/guides/",
  ];
  return `${parts.join("\n\n")}\n`;
}
