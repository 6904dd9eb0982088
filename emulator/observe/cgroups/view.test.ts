import { describe, expect, it } from "vitest";
import type { Cgroup } from "../reading.ts";
import { bytes, cgroupsView, toText } from "./view.ts";

const id = "a".repeat(64);
const other = "b".repeat(64);
const group = (path: string, rest: Partial<Cgroup> = {}): Cgroup => ({
  path,
  memoryCurrent: 1024 * 1024,
  memoryMax: undefined,
  oomKills: 0,
  cpuUsage: 0,
  throttledPeriods: 0,
  cpuMax: undefined,
  pidsCurrent: 1,
  pidsMax: undefined,
  frozen: false,
  ...rest,
});
const labels = [{ id, name: "web" }];
const view = (...containers: Cgroup[]) =>
  cgroupsView({ at: 2000, cgroups: [group("/lab"), group("/docker"), ...containers] }, undefined, labels);

describe("the view of control groups", () => {
  it("is a tree with names where they are known", () => {
    expect(
      view(group(`/docker/${other}`), group(`/docker/${id}`)).groups.map(({ name, depth }) => [name, depth]),
    ).toEqual([
      ["all containers", 0],
      ["b".repeat(12), 1],
      ["web", 1],
      ["your shells", 0],
    ]);
  });

  it("is in the order of names, with what is in a group right after it", () => {
    const ids = ["c", "d", "e"].map((digit) => digit.repeat(64));
    const names = ["box-10", "box-2", "box-1"];
    const paths = ids.flatMap((each) => [`/docker/${each}`, `/docker/${each}/inner`]);
    const cgroups = ["/lab", "/docker", "/docker-x", ...paths].map((path) => group(path));
    const { groups } = cgroupsView(
      { at: 0, cgroups },
      undefined,
      ids.map((each, i) => ({ id: each, name: names[i] ?? "" })),
    );
    expect(groups.map(({ name }) => name)).toEqual([
      "all containers",
      ...["box-1", "inner", "box-2", "inner", "box-10", "inner"],
      "docker-x",
      "your shells",
    ]);
  });

  it("remembers a kill when the container has gone", () => {
    const cgroups = [group("/docker", { oomKills: 2 })];
    expect(cgroupsView({ at: 0, cgroups }, undefined, []).answer).toBe(
      "No container runs; the kernel ended a program twice, in a group that had no memory left.",
    );
  });

  it("tells processor time between two readings", () => {
    const at = (time: number, cpuUsage: number) => ({ at: time, cgroups: [group("/lab", { cpuUsage, cpuMax: 0.5 })] });
    const [lab] = cgroupsView(at(3000, 1_250_000), at(2000, 1_000_000), []).groups;
    expect(lab?.cpu).toEqual({ used: 0.25, limit: 0.5, share: 0.5, throttledPeriods: 0 });
  });

  it.each([
    [[], "No container runs: your own shells have what the machine gives them."],
    [[group(`/docker/${id}`)], "The container has no limit of its own, only that of all containers together."],
    [
      [group(`/docker/${id}`, { memoryMax: 64 * 1024 * 1024, memoryCurrent: 61 * 1024 * 1024 })],
      "web may use 64 MB of memory and uses 61 MB.",
    ],
    [[group(`/docker/${id}`, { oomKills: 1 })], "web ran out of memory: the kernel ended a program in it once."],
    [[group(`/docker/${id}`, { frozen: true })], "web is frozen: it keeps its memory and gets no time."],
    [[group(`/docker/${id}`, { throttledPeriods: 9 })], "web wanted more processor time than it may have."],
  ])("says in a line what matters: %#", (containers, expected) => {
    expect(view(...containers).answer).toBe(expected);
  });

  it("is text for copying", () => {
    const text = toText(view(group(`/docker/${id}`, { memoryMax: 16 * 1024 * 1024, oomKills: 2, pidsMax: 20 })));
    expect(text).toBe(
      [
        "Who may use how much?",
        "web ran out of memory: the kernel ended a program in it twice.",
        "",
        "all containers; memory 1 MB of no limit; processor - of no limit; processes 1 of no limit",
        "  web; memory 1 MB of 16 MB; processor - of no limit; processes 1 of 20; 2 OOM kills",
        "your shells; memory 1 MB of no limit; processor - of no limit; processes 1 of no limit",
        "",
      ].join("\n"),
    );
  });

  it.each([
    [0, "0 B"],
    [1024, "1 kB"],
    [16777216, "16 MB"],
    [1572864, "1.5 MB"],
  ])("%d bytes are %s", (count, text) => {
    expect(bytes(count)).toBe(text);
  });
});
