/**
 * Verbs of task supervision and observation: codes 0x2xx. A task is keyed by a container id or an exec id, and lives
 * across epochs until TASK_REMOVE. Streams as in `core.ts`.
 */
import { bool, i32, list, record, text, u32, u64 } from "./fields.ts";

const size = { columns: u32, rows: u32 };
const nothing = {};
/** `pid` 0: it does not run, and `log` is what the OCI runtime said (JSON lines, or plain text). */
const started = { pid: u32, log: text };

export const runtimeVerbs = {
  /** Makes the stdio of a task; nothing changes when it is there. `logPath` "": no log. `logMaxBytes` 0: no limit. */
  TASK_PREPARE: {
    code: 0x200,
    request: {
      key: text,
      terminal: bool,
      ...size,
      stdin: bool,
      stdinOnce: bool,
      logPath: text,
      logMaxBytes: u64,
      logMaxFiles: u32,
    },
    reply: nothing,
  },
  /** Starts a container; its id is the key, `config` its config.json, `cgroup` the cgroupsPath in it. */
  TASK_START: { code: 0x201, request: { key: text, cgroup: text, config: text }, reply: started },
  /** Starts a process in a running container; `process` is the JSON of an OCI process. */
  TASK_EXEC: { code: 0x202, request: { key: text, container: text, process: text }, reply: started },
  /** Opens streams of output from now on (of a terminal: `stdout`), and of input; `stdin` false: it takes none. */
  TASK_ATTACH: { code: 0x203, request: { key: text, stdin: u32, stdout: u32, stderr: u32 }, reply: { stdin: bool } },
  /** Answered when the task's process was reaped and its output has gone to log and streams. `at`: milliseconds. */
  TASK_WAIT: { code: 0x204, request: { key: text }, reply: { code: u32, oomKilled: bool, at: u64 } },
  TASK_SIGNAL: { code: 0x205, request: { key: text, signal: u32 }, reply: nothing },
  TASK_RESIZE: { code: 0x206, request: { key: text, ...size }, reply: nothing },
  /** Kills what is left, and forgets the task. Nothing to do when there is none of that key. */
  TASK_REMOVE: { code: 0x207, request: { key: text }, reply: nothing },
  /** Answered when the container's cgroup is frozen, or thawed. */
  TASK_FREEZE: { code: 0x208, request: { key: text, frozen: bool }, reply: nothing },
  /** Writes files of the container's cgroup, in order; stops at the first failure. */
  TASK_UPDATE: {
    code: 0x209,
    request: { key: text, files: list(record({ name: text, value: text })) },
    reply: nothing,
  },
  /** In the guest's root pid namespace. */
  TASK_PROCESSES: { code: 0x20a, request: { key: text }, reply: { pids: list(u32) } },
  /** Files of the container's cgroup as they are (those that exist), and its /proc/PID/net/dev. */
  TASK_STATS: {
    code: 0x20b,
    request: { key: text },
    reply: { files: list(record({ name: text, value: text })), networks: text },
  },
  /** A log and its rotated files, oldest first, on `stream`. tail: lines, -1 all. follow: a task's key, or "". */
  LOG_READ: { code: 0x20c, request: { path: text, tail: i32, follow: text, stream: u32 }, reply: nothing },
  /**
   * A reading of the machine. `want`: bits 1 processes, 2 cgroups, 4 links, 8 mounts. `namespaces` are inode numbers in
   * the order cgroup, ipc, mnt, net, pid, time, user, uts; 0 when the process ended meanwhile. `cut`: the reading was
   * bounded and something is missing. Times in clock ticks (100 a second), memory in bytes.
   */
  OBSERVE: {
    code: 0x210,
    request: { want: u32 },
    reply: {
      /** Milliseconds since 1970, and since the start. */
      now: u64,
      uptime: u64,
      cut: bool,
      processes: list(
        record({
          pid: u32,
          parent: u32,
          session: u32,
          terminal: u32,
          threads: u32,
          pids: list(u32),
          name: text,
          state: text,
          command: list(text),
          uid: u32,
          gid: u32,
          startTicks: u64,
          cpuTicks: u64,
          virtualBytes: u64,
          residentBytes: u64,
          capabilities: u64,
          bounding: u64,
          cgroup: text,
          namespaces: list(u32),
        }),
      ),
      cgroups: list(record({ path: text, files: list(record({ name: text, value: text })) })),
      networks: list(
        record({
          /** Inode number, a process in it (0: none), and its name under /run/docker/netns or "". */
          namespace: u32,
          pid: u32,
          name: text,
          links: list(
            record({
              index: u32,
              name: text,
              kind: text,
              up: bool,
              mac: text,
              mtu: u32,
              master: u32,
              /** Index of the other end of a veth pair, in the namespace it is in. */
              peer: u32,
              rxBytes: u64,
              rxPackets: u64,
              txBytes: u64,
              txPackets: u64,
              addresses: list(record({ address: text, prefix: u32 })),
            }),
          ),
          routes: list(record({ destination: text, prefix: u32, gateway: text, link: u32 })),
        }),
      ),
      mounts: list(record({ namespace: u32, pid: u32, mountinfo: text })),
    },
  },
} as const;
export const runtimeEvents = {} as const;
