import type { LinuxResources, Spec } from "../../spec/oci-runtime.ts";
import {
  RuntimeError,
  type CgroupStats,
  type ExecStart,
  type Runtime,
  type TaskExit,
  type TaskKey,
  type TaskStart,
  type TaskStdio,
  type TaskStreams,
  type WindowSize,
} from "../runtime.ts";
import type { Clock } from "../world.ts";
import { guestNode, lookUp, makeDirectories, walk, type MountView } from "./guest-tree.ts";
import type { LogBook } from "./log-book.ts";
import { Killed, MemoryStdio, type Task } from "./memory-process.ts";
import { findProgram, type ProcessContext } from "./programs.ts";

interface Container {
  readonly spec: Spec;
  readonly view: MountView;
  paused: boolean;
  resources: LinuxResources;
  oomKilled: boolean;
}

const sigkill = 9;

/** Containers as a table of processes that run programs of this folder. */
export class MemoryRuntime implements Runtime {
  readonly #guest: MountView;
  readonly #logs: LogBook;
  readonly #clock: Clock;
  readonly #stdio = new Map<TaskKey, MemoryStdio>();
  readonly #tasks = new Map<TaskKey, Task>();
  readonly #containers = new Map<string, Container>();
  readonly sizes = new Map<TaskKey, WindowSize>();
  #nextPid = 100;

  constructor(guest: MountView, logs: LogBook, clock: Clock) {
    this.#guest = guest;
    this.#logs = logs;
    this.#clock = clock;
  }

  /** Tasks whose stdio or state has not been given up. */
  get keys(): readonly TaskKey[] {
    return [...new Set([...this.#stdio.keys(), ...this.#tasks.keys()])];
  }

  spec(id: string): Spec | undefined {
    return this.#containers.get(id)?.spec;
  }

  resources(id: string): LinuxResources | undefined {
    return this.#containers.get(id)?.resources;
  }

  viewOf(pid: number): MountView | undefined {
    const task = [...this.#tasks.values()].find((one) => one.pid === pid);
    return task === undefined ? undefined : this.#containers.get(task.containerId)?.view;
  }

  async prepare(key: TaskKey, stdio: TaskStdio): Promise<void> {
    if (this.#stdio.has(key)) throw new Error(`stdio of ${key} is there already`);
    this.#stdio.set(key, new MemoryStdio(stdio));
  }

  async start({ id, spec }: TaskStart): Promise<{ pid: number }> {
    const view = this.#mountNamespace(spec);
    const container: Container = {
      spec,
      view,
      paused: false,
      resources: spec.linux.resources,
      oomKilled: false,
    };
    const program = this.#find(spec.process.args, spec.process.env, view);
    this.#containers.set(id, container);
    return { pid: this.#run(id, id, container, spec.process, program) };
  }

  async exec({ id, execId, process }: ExecStart): Promise<{ pid: number }> {
    const container = this.#container(id);
    const program = this.#find(process.args, process.env, container.view);
    if (walk(container.view, process.cwd).node === undefined)
      throw new RuntimeError(`chdir to \`${process.cwd}\`: No such file or directory`, "other");
    return { pid: this.#run(execId, id, container, process, program) };
  }

  #container(id: string): Container {
    const container = this.#containers.get(id);
    if (container === undefined) throw new RuntimeError(`container ${id} does not exist`, "other");
    return container;
  }

  #find(
    args: readonly string[],
    env: readonly string[],
    view: MountView,
  ): (context: ProcessContext) => Promise<number> {
    const [name = ""] = args;
    const path = (env.find((entry) => entry.startsWith("PATH=")) ?? "PATH=").slice("PATH=".length);
    const candidates = name.includes("/") ? [name] : path.split(":").map((directory) => `${directory}/${name}`);
    const found = candidates.find((candidate) => {
      try {
        return walk(view, candidate).node !== undefined;
      } catch {
        return false;
      }
    });
    if (found === undefined)
      throw new RuntimeError(`executable file \`${name}\` not found in $PATH: No such file or directory`, "not-found");
    const node = lookUp(view, found);
    if (node.kind !== "file" || (node.mode & 0o111) === 0)
      throw new RuntimeError(`open executable: Permission denied`, "not-executable");
    const program = findProgram(found.split("/").at(-1) ?? "");
    if (program === undefined) throw new RuntimeError(`exec ${found}: Exec format error`, "other");
    return program;
  }

  #run(
    key: TaskKey,
    containerId: string,
    container: Container,
    process: Spec["process"],
    program: (context: ProcessContext) => Promise<number>,
  ): number {
    const stdio = this.#stdio.get(key);
    if (stdio === undefined) throw new Error(`stdio of ${key} has not been prepared`);
    const pid = this.#nextPid++;
    const isInit = key === containerId;
    let reject: (error: Killed) => void = () => undefined;
    const killed = new Promise<never>((_resolve, fail) => {
      reject = fail;
    });
    killed.catch(() => undefined);
    const traps = new Map<number, () => void>();
    const context: ProcessContext = {
      args: process.args,
      env: Object.fromEntries(process.env.map((entry) => entry.split(/=(.*)/s, 2) as [string, string])),
      cwd: process.cwd,
      user: process.user,
      pid: isInit ? 1 : pid,
      view: container.view,
      hostname: container.spec.hostname ?? "",
      clock: this.#clock,
      killed,
      traps,
      isTerminal: stdio.options.terminal !== undefined,
      read: () => Promise.race([stdio.read(), killed]),
      write: (kind, text) => {
        stdio.write(kind, text, this.#logs, this.#clock);
      },
      // From inside, not even SIGKILL reaches the first process unless it handles it.
      signal: (number) => {
        if (!isInit || traps.has(number)) task.kill(number);
      },
    };
    this.#logs.started(key);
    const exited = Promise.race([Promise.resolve().then(() => program(context)), killed]).then(
      (code) => this.#ended(key, code),
      (error: unknown) => {
        if (error instanceof Killed) return this.#ended(key, 128 + error.signal);
        throw error;
      },
    );
    const task: Task = {
      key,
      containerId,
      pid,
      stdio,
      args: process.args,
      isInit,
      exited,
      traps,
      exit: undefined,
      kill: (signal) => {
        const trap = traps.get(signal);
        if (trap !== undefined && signal !== sigkill) trap();
        // The first process of a container takes only signals that it handles.
        else if (signal === sigkill || !isInit) reject(new Killed(signal));
      },
    };
    this.#tasks.set(key, task);
    return pid;
  }

  #ended(key: TaskKey, code: number): TaskExit {
    const task = this.#task(key);
    const oomKilled = task.isInit && (this.#containers.get(task.containerId)?.oomKilled ?? false);
    task.exit = { exitCode: code, oomKilled, at: this.#clock.now() };
    task.stdio.end(this.#logs, this.#clock);
    this.#logs.ended(key);
    if (task.isInit)
      for (const other of this.#tasks.values())
        if (other.containerId === key && other.exit === undefined) other.kill(sigkill);
    return task.exit;
  }

  #task(key: TaskKey): Task {
    const task = this.#tasks.get(key);
    if (task === undefined) throw new RuntimeError(`no task ${key}`, "other");
    return task;
  }

  async attach(key: TaskKey, want: { stdin: boolean; stdout: boolean; stderr: boolean }): Promise<TaskStreams> {
    const stdio = this.#stdio.get(key);
    if (stdio === undefined) throw new Error(`stdio of ${key} has not been prepared`);
    return stdio.attach(want);
  }

  wait(key: TaskKey): Promise<TaskExit> {
    return this.#task(key).exited;
  }

  async signal(key: TaskKey, signal: number): Promise<void> {
    this.#task(key).kill(signal);
  }

  async resize(key: TaskKey, size: WindowSize): Promise<void> {
    this.#task(key);
    this.sizes.set(key, size);
  }

  async pause(id: string): Promise<void> {
    this.#container(id).paused = true;
  }

  async resume(id: string): Promise<void> {
    this.#container(id).paused = false;
  }

  async update(id: string, resources: LinuxResources): Promise<void> {
    const container = this.#container(id);
    container.resources = { ...container.resources, ...resources };
  }

  async remove(key: TaskKey): Promise<void> {
    const task = this.#tasks.get(key);
    if (task !== undefined && task.exit === undefined) {
      task.kill(sigkill);
      await task.exited;
    }
    this.#stdio.get(key)?.end(this.#logs, this.#clock);
    this.#stdio.delete(key);
    this.#tasks.delete(key);
    this.#containers.delete(key);
  }

  async processes(id: string): Promise<readonly number[]> {
    return this.#running(id).map(({ pid }) => pid);
  }

  #running(id: string): Task[] {
    return [...this.#tasks.values()].filter((task) => task.containerId === id && task.exit === undefined);
  }

  /** Ends a container as the kernel does when its memory is used up. */
  outOfMemory(id: string): void {
    this.#container(id).oomKilled = true;
    this.#task(id).kill(sigkill);
  }

  async stats(id: string): Promise<CgroupStats> {
    const { resources } = this.#container(id);
    return {
      memoryCurrent: 1 << 20,
      memoryMax: resources.memory?.limit,
      memoryStat: { inactive_file: 0 },
      cpuStat: { usage_usec: 1000, user_usec: 600, system_usec: 400 },
      pidsCurrent: this.#running(id).length,
      pidsMax: resources.pids?.limit,
      oomKills: 0,
      networks: { eth0: { rxBytes: 10, rxPackets: 1, txBytes: 20, txPackets: 2 } },
    };
  }

  async top(id: string): Promise<{ titles: string[]; processes: string[][] }> {
    return {
      titles: ["PID", "USER", "TIME", "COMMAND"],
      processes: this.#running(id).map(({ pid, args }) => [String(pid), "root", "0:00", args.join(" ")]),
    };
  }

  /** The root of the spec with binds and tmpfs mounted over it; mount points that are missing are made. */
  #mountNamespace(spec: Spec): MountView {
    const view: MountView = { root: lookUp(this.#guest, spec.root.path), mounts: new Map() };
    for (const mount of spec.mounts) {
      const source =
        mount.type === "bind"
          ? lookUp(this.#guest, mount.source)
          : guestNode("directory", { mode: mount.type === "tmpfs" ? 0o1777 : 0o755 });
      makeDirectories(view, mount.destination.slice(0, mount.destination.lastIndexOf("/")));
      const target = walk(view, mount.destination);
      if (target.place === undefined) {
        const made = guestNode(source.kind === "directory" ? "directory" : "file");
        target.parent.entries.set(target.name, made);
        view.mounts.set(made, source);
      } else if ((target.place.kind === "directory") !== (source.kind === "directory"))
        throw new RuntimeError(`mount \`${mount.source}\` to \`${mount.destination}\`: Not a directory`, "other");
      else view.mounts.set(target.place, source);
    }
    return view;
  }
}
