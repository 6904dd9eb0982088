import { expect, it } from "vitest";
import { cgroupStats, resourceFiles } from "./cgroup-files.ts";

it("writes limits as cgroup v2 has them", () => {
  expect(
    resourceFiles({
      memory: { limit: 64 << 20, reservation: 32 << 20, swap: 96 << 20 },
      cpu: { shares: 1024, quota: 50_000, period: 100_000, cpus: "0" },
      pids: { limit: 100 },
      unified: { "memory.high": "1000" },
    }),
  ).toEqual([
    { name: "memory.max", value: "67108864" },
    { name: "memory.low", value: "33554432" },
    { name: "memory.swap.max", value: "33554432" },
    { name: "cpu.weight", value: "39" },
    { name: "cpu.max", value: "50000 100000" },
    { name: "cpuset.cpus", value: "0" },
    { name: "pids.max", value: "100" },
    { name: "memory.high", value: "1000" },
  ]);
});

it("takes limits away", () => {
  expect(resourceFiles({ memory: { limit: -1, swap: -1 }, cpu: { quota: -1 }, pids: { limit: 0 } })).toEqual([
    { name: "memory.max", value: "max" },
    { name: "memory.swap.max", value: "max" },
    { name: "cpu.max", value: "max 100000" },
    { name: "pids.max", value: "max" },
  ]);
});

it.each([
  [2, "1"],
  [262_144, "10000"],
  [1_000_000, "10000"],
])("converts %d shares to weight %s", (shares, value) => {
  expect(resourceFiles({ cpu: { shares } })).toEqual([{ name: "cpu.weight", value }]);
});

const netDev = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:       5       1    0    0    0     0          0         0        5       1    0    0    0     0       0          0
  eth0:    1296      12    0    0    0     0          0         0      126       3    0    0    0     0       0          0
`;

it("reads figures, and leaves the loopback out", () => {
  const files = [
    { name: "memory.current", value: "1044480\n" },
    { name: "memory.max", value: "max\n" },
    { name: "memory.stat", value: "anon 4096\nfile 0\n" },
    { name: "memory.events", value: "low 0\nhigh 0\nmax 3\noom 1\noom_kill 1\n" },
    { name: "cpu.stat", value: "usage_usec 1500\nuser_usec 500\n" },
    { name: "pids.current", value: "2\n" },
    { name: "pids.max", value: "100\n" },
  ];
  expect(cgroupStats(files, netDev)).toEqual({
    memoryCurrent: 1_044_480,
    memoryMax: undefined,
    memoryStat: { anon: 4096, file: 0 },
    cpuStat: { usage_usec: 1500, user_usec: 500 },
    pidsCurrent: 2,
    pidsMax: 100,
    oomKills: 1,
    networks: { eth0: { rxBytes: 1296, rxPackets: 12, txBytes: 126, txPackets: 3 } },
  });
});
