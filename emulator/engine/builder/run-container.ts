import { createContainer } from "../daemon/container/create.ts";
import { removeContainer } from "../daemon/container/remove.ts";
import { startContainer } from "../daemon/container/start.ts";
import { prepareStdio } from "../daemon/container/stdio.ts";
import { killRunning } from "../daemon/container/kill.ts";
import { sigkill } from "../daemon/signals.ts";
import type { Daemon } from "../daemon/daemon.ts";
import type { CreateBody } from "../container-body.ts";
import type { ContainerRecord } from "../records.ts";
import type { TaskExit } from "../runtime.ts";
import type { ContainerBase } from "../daemon/container/create.ts";

export interface StepContainer {
  readonly base: ContainerBase;
  readonly body: CreateBody;
  readonly hidden: boolean;
}

/** The container of one step, which whoever made it removes. */
export async function createStepContainer(daemon: Daemon, step: StepContainer): Promise<ContainerRecord> {
  const { Id: id } = await createContainer(daemon, {
    name: "",
    platform: "",
    body: step.body,
    base: step.base,
    build: { hidden: step.hidden },
  });
  return daemon.containers.find(id);
}

/**
 * Starts it and waits for its end, every byte of its output in `output` by then. When the signal aborts it is killed, and
 * the signal's reason thrown.
 */
export async function runStepContainer(
  daemon: Daemon,
  container: ContainerRecord,
  output: (stream: 1 | 2, bytes: Uint8Array) => void,
  signal: AbortSignal,
): Promise<TaskExit> {
  signal.throwIfAborted();
  await prepareStdio(daemon, container);
  const streams = await daemon.world.runtime.attach(container.id, { stdin: false, stdout: true, stderr: true });
  // What the runtime says when it cannot start the command is the error's, not the command's output.
  let early: [stream: 1 | 2, bytes: Uint8Array][] | undefined = [];
  const put = (stream: 1 | 2, bytes: Uint8Array): void => {
    if (early === undefined) output(stream, bytes);
    else early.push([stream, bytes]);
  };
  const reading = Promise.all([drain(streams.stdout, 1, put), drain(streams.stderr, 2, put)]);
  reading.catch(() => undefined); // awaited below, unless the start fails first
  const live = daemon.containers.live(container);
  const ended = live.exits.next(daemon.closed);
  ended.catch(() => undefined); // as above
  const kill = (): void => {
    if (container.state.running)
      daemon.containers.inBackground(
        `ending a canceled step in ${container.id}`,
        killRunning(daemon, container, sigkill),
      );
  };
  signal.addEventListener("abort", kill, { once: true });
  try {
    await startContainer(daemon, container);
    for (const [stream, bytes] of early) output(stream, bytes);
    early = undefined;
    if (signal.aborted) kill();
    const exit = await ended;
    await reading;
    signal.throwIfAborted();
    return exit;
  } finally {
    signal.removeEventListener("abort", kill);
  }
}

export async function removeStepContainer(daemon: Daemon, container: ContainerRecord): Promise<void> {
  if (daemon.containers.has(container)) await removeContainer(daemon, container, { force: true, volumes: true });
}

async function drain(
  stream: ReadableStream<Uint8Array> | undefined,
  number: 1 | 2,
  output: (stream: 1 | 2, bytes: Uint8Array) => void,
): Promise<void> {
  if (stream === undefined) return;
  for await (const bytes of stream) output(number, bytes);
}
