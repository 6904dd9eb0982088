import type { HttpResponse } from "../../../http/message.ts";
import { Conflict } from "../../errors.ts";
import type { ContainerRecord } from "../../records.ts";
import { step } from "../../steps.ts";
import { multiplexedStreamType, rawStreamType } from "../../stdcopy.ts";
import type { Daemon } from "../daemon.ts";
import { parseDetachKeys } from "./detach-keys.ts";
import { isRestarting } from "./kill.ts";
import { logStream } from "./logs.ts";
import { prepareStdio } from "./stdio.ts";
import { bridgeStreams } from "./stream-bridge.ts";

export interface AttachOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** What was put out before. */
  readonly logs: boolean;
  readonly stream: boolean;
  readonly detachKeys: string;
  readonly signal: AbortSignal;
}

/**
 * `POST /containers/{name}/attach`: the streams of the running task, or of the one that starts next. The task's stdio is
 * there when this settles, so that nothing of a start that follows is missed.
 */
export async function attachContainer(
  daemon: Daemon,
  container: ContainerRecord,
  options: AttachOptions,
): Promise<NonNullable<HttpResponse["hijack"]>> {
  const { state, config } = container;
  if (state.paused) throw new Conflict(`container ${container.id} is paused, unpause the container before attach`);
  if (state.restarting) throw isRestarting(container);
  const tty = config.Tty === true;
  const keys = parseDetachKeys(options.detachKeys);
  const before = options.logs
    ? { before: await logStream(daemon, container, { ...options, follow: false, tail: undefined }) }
    : {};
  const none = { stdin: undefined, stdout: undefined, stderr: undefined };
  let streams: Awaited<ReturnType<Daemon["world"]["runtime"]["attach"]>> = none;
  if (options.stream) {
    const { world } = daemon;
    await daemon.containers.live(container).prepared;
    streams = await step(world, { name: "attach", container }, async () => {
      await prepareStdio(daemon, container);
      return world.runtime.attach(container.id, {
        stdin: options.stdin && config.OpenStdin === true,
        stdout: options.stdout,
        stderr: options.stderr && !tty,
      });
    });
  }
  daemon.containers.publish(container, "attach");
  return async (connection) => {
    const { signal } = options;
    const { closed } = daemon;
    const detachKeys = tty && streams.stdin !== undefined ? keys : undefined;
    const outcome = await bridgeStreams(connection, streams, { raw: tty, detachKeys, signal, closed, ...before });
    if (outcome === "detached") daemon.containers.publish(container, "detach");
  };
}

/** Answers a hijack: 101 when the client asked for the upgrade, else 200; then the connection is raw. */
export function hijackResponse(
  upgrade: boolean,
  contentType: string,
  hijack: NonNullable<HttpResponse["hijack"]>,
): HttpResponse {
  return upgrade
    ? {
        status: 101,
        headers: { "content-type": contentType, connection: "Upgrade", upgrade: "tcp" },
        body: null,
        hijack,
      }
    : { status: 200, headers: { "content-type": contentType }, body: null, hijack };
}

/** Only with an API that knows it do clients hear that a stream has frames. */
export function streamType(tty: boolean, framesAnnounced: boolean): string {
  return tty || !framesAnnounced ? rawStreamType : multiplexedStreamType;
}
