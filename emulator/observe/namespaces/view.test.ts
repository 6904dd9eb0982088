import { describe, expect, it } from "vitest";
import { namespaceTypes, type NamespaceType, type Process } from "../reading.ts";
import { changes } from "./changes.ts";
import type { ContainerLabel } from "./facts.ts";
import { matrix } from "./matrix.ts";
import { sightText, sightView } from "./sight.ts";
import { toText } from "./text.ts";
import { namespacesView, type NamespacesView } from "./view.ts";

const host: Process["namespaces"] = { cgroup: 1, ipc: 2, mnt: 3, net: 4, pid: 5, time: 6, user: 7, uts: 8 };
const id = (name: string) => Buffer.from(name.padEnd(32, "-")).toString("hex");

function process(pid: number, parent: number, command: string, rest: Partial<Process> = {}): Process {
  return {
    pid,
    parent,
    pids: [pid],
    session: pid,
    threads: 1,
    name: command.split(" ")[0] ?? "",
    command: command.split(" "),
    state: "S",
    uid: 0,
    gid: 0,
    startedAt: pid * 1000,
    cpuTime: 0,
    virtualBytes: 0,
    residentBytes: 0,
    capabilities: ["CAP_CHOWN"],
    bounding: ["CAP_CHOWN", "CAP_KILL"],
    cgroup: "/lab",
    namespaces: host,
    ...rest,
  };
}

/** What `docker run` makes: six namespaces that begin with `first`, and what else is asked for. */
function container(
  name: string,
  pid: number,
  first: number,
  shared: Partial<Record<NamespaceType, number>> = {},
): Process {
  const six = { cgroup: first, ipc: first + 1, mnt: first + 2, net: first + 3, pid: first + 4, uts: first + 5 };
  const namespaces = { ...host, ...six, ...shared };
  return process(pid, 1, `sleep ${String(pid)}`, { cgroup: `/docker/${id(name)}`, namespaces, pids: [pid, 1] });
}

const machine = [process(1, 0, "agent"), process(60, 1, "sh -l")];

function look(names: readonly string[], ...processes: readonly Process[]): NamespacesView {
  const labels = names.map((name): ContainerLabel => ({ id: id(name), name }));
  return namespacesView({ at: 0, cut: false, processes: [...machine, ...processes] }, labels);
}

const byHand = [
  process(90, 60, "unshare -pf --mount-proc sh", { namespaces: { ...host, mnt: 900 } }),
  process(91, 90, "sh", { namespaces: { ...host, mnt: 900, pid: 901 }, pids: [91, 1] }),
  process(92, 91, "sleep 9", { namespaces: { ...host, mnt: 900, pid: 902 }, pids: [92, 2, 1] }),
];

describe("the answer", () => {
  it.each<[string, () => NamespacesView]>([
    ["No container runs: all 2 processes are in the machine's eight namespaces.", () => look([])],
    [
      "web has its own pid, net, mnt, uts, ipc and cgroup namespace; it shares the host's user and time namespace.",
      () => look(["web"], container("web", 70, 100)),
    ],
    [
      "Every container has its own pid, net, mnt, uts, ipc and cgroup namespace; all share the host's user and time namespace.",
      () => look(["web", "db"], container("web", 70, 100), container("db", 71, 200)),
    ],
    [
      "web and db share a network namespace.",
      () => look(["web", "db"], container("web", 70, 100), container("db", 71, 200, { net: 103 })),
    ],
    [
      "web and db share pid and network namespaces.",
      () => look(["web", "db"], container("web", 70, 100), container("db", 71, 200, { net: 103, pid: 104 })),
    ],
    [
      "a, b and 2 others share an ipc namespace.",
      () =>
        look(
          ["a", "b", "c", "d"],
          ...["a", "b", "c", "d"].map((n, i) => container(n, 70 + i, 100 + i * 10, { ipc: 77 })),
        ),
    ],
    [
      "eye uses the machine's pid and mount namespaces.",
      () => look(["eye"], container("eye", 70, 100, { pid: 5, mnt: 3 })),
    ],
    [
      "sh (91) has a pid namespace of its own, made by hand. sleep (92) has a pid namespace of its own, made by hand. unshare (90) shares namespaces made by hand.",
      () => look([], ...byHand),
    ],
  ])("%s", (answer, view) => {
    expect(view().answer).toBe(answer);
  });
});

it("a machine as text", async () => {
  const ghost: Process["namespaces"] = {
    ...host,
    cgroup: undefined,
    ipc: undefined,
    mnt: undefined,
    net: undefined,
    pid: 104,
    time: undefined,
    uts: undefined,
  };
  const view = look(
    ["web", "db"],
    container("web", 70, 100),
    process(72, 70, "gone", {
      state: "Z",
      command: [],
      cgroup: `/docker/${id("web")}`,
      namespaces: ghost,
      pids: [72, 7],
    }),
    container("db", 71, 200, { net: 103 }),
    process(93, 60, "nsenter-shell", { namespaces: { ...host, net: 103 } }),
    process(94, 1, "rm \u001b[31m\u202e", { cgroup: "/lab" }),
    ...byHand,
  );
  await expect(toText(view)).toMatchFileSnapshot("testdata/machine.txt");
});

it("knows where pid namespaces are nested", () => {
  const { namespaces, groups } = look([], ...byHand);
  expect(namespaces.filter(({ type }) => type === "pid")).toEqual([
    { type: "pid", inode: 5, pids: [1, 60, 90], parent: undefined },
    { type: "pid", inode: 901, pids: [91], parent: 5 },
    { type: "pid", inode: 902, pids: [92], parent: 901 },
  ]);
  expect(groups.map(({ label, depth, cells }) => [label, depth, cells.pid.level])).toEqual([
    ["the machine", 0, 0],
    ["unshare (90)", 1, 0],
    ["sh (91)", 2, 1],
    ["sleep (92)", 3, 2],
  ]);
});

it("tells what changed: a container, a process, a namespace", () => {
  const before = look(["web"], container("web", 70, 100));
  const shell = process(60, 1, "sh -l", { namespaces: { ...host, uts: 99 } });
  expect(changes(before, before)).toEqual([]);
  expect(changes(before, look(["web", "db"], container("web", 70, 100), container("db", 71, 200)))).toEqual([
    `group ${id("db")}`,
    "process 71 71",
  ]);
  const moved = namespacesView({ at: 0, cut: false, processes: [process(1, 0, "agent"), shell] }, []);
  expect(changes(look([]), moved)).toEqual(["group /1,2,3,4,5,6,7,99"]);
  const joined = look(["web", "db"], container("web", 70, 100), container("db", 71, 200, { net: 103 }));
  expect(changes(before, joined)).toContain(`cell ${id("web")} net`);
});

it("folds containers that are alike, and only when there are many", () => {
  const names = Array.from({ length: 50 }, (_, i) => `box-${String(i)}`);
  const boxes = names.map((name, i) => container(name, 100 + i, 1000 + i * 10, i === 49 ? { net: 1003 } : {}));
  const { rows, links } = matrix(look(names, ...boxes).groups);
  expect(rows.map(({ label, count }) => [label, count])).toEqual([
    ["the machine", 1],
    ["box-0", 1],
    ["48 containers", 48],
    ["box-49", 1],
  ]);
  expect(links).toEqual([{ type: "net", inode: 1003, rows: [1, 3], lane: 0 }]);
  expect(matrix(look(names.slice(0, 5), ...boxes.slice(0, 5)).groups).rows).toHaveLength(6);
  for (const row of rows) expect(Object.keys(row.cells)).toEqual([...namespaceTypes]);
});

it("what a process sees, as text: an old /proc in a new pid namespace", async () => {
  const reading = { at: 0, cut: false, processes: [...machine, ...byHand] };
  const view = namespacesView(reading, []);
  const seen = {
    hostname: "drydock",
    pids: [1, 2, 60, 90, 91, 92],
    procNamespace: 5,
    links: [{ name: "lo", kind: "loopback", up: true, addresses: ["127.0.0.1/8"] }],
    mounts: 21,
    root: { type: "ext4", source: "/dev/root", superOptions: ["rw"] },
  };
  const trapped = sightView(view, reading, 91, { pid: 91, root: "/", seen, host: seen });
  expect(trapped?.answer).toBe(
    "ps shows it 6 of 6 processes, since its /proc still tells of another pid namespace; its hostname is drydock.",
  );
  const own = sightView(view, reading, 91, {
    pid: 91,
    root: "/",
    seen: { ...seen, pids: [1, 2], procNamespace: 901 },
    host: seen,
  });
  if (own === undefined) throw new Error("91 is there");
  await expect(sightText(own)).toMatchFileSnapshot("testdata/sight.txt");
  expect(sightView(view, reading, 4711, undefined)).toBeUndefined();
});
