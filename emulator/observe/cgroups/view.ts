import type { Cgroup } from "../reading.ts";

/** What one look at the groups gave. `at` in milliseconds. */
export interface CgroupReading {
  readonly at: number;
  readonly cgroups: readonly Cgroup[];
}

/** Names that people know; nothing else is taken from the engine. */
export interface ContainerLabel {
  /** 64 hex digits. */
  readonly id: string;
  readonly name: string;
}

/** One meter of a group; undefined where the kernel has none there. */
export interface Meter {
  readonly used: number | undefined;
  /** Undefined: no limit. */
  readonly limit: number | undefined;
  /** 0 to 1 of the limit; undefined without one. */
  readonly share: number | undefined;
}

export interface GroupMeters {
  /** `/docker/<id>` below /sys/fs/cgroup. */
  readonly path: string;
  readonly name: string;
  readonly container: ContainerLabel | undefined;
  /** 0 for those at the top. */
  readonly depth: number;
  /** Bytes. */
  readonly memory: Meter;
  /** Processors, over the time between two readings. */
  readonly cpu: Meter & { readonly throttledPeriods: number };
  readonly pids: Meter;
  readonly oomKills: number;
  readonly frozen: boolean;
}

export interface CgroupsView {
  readonly question: string;
  readonly answer: string;
  readonly groups: readonly GroupMeters[];
}

const collator = new Intl.Collator("en", { numeric: true });

function inOrder(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((name, i) => name !== b[i]);
  return at === -1 ? a.length - b.length : collator.compare(a[at] ?? "", b[at] ?? "");
}

const parts: Readonly<Record<string, string>> = {
  "/docker": "all containers",
  "/lab": "your shells",
  "/scripts": "checks of lessons",
};

/** The groups as a tree in order, each with its meters; processor time is what was used since `before`. */
export function cgroupsView(
  now: CgroupReading,
  before: CgroupReading | undefined,
  labels: readonly ContainerLabel[],
): CgroupsView {
  const names = new Map(labels.map((label) => [label.id, label]));
  const earlier = new Map((before?.cgroups ?? []).map((cgroup) => [cgroup.path, cgroup]));
  const elapsed = before === undefined ? 0 : (now.at - before.at) * 1000;
  const shown = (path: string): readonly string[] => path.split("/").map((name) => names.get(name)?.name ?? name);
  const groups = [...now.cgroups]
    .filter(({ path }) => path !== "/" && path !== "")
    // As they are read: box-2 before box-10, and what is in a group right after it.
    .sort((a, b) => inOrder(shown(a.path), shown(b.path)))
    .map((cgroup): GroupMeters => {
      const was = earlier.get(cgroup.path);
      const used =
        was === undefined || elapsed <= 0 ? undefined : Math.max(0, cgroup.cpuUsage - was.cpuUsage) / elapsed;
      const last = cgroup.path.split("/").at(-1) ?? "";
      const container = names.get(last);
      return {
        path: cgroup.path,
        name: container?.name ?? parts[cgroup.path] ?? (/^[0-9a-f]{64}$/.test(last) ? last.slice(0, 12) : last),
        container,
        depth: cgroup.path.split("/").length - 2,
        memory: meter(cgroup.memoryCurrent, cgroup.memoryMax),
        cpu: { ...meter(used, cgroup.cpuMax), throttledPeriods: cgroup.throttledPeriods },
        pids: meter(cgroup.pidsCurrent, cgroup.pidsMax),
        oomKills: cgroup.oomKills,
        frozen: cgroup.frozen,
      };
    });
  return { question: "Who may use how much?", answer: answer(groups), groups };
}

function meter(used: number | undefined, limit: number | undefined): Meter {
  const share = used === undefined || limit === undefined || limit === 0 ? undefined : Math.min(1, used / limit);
  return { used, limit, share };
}

/** `64 MB`, `1.5 MB`, `812 kB`: powers of 1024, as the limits of `docker run` are. */
export function bytes(count: number): string {
  if (count < 1024) return `${String(count)} B`;
  const units = ["kB", "MB", "GB"];
  let value = count;
  let unit = "B";
  for (const next of units) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  return `${value < 10 && unit !== "kB" ? String(Math.round(value * 10) / 10) : String(Math.round(value))} ${unit}`;
}

export function processors(count: number): string {
  return count < 0.995 ? `${String(Math.round(count * 100))} %` : String(Math.round(count * 100) / 100);
}

function answer(groups: readonly GroupMeters[]): string {
  const containers = groups.filter(({ path }) => path.startsWith("/docker/"));
  if (containers.length === 0) {
    // The group above keeps the count of those that have ended.
    const ended = groups.find(({ path }) => path === "/docker")?.oomKills ?? 0;
    return ended === 0
      ? "No container runs: your own shells have what the machine gives them."
      : `No container runs; the kernel ended a program ${times(ended)}, in a group that had no memory left.`;
  }
  const killed = containers.find(({ oomKills }) => oomKills > 0);
  if (killed !== undefined)
    return `${killed.name} ran out of memory: the kernel ended a program in it ${times(killed.oomKills)}.`;
  const frozen = containers.find((group) => group.frozen);
  if (frozen !== undefined) return `${frozen.name} is frozen: it keeps its memory and gets no time.`;
  const [tightest] = containers
    .filter(({ memory }) => memory.share !== undefined)
    .sort((a, b) => (b.memory.share ?? 0) - (a.memory.share ?? 0));
  if (tightest?.memory.limit !== undefined && tightest.memory.used !== undefined)
    return `${tightest.name} may use ${bytes(tightest.memory.limit)} of memory and uses ${bytes(tightest.memory.used)}.`;
  const throttled = containers.find(({ cpu }) => cpu.throttledPeriods > 0);
  if (throttled !== undefined) return `${throttled.name} wanted more processor time than it may have.`;
  return containers.length === 1
    ? "The container has no limit of its own, only that of all containers together."
    : `None of the ${String(containers.length)} containers has a limit of memory, only that of all of them together.`;
}

function times(count: number): string {
  return count === 1 ? "once" : count === 2 ? "twice" : `${String(count)} times`;
}

/** The picture as text: a line a group, indented as the tree is. */
export function toText({ question, answer: said, groups }: CgroupsView): string {
  const of = ({ used, limit }: Meter, shown: (value: number) => string): string =>
    `${used === undefined ? "-" : shown(used)} of ${limit === undefined ? "no limit" : shown(limit)}`;
  const lines = groups.map((group) =>
    [
      `${"  ".repeat(group.depth)}${group.name}`,
      `memory ${of(group.memory, bytes)}`,
      `processor ${of(group.cpu, processors)}`,
      `processes ${of(group.pids, String)}`,
      ...(group.cpu.throttledPeriods > 0 ? [`throttled in ${String(group.cpu.throttledPeriods)} periods`] : []),
      ...(group.oomKills > 0 ? [`${String(group.oomKills)} OOM kills`] : []),
      ...(group.frozen ? ["frozen"] : []),
    ].join("; "),
  );
  return [question, said, "", ...lines, ""].join("\n");
}
