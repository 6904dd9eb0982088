import { namespaceTypes, type NamespaceType } from "../reading.ts";
import type { GroupView } from "./view.ts";

/** As a sentence names a kind. */
export const spoken: Readonly<Record<NamespaceType, string>> = {
  cgroup: "cgroup",
  ipc: "ipc",
  mnt: "mount",
  net: "network",
  pid: "pid",
  time: "time",
  user: "user",
  uts: "uts",
};

/** In the order in which they are met when containers are explained. */
const order: readonly NamespaceType[] = ["pid", "net", "mnt", "uts", "ipc", "cgroup", "user", "time"];
const mostNames = 3;

export function list(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}

function some(names: readonly string[]): string {
  return names.length <= mostNames
    ? list(names)
    : `${names.slice(0, mostNames - 1).join(", ")} and ${String(names.length - mostNames + 1)} others`;
}

/** `a pid namespace`, `pid and network namespaces`. */
function kinds(types: readonly NamespaceType[], article: string): string {
  const words = order.filter((type) => types.includes(type)).map((type) => spoken[type]);
  if (words.length > 1) return `${list(words)} namespaces`;
  return `${article === "a" && words[0] === "ipc" ? "an" : article} ${words.join("")} namespace`;
}

/** Kinds by who has them in common, e.g. network and pid by web and db. */
function gather(facts: readonly { readonly names: readonly string[]; readonly type: NamespaceType }[]) {
  const found = new Map<string, { names: readonly string[]; types: NamespaceType[] }>();
  for (const { names, type } of facts) {
    const key = names.join("\n");
    const known = found.get(key);
    if (known === undefined) found.set(key, { names, types: [type] });
    else known.types.push(type);
  }
  return [...found.values()];
}

function between(groups: readonly GroupView[]): string[] {
  const facts = namespaceTypes.flatMap((type) => {
    const members = new Map<number, string[]>();
    for (const group of groups) {
      const { inode, relation } = group.cells[type];
      if (inode === undefined || relation === "host") continue;
      members.set(inode, [...(members.get(inode) ?? []), group.label]);
    }
    return [...members.values()].filter(({ length }) => length > 1).map((names) => ({ names, type }));
  });
  return gather(facts).map(({ names, types }) => `${some(names)} share ${kinds(types, "a")}.`);
}

/** Containers in a namespace of the machine that most are not in. */
function withHost(containers: readonly GroupView[]): string[] {
  const facts = order.flatMap((type) => {
    if (type === "user" || type === "time") return [];
    const names = containers.filter(({ cells }) => cells[type].relation === "host").map(({ label }) => label);
    return names.length === 0 ? [] : [{ names, type }];
  });
  return gather(facts).map(
    ({ names, types }) =>
      `${some(names)} ${names.length > 1 ? "use" : "uses"} the machine's ${kinds(types, "").trim()}.`,
  );
}

function apart(containers: readonly GroupView[]): string {
  const all = (relation: string) =>
    order.filter((type) => containers.every(({ cells }) => cells[type].relation === relation));
  const [own, shared] = [all("own"), all("host")];
  const only = containers.length === 1 ? containers[0]?.label : undefined;
  const who = only === undefined ? "Every container has its" : `${only} has its`;
  const rest = only === undefined ? "; all share" : "; it shares";
  const hosts = shared.length === 0 ? "" : `${rest} the host's ${list(shared)} namespace`;
  return own.length === 0 ? "" : `${who} own ${list(own)} namespace${hosts}.`;
}

function byHand(groups: readonly GroupView[]): string[] {
  const apart = groups.flatMap((group) => {
    const own = order.filter((type) => group.cells[type].relation === "own");
    if (own.length === 0 || group.origin === "joined") return [];
    const article = own.length === 1 ? "a" : "";
    const where = group.container === undefined ? "made by hand" : "made inside it";
    return [`${group.label} has ${kinds(own, article)} of its own, ${where}.`];
  });
  const named = (origin: "joined" | "other") =>
    groups
      .filter((group) => (group.origin === "joined") === (origin === "joined"))
      .filter(({ cells }) => origin === "joined" || order.every((type) => cells[type].relation !== "own"))
      .map(({ label }) => label);
  const [joined, shared] = [named("joined"), named("other")];
  return [
    ...apart,
    ...(joined.length === 0 ? [] : [`${some(joined)} joined a container's namespaces by hand.`]),
    ...(shared.length === 0
      ? []
      : [`${some(shared)} ${shared.length > 1 ? "share" : "shares"} namespaces made by hand.`]),
  ];
}

/** One line: what is unusual, or that nothing is. */
export function answer(groups: readonly GroupView[], processes: number): string {
  const containers = groups.filter(({ origin, main }) => origin === "container" && main);
  const others = groups.filter(({ origin, main }) => origin !== "host" && !main);
  if (containers.length + others.length === 0)
    return `No container runs: all ${String(processes)} processes are in the machine's eight namespaces.`;
  const unusual = [...between(containers), ...withHost(containers)];
  const usual = unusual.length === 0 && containers.length > 0 ? [apart(containers)].filter((text) => text !== "") : [];
  const sentences = [...unusual, ...usual, ...byHand(others)];
  const shown = sentences.slice(0, mostNames);
  const more = sentences.length - shown.length;
  return more === 0 ? shown.join(" ") : `${shown.join(" ")} And ${String(more)} more.`;
}
