import { GuestFileError, type Files, type Runtime, type TaskStdio, type TaskStreams } from "../engine/runtime.ts";
import type { VerbReply } from "../protocol/messages.ts";
import type { ConnectedAgent } from "./connect.ts";
import { cgroupStats, resourceFiles } from "./cgroup-files.ts";
import { runtimeError } from "./runtime-error.ts";
import { top } from "./top.ts";

/** The agent's reading of the machine as it comes; `observe/` makes types of it. */
export type AgentReading = VerbReply<"OBSERVE">;

export interface GuestRuntime {
  readonly runtime: Runtime;
  readonly readLog: Files["readLog"];
}

/** The engine's runtime over the agent, which supervises the tasks and runs crun. */
export function guestRuntime(agent: Pick<ConnectedAgent, "link" | "readFile" | "facts">): GuestRuntime {
  const { link } = agent;

  const prepare = async (key: string, { terminal, stdin, stdinOnce, log }: TaskStdio): Promise<void> => {
    await link.call("TASK_PREPARE", {
      key,
      terminal: terminal !== undefined,
      columns: terminal?.columns ?? 0,
      rows: terminal?.rows ?? 0,
      stdin,
      stdinOnce,
      logPath: log?.path ?? "",
      logMaxBytes: log?.maxBytes ?? 0,
      logMaxFiles: log?.maxFiles ?? 1,
    });
  };
  const freeze = async (key: string, frozen: boolean): Promise<void> => {
    await link.call("TASK_FREEZE", { key, frozen });
  };
  /** Both requests are under way at once; what the first says goes before what the second makes of it. */
  const started = async (prepared: Promise<void>, start: Promise<{ pid: number; log: string }>) => {
    const [first, second] = await Promise.allSettled([prepared, start]);
    if (first.status === "rejected") throw first.reason;
    if (second.status === "rejected") throw second.reason;
    const { pid, log } = second.value;
    if (pid === 0) throw runtimeError(log);
    return { pid };
  };

  const runtime: Runtime = {
    prepare,
    // A start is short and cannot be stopped half-way; who gives it up removes the task.
    async start({ id, spec, stdio, signal }) {
      signal.throwIfAborted();
      const cgroup = spec.linux.cgroupsPath;
      return started(prepare(id, stdio), link.call("TASK_START", { key: id, cgroup, config: JSON.stringify(spec) }));
    },
    async exec({ id, execId, process, stdio, signal }) {
      signal.throwIfAborted();
      return started(
        prepare(execId, stdio),
        link.call("TASK_EXEC", { key: execId, container: id, process: JSON.stringify(process) }),
      );
    },
    async attach(key, want): Promise<TaskStreams> {
      const open = (wanted: boolean, directions: { read: boolean; write: boolean }) =>
        wanted ? link.streams.open(link.streams.allocate(), directions) : undefined;
      const stdin = open(want.stdin, { read: false, write: true });
      const stdout = open(want.stdout, { read: true, write: false });
      const stderr = open(want.stderr, { read: true, write: false });
      try {
        const reply = await link.call("TASK_ATTACH", {
          key,
          stdin: stdin?.id ?? 0,
          stdout: stdout?.id ?? 0,
          stderr: stderr?.id ?? 0,
        });
        if (stdin !== undefined && !reply.stdin) link.streams.forget(stdin.id);
        return {
          stdin: reply.stdin ? stdin?.writable : undefined,
          stdout: stdout?.readable,
          stderr: stderr?.readable,
        };
      } catch (error) {
        for (const stream of [stdin, stdout, stderr]) if (stream !== undefined) link.streams.forget(stream.id);
        throw error;
      }
    },
    async wait(key) {
      const { code, oomKilled, at } = await link.call("TASK_WAIT", { key });
      return { exitCode: code, oomKilled, at };
    },
    async signal(key, signal) {
      await link.call("TASK_SIGNAL", { key, signal });
    },
    async resize(key, { columns, rows }) {
      await link.call("TASK_RESIZE", { key, columns, rows });
    },
    pause: (id) => freeze(id, true),
    resume: (id) => freeze(id, false),
    async update(id, resources) {
      await link.call("TASK_UPDATE", { key: id, files: resourceFiles(resources) });
    },
    async remove(key) {
      await link.call("TASK_REMOVE", { key });
    },
    async processes(id) {
      return (await link.call("TASK_PROCESSES", { key: id })).pids;
    },
    async stats(id) {
      const { files, networks } = await link.call("TASK_STATS", { key: id });
      return cgroupStats(files, networks);
    },
    async top(id, psArguments) {
      const [{ pids }, reading, passwd] = await Promise.all([
        link.call("TASK_PROCESSES", { key: id }),
        link.call("OBSERVE", { want: 1 }),
        agent.readFile("/etc/passwd").catch(noFile),
      ]);
      return top(reading, {
        pids: new Set(pids),
        psArguments,
        passwd: new TextDecoder().decode(passwd),
        memory: agent.facts.memoryTotal,
      });
    },
  };

  const readLog: Files["readLog"] = (log, { follow, tailLines, signal }) => {
    const { id, readable } = link.streams.open(link.streams.allocate(), { read: true, write: false });
    const reader = readable.getReader();
    const cancel = () => void reader.cancel().catch(() => undefined);
    signal.addEventListener("abort", cancel, { once: true });
    const opened = link.call("LOG_READ", { path: log.path, tail: tailLines ?? -1, follow: follow ?? "", stream: id });
    opened.catch(() => link.streams.forget(id));
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          await opened;
          const { done, value } = await reader.read();
          if (!done) {
            controller.enqueue(value);
            return;
          }
          signal.removeEventListener("abort", cancel);
          signal.throwIfAborted();
          controller.close();
        },
        cancel() {
          signal.removeEventListener("abort", cancel);
          cancel();
        },
      },
      { highWaterMark: 0 },
    );
  };
  return { runtime, readLog };
}

/** A guest without the file has no names, and numbers are shown. */
function noFile(error: unknown): Uint8Array {
  if (error instanceof GuestFileError) return new Uint8Array();
  throw error;
}
