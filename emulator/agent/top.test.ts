import { expect, it } from "vitest";
import type { AgentReading } from "./runtime.ts";
import { PsError, top } from "./top.ts";

type Process = AgentReading["processes"][number];

/** Noon, two hours after the start. */
const now = Date.UTC(2026, 0, 2, 12, 0, 0);
const uptime = 7_200_000;

const shell: Process = {
  pid: 120,
  parent: 1,
  session: 120,
  terminal: 0x8800,
  threads: 1,
  pids: [120, 1],
  name: "sh",
  state: "S",
  command: ["sh", "-c", "sleep 100"],
  uid: 0,
  gid: 0,
  startTicks: 360_000,
  cpuTicks: 36_500,
  virtualBytes: 2_379_776,
  residentBytes: 1_290_240,
  capabilities: 0,
  bounding: 0,
  cgroup: "/docker/x",
  namespaces: [],
};
const sleep: Process = {
  ...shell,
  pid: 125,
  parent: 120,
  name: "sleep",
  command: [],
  uid: 1000,
  terminal: 0,
  cpuTicks: 0,
};
const reading = { now, uptime, processes: [sleep, { ...shell, pid: 7 }, shell] };
const options = { pids: new Set([120, 125]), passwd: "root:x:0:0:root:/root:/bin/sh\nbin:x:2:2\n", memory: 12_902_400 };

it("shows ps -ef unless told otherwise", () => {
  const expected = {
    titles: ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"],
    processes: [
      ["root", "120", "1", "10", "11:00", "pts/0", "00:06:05", "sh -c sleep 100"],
      ["1000", "125", "120", "0", "11:00", "?", "00:00:00", "[sleep]"],
    ],
  };
  expect(top(reading, { ...options, psArguments: [] })).toEqual(expected);
  expect(top(reading, { ...options, psArguments: ["-ef"] })).toEqual(expected);
  expect(top(reading, { ...options, psArguments: ["-e", "-f"] })).toEqual(expected);
});

it("shows ps aux", () => {
  expect(top(reading, { ...options, psArguments: ["aux"] })).toEqual({
    titles: ["USER", "PID", "%CPU", "%MEM", "VSZ", "RSS", "TTY", "STAT", "START", "TIME", "COMMAND"],
    processes: [
      ["root", "120", "10.1", "10.0", "2324", "1260", "pts/0", "Ss", "11:00", "6:05", "sh -c sleep 100"],
      ["1000", "125", "0.0", "10.0", "2324", "1260", "?", "S", "11:00", "0:00", "[sleep]"],
    ],
  });
});

it.each([[["-o", "pid,comm"]], [["-opid,comm"]], [["-eo", "pid,comm"]], [["--format=pid,comm"]], [["o", "pid,comm"]]])(
  "shows the columns of %j",
  (psArguments) => {
    expect(top(reading, { ...options, psArguments })).toEqual({
      titles: ["PID", "COMMAND"],
      processes: [
        ["120", "sh"],
        ["125", "sleep"],
      ],
    });
  },
);

it("takes a title of one's own", () => {
  expect(top(reading, { ...options, psArguments: ["-o", "pid,user=WHO"] }).titles).toEqual(["PID", "WHO"]);
});

it("shows the day of what started before today", () => {
  const old = { ...reading, uptime: 30 * 86_400_000, processes: [{ ...shell, startTicks: 0 }] };
  expect(top(old, { ...options, psArguments: [] }).processes[0]?.[4]).toBe("Dec03");
});

it.each([
  [["-o", "pid,nonsense"], 'error: unknown user-defined format specifier "nonsense"'],
  [["--nonsense"], "error: unsupported option (BSD syntax)"],
  [["-o", "comm"], "Couldn't find PID field in ps output"],
])("refuses %j", (psArguments, message) => {
  expect(() => top(reading, { ...options, psArguments })).toThrow(new PsError(message));
});
