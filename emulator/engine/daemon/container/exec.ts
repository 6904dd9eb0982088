import type { ExecInspectResponse } from "../../../spec/engine-api.generated.ts";
import type { HttpResponse } from "../../../http/message.ts";
import type { ExecCreateBody } from "../../container-body.ts";
import { together } from "../../concurrency.ts";
import { AmbiguousPrefix } from "../../id-store.ts";
import { Conflict, InvalidParameter, NotFound } from "../../errors.ts";
import type { ContainerRecord, ExecRecord } from "../../records.ts";
import { step } from "../../steps.ts";
import type { TaskStdio } from "../../runtime.ts";
import { stdcopyFrame, stdoutStream } from "../../stdcopy.ts";
import { hex } from "../../world.ts";
import type { Daemon } from "../daemon.ts";
import { parseDetachKeys } from "./detach-keys.ts";
import { execProcess } from "./exec-process.ts";
import { isRestarting, notRunning } from "./kill.ts";
import { execFault } from "./runtime-fault.ts";
import { windowSize } from "./stdio.ts";
import { bridgeStreams } from "./stream-bridge.ts";

/** How many ended execs are still known to `inspect`. */
const keptExecs = 200;

/** `POST /containers/{name}/exec`. */
export function createExec(daemon: Daemon, name: string, body: ExecCreateBody): string {
  const container = daemon.containers.find(name);
  checkRunning(container, name);
  const [entrypoint, ...args] = body.Cmd ?? [];
  if (entrypoint === undefined) throw new InvalidParameter("No exec command specified");
  parseDetachKeys(body.DetachKeys ?? "");
  const exec: ExecRecord = {
    id: hex(daemon.world.random(32)),
    containerId: container.id,
    process: {
      tty: body.Tty ?? false,
      entrypoint,
      arguments: args,
      privileged: body.Privileged ?? false,
      ...(body.User ? { user: body.User } : {}),
    },
    env: body.Env ?? [],
    workingDir: body.WorkingDir ?? "",
    attachStdin: body.AttachStdin ?? false,
    attachStdout: body.AttachStdout ?? false,
    attachStderr: body.AttachStderr ?? false,
    detachKeys: body.DetachKeys ?? "",
    consoleSize: pair(body.ConsoleSize),
    running: false,
    started: false,
    exitCode: undefined,
    pid: 0,
  };
  daemon.store.execs.add(exec);
  forgetOldExecs(daemon);
  publish(daemon, container, exec, `exec_create: ${[entrypoint, ...args].join(" ")}`);
  return exec.id;
}

function checkRunning(container: ContainerRecord, name: string): void {
  const { state } = container;
  if (!state.running) throw notRunning(container);
  if (state.paused) throw new Conflict(`Container ${name} is paused, unpause the container before exec`);
  if (state.restarting) throw isRestarting(container);
}

function pair(size: readonly number[] | null | undefined): [number, number] | undefined {
  const [height, width] = size ?? [];
  return height === undefined || width === undefined ? undefined : [height, width];
}

function forgetOldExecs(daemon: Daemon): void {
  const ended = daemon.store.execs.all().filter((exec) => exec.started && !exec.running);
  for (const exec of ended.slice(0, Math.max(0, ended.length - keptExecs))) daemon.store.execs.delete(exec);
}

function publish(
  daemon: Daemon,
  container: ContainerRecord,
  exec: ExecRecord,
  action: string,
  attributes: Readonly<Record<string, string>> = {},
): void {
  daemon.containers.publish(container, action, { execID: exec.id, ...attributes });
}

export function findExec(daemon: Daemon, id: string): { exec: ExecRecord; container: ContainerRecord } {
  try {
    const exec = daemon.store.execs.find(id);
    const container = exec === undefined ? undefined : daemon.store.containers.get(exec.containerId);
    if (exec !== undefined && container !== undefined) return { exec, container };
  } catch (error) {
    if (!(error instanceof AmbiguousPrefix)) throw error;
  }
  throw new NotFound(`No such exec instance: ${id}`);
}

export interface ExecStartOptions {
  readonly detach: boolean;
  readonly consoleSize: readonly number[] | null | undefined;
  readonly signal: AbortSignal;
}

/**
 * `POST /exec/{id}/start`. Detached it settles when the process runs. Otherwise the process starts once the connection is
 * hijacked; a failure is then text on the stream, and 126 in `inspect`, as in Docker.
 */
export async function startExec(
  daemon: Daemon,
  id: string,
  options: ExecStartOptions,
): Promise<NonNullable<HttpResponse["hijack"]> | undefined> {
  const { exec, container } = findExec(daemon, id);
  const orphan = daemon.containers.live(container).orphanedExecs.get(exec.id);
  if (orphan !== undefined && exec.running && !options.detach)
    return attachOrphan(daemon, container, exec, orphan, options.signal);
  if (exec.running || exec.started) throw new Conflict(`exec ${exec.id} has already run`);
  checkRunning(container, container.id);
  exec.started = true;
  const size = pair(options.consoleSize) ?? exec.consoleSize;
  if (options.detach) {
    await run(daemon, container, exec, size, undefined);
    return undefined;
  }
  return async (connection) => {
    try {
      await run(daemon, container, exec, size, async (streams, ended) => {
        const tty = exec.process.tty === true;
        const outcome = await bridgeStreams(connection, streams, {
          raw: tty,
          detachKeys: tty && exec.attachStdin ? parseDetachKeys(exec.detachKeys) : undefined,
          signal: options.signal,
          closed: daemon.closed,
          // Clients ask for the exit code as soon as the stream has ended.
          beforeClose: () => ended,
        });
        if (outcome === "detached") publish(daemon, container, exec, "exec_detach");
      });
    } catch (error) {
      const text = new TextEncoder().encode(`${error instanceof Error ? error.message : String(error)}\r\n`);
      const writer = connection.writable.getWriter();
      await writer
        .write(exec.process.tty === true ? text : stdcopyFrame(stdoutStream, text))
        .then(() => writer.close())
        // The client has gone; there is nobody to tell.
        .catch(() => undefined);
      await connection.readable.cancel().catch(() => undefined);
    }
  };
}

/** An exec whose client went on through a save and a restore: its connection is made again, nothing is started. */
function attachOrphan(
  daemon: Daemon,
  container: ContainerRecord,
  exec: ExecRecord,
  ended: Promise<void>,
  signal: AbortSignal,
): NonNullable<HttpResponse["hijack"]> {
  daemon.containers.live(container).orphanedExecs.delete(exec.id);
  const tty = exec.process.tty === true;
  return async (connection) => {
    const streams = await daemon.world.runtime.attach(exec.id, {
      stdin: exec.attachStdin,
      stdout: exec.attachStdout,
      stderr: exec.attachStderr && !tty,
    });
    await bridgeStreams(connection, streams, {
      raw: tty,
      detachKeys: tty && exec.attachStdin ? parseDetachKeys(exec.detachKeys) : undefined,
      signal,
      closed: daemon.closed,
      beforeClose: () => ended,
    });
  };
}

interface Streams {
  readonly stdin: WritableStream<Uint8Array> | undefined;
  readonly stdout: ReadableStream<Uint8Array> | undefined;
  readonly stderr: ReadableStream<Uint8Array> | undefined;
}

async function run(
  daemon: Daemon,
  container: ContainerRecord,
  exec: ExecRecord,
  size: readonly [number, number] | undefined,
  use: ((streams: Streams, ended: Promise<void>) => Promise<void>) | undefined,
): Promise<void> {
  const { runtime, files, snapshotter } = daemon.world;
  const tty = exec.process.tty === true;
  const path = exec.process.entrypoint ?? "";
  const args = [path, ...(exec.process.arguments ?? [])];
  const stdio: TaskStdio = {
    terminal: tty ? windowSize(size) : undefined,
    stdin: use !== undefined && exec.attachStdin,
    stdinOnce: true,
    log: undefined,
  };
  const openStreams = async (): Promise<Streams> => {
    await runtime.prepare(exec.id, stdio);
    if (use === undefined) return { stdin: undefined, stdout: undefined, stderr: undefined };
    return runtime.attach(exec.id, {
      stdin: exec.attachStdin,
      stdout: exec.attachStdout,
      stderr: exec.attachStderr && !tty,
    });
  };
  let streams: Streams;
  try {
    const described = execProcess(daemon, container, {
      args,
      env: exec.env,
      user: exec.process.user ?? "",
      workingDir: exec.workingDir,
      tty,
      privileged: exec.process.privileged === true,
      consoleSize: size,
    });
    const [process, opened] = await together([
      described,
      step(daemon.world, { name: "attach", container, exec: exec.id }, openStreams),
    ]);
    streams = opened;
    publish(daemon, container, exec, `exec_start: ${args.join(" ")}`);
    const { pid } = await step(
      daemon.world,
      { name: "exec", container, exec: exec.id },
      () => runtime.exec({ id: container.id, execId: exec.id, process, stdio, signal: daemon.closed }),
      (started) => ({ ...started, document: process }),
    );
    exec.running = true;
    exec.pid = pid;
  } catch (error) {
    exec.exitCode = 126;
    daemon.containers.inBackground(`ending exec ${exec.id}`, runtime.remove(exec.id));
    // The container ended while the exec was being started.
    if (!container.state.running || container.state.restarting) throw notRunning(container);
    const root = snapshotter.describe(container.id).mergedDir;
    const cwd = exec.workingDir || container.config.WorkingDir || "/";
    throw (await execFault(error, { files, root, path, cwd })).fault;
  }
  const ended = watchExec(daemon, container, exec);
  await use?.(streams, ended);
}

/** Settles when the end of the exec is known to `inspect`. */
export function watchExec(daemon: Daemon, container: ContainerRecord, exec: ExecRecord): Promise<void> {
  const { runtime } = daemon.world;
  const { execs } = daemon.containers.live(container);
  execs.add(exec.id);
  const run = { name: "run", container, exec: exec.id } as const;
  const exit = step(
    daemon.world,
    run,
    () => runtime.wait(exec.id),
    ({ exitCode }) => ({ exitCode }),
  );
  const ended = exit.then(({ exitCode }) => {
    if (daemon.closed.aborted) return;
    exec.running = false;
    exec.exitCode = exitCode;
    exec.pid = 0;
    execs.delete(exec.id);
    publish(daemon, container, exec, "exec_die", { exitCode: String(exitCode) });
    daemon.containers.inBackground(`ending exec ${exec.id}`, runtime.remove(exec.id));
  });
  ended.catch((error: unknown) => {
    exec.running = false;
    execs.delete(exec.id);
    if (!daemon.closed.aborted) daemon.world.report(`waiting for exec ${exec.id}`, error);
  });
  return ended;
}

/** `GET /exec/{id}/json`. */
export function inspectExec(daemon: Daemon, id: string): ExecInspectResponse {
  const { exec } = findExec(daemon, id);
  return {
    ID: exec.id,
    Running: exec.running,
    ExitCode: exec.exitCode ?? (null as never),
    ProcessConfig: exec.process,
    OpenStdin: exec.attachStdin,
    OpenStderr: exec.attachStderr,
    OpenStdout: exec.attachStdout,
    CanRemove: false,
    ContainerID: exec.containerId,
    DetachKeys: exec.detachKeys,
    Pid: exec.pid,
  };
}

export async function resizeExec(daemon: Daemon, id: string, size: { columns: number; rows: number }): Promise<void> {
  const { exec } = findExec(daemon, id);
  if (!exec.running) throw new Conflict(`exec process ${exec.id} is not running`);
  await daemon.world.runtime.resize(exec.id, size);
}
