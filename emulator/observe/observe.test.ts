import { expect, it } from "vitest";
import { parseMount } from "./mounts.ts";
import { decodeReading, type RawReading } from "./observe.ts";
import { capabilitySet } from "./processes.ts";

type RawLink = RawReading["networks"][number]["links"][number];

const empty: RawReading = {
  now: 10_000,
  uptime: 4000,
  cut: false,
  processes: [],
  cgroups: [],
  networks: [],
  mounts: [],
};
const link = (index: number, peer: number, kind = "veth"): RawLink => ({
  index,
  name: `link${String(index)}`,
  kind,
  up: true,
  mac: "02:42:ac:11:00:02",
  mtu: 1500,
  master: 0,
  peer,
  rxBytes: 1,
  rxPackets: 2,
  txBytes: 3,
  txPackets: 4,
  addresses: [{ address: "172.17.0.2", prefix: 16 }],
});
const network = (namespace: number, links: RawLink[]): RawReading["networks"][number] => ({
  namespace,
  pid: 0,
  name: "",
  links,
  routes: [{ destination: "0.0.0.0", prefix: 0, gateway: "172.17.0.1", link: 6 }],
});

it("names capabilities, also beyond 32 bits", () => {
  expect(capabilitySet(0xa80425fb)).toEqual(
    "CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE NET_RAW SYS_CHROOT MKNOD AUDIT_WRITE SETFCAP"
      .split(" ")
      .map((name) => `CAP_${name}`),
  );
  expect(capabilitySet(2 ** 40)).toEqual(["CAP_CHECKPOINT_RESTORE"]);
});

it("joins the two ends of a veth pair across namespaces", () => {
  const { networks } = decodeReading({
    ...empty,
    networks: [
      network(100, [link(7, 6), link(9, 8), link(5, 0, "bridge")]),
      network(200, [link(6, 7)]),
      network(300, [link(8, 9), link(6, 99)]),
    ],
  });
  expect(networks.flatMap(({ links }) => links.map(({ peer }) => peer))).toEqual([
    { namespace: 200, index: 6 },
    { namespace: 300, index: 8 },
    undefined,
    { namespace: 100, index: 7 },
    { namespace: 100, index: 9 },
    undefined,
  ]);
  expect(networks[0]).toMatchObject({
    pid: undefined,
    name: undefined,
    routes: [{ destination: "default", gateway: "172.17.0.1", link: 6 }],
  });
  expect(networks[0]?.links[0]?.addresses).toEqual(["172.17.0.2/16"]);
});

it("reads a cgroup's files", () => {
  const files = Object.entries({
    "memory.current": "4096\n",
    "memory.max": "max\n",
    "memory.events": "oom 2\noom_kill 1\n",
    "cpu.stat": "usage_usec 700\nnr_throttled 3\n",
    "cpu.max": "50000 100000\n",
    "pids.current": "1\n",
    "cgroup.events": "populated 1\nfrozen 1\n",
  }).map(([name, value]) => ({ name, value }));
  expect(decodeReading({ ...empty, cgroups: [{ path: "/lab", files }] }).cgroups).toEqual([
    {
      path: "/lab",
      memoryCurrent: 4096,
      memoryMax: undefined,
      oomKills: 1,
      cpuUsage: 700,
      throttledPeriods: 3,
      cpuMax: 0.5,
      pidsCurrent: 1,
      pidsMax: undefined,
      frozen: true,
    },
  ]);
});

it("knows when a process started, and what could not be read", () => {
  const { processes } = decodeReading({
    ...empty,
    processes: [
      {
        pid: 5,
        parent: 1,
        session: 5,
        terminal: 0,
        threads: 1,
        pids: [5, 1],
        name: "sh",
        state: "S",
        command: ["sh"],
        uid: 0,
        gid: 0,
        startTicks: 100,
        cpuTicks: 2,
        virtualBytes: 1,
        residentBytes: 1,
        capabilities: 0,
        bounding: 0,
        cgroup: "/lab",
        namespaces: [1, 2, 3, 4, 5, 6, 7, 0],
      },
    ],
  });
  expect(processes[0]).toMatchObject({ startedAt: 7000, cpuTime: 20 });
  expect(processes[0]?.namespaces).toEqual({
    cgroup: 1,
    ipc: 2,
    mnt: 3,
    net: 4,
    pid: 5,
    time: 6,
    user: 7,
    uts: undefined,
  });
});

it("reads mountinfo, with escaped names and any number of optional fields", () => {
  const line =
    "41 26 0:12 /a\\040b / rw,relatime shared:1 master:2 - overlay overlay rw,lowerdir=l/A:l/B,upperdir=x/diff,workdir=x/work";
  expect(parseMount(line)).toEqual({
    id: 41,
    parent: 26,
    root: "/a b",
    target: "/",
    options: ["rw", "relatime"],
    type: "overlay",
    source: "overlay",
    superOptions: ["rw", "lowerdir=l/A:l/B", "upperdir=x/diff", "workdir=x/work"],
  });
  expect(parseMount("")).toBeUndefined();
  expect(parseMount("41 26 0:12 / / rw")).toBeUndefined();
});
