import { attachContainer, hijackResponse, streamType } from "../daemon/container/attach.ts";
import { logStream, logTime } from "../daemon/container/logs.ts";
import { statsStream } from "../daemon/container/stats.ts";
import { parseWaitCondition, waitContainer } from "../daemon/container/wait.ts";
import type { Daemon } from "../daemon/daemon.ts";
import { InvalidParameter, NotImplemented } from "../errors.ts";
import type { Call } from "./call.ts";
import { jsonLine, stream } from "./response.ts";
import { compareVersions, get, post, type Route } from "./route.ts";

export const attachRoutes: readonly Route[] = [
  get("/containers/{name:.*}/attach/ws", attachWebSocket),
  post("/containers/{name:.*}/attach", attach),
  get("/containers/{name:.*}/logs", logs),
  get("/containers/{name:.*}/stats", stats),
  post("/containers/{name:.*}/wait", wait),
];

/** API 1.42 and later say in the content type whether a stream has frames. */
export function announcesFrames(call: Call): boolean {
  return compareVersions(call.version, "1.42") >= 0;
}

export function wantsUpgrade(call: Call): boolean {
  return call.request.headers["upgrade"] !== undefined;
}

async function attach(daemon: Daemon, call: Call) {
  const container = daemon.containers.find(call.parameter("name"));
  const hijack = await attachContainer(daemon, container, {
    stdin: call.flag("stdin"),
    stdout: call.flag("stdout"),
    stderr: call.flag("stderr"),
    logs: call.flag("logs"),
    stream: call.flag("stream"),
    detachKeys: call.text("detachKeys"),
    signal: call.signal,
  });
  const type = streamType(container.config.Tty === true, announcesFrames(call));
  return hijackResponse(wantsUpgrade(call), type, hijack);
}

function attachWebSocket(): never {
  throw new NotImplemented(
    "attaching through a WebSocket is not supported by this engine; use POST /containers/{id}/attach",
  );
}

async function logs(daemon: Daemon, call: Call) {
  const container = daemon.containers.find(call.parameter("name"));
  const stdout = call.flag("stdout");
  const stderr = call.flag("stderr");
  if (!stdout && !stderr) throw new InvalidParameter("Bad parameters: you must choose at least one stream");
  const now = daemon.world.clock.now();
  const tail = call.text("tail");
  const body = await logStream(daemon, container, {
    stdout,
    stderr,
    follow: call.flag("follow"),
    tail: /^\d+$/.test(tail) ? Number(tail) : undefined,
    since: logTime(call.text("since"), now),
    until: logTime(call.text("until"), now),
    timestamps: call.flag("timestamps"),
    details: call.flag("details"),
    signal: call.signal,
  });
  return stream(body, streamType(container.config.Tty === true, announcesFrames(call)));
}

function stats(daemon: Daemon, call: Call) {
  const container = daemon.containers.find(call.parameter("name"));
  const samples = statsStream(daemon, container, {
    stream: call.flag("stream", true),
    oneShot: call.flag("one-shot"),
    signal: call.signal,
  });
  return stream(jsonLines(samples), "application/json");
}

function jsonLines(values: ReadableStream<unknown>): ReadableStream<Uint8Array> {
  const reader = values.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(jsonLine(value));
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** The head goes out at once: clients start the container only when they know that the wait is on. */
function wait(daemon: Daemon, call: Call) {
  const condition = parseWaitCondition(call.text("condition"));
  const container = daemon.containers.find(call.parameter("name"));
  const ending = new AbortController();
  const signal = AbortSignal.any([call.signal, daemon.closed, ending.signal]);
  const answer = waitContainer(daemon, container, condition, signal);
  // Looked at when the body is read; until then a failure is nobody's.
  answer.catch(() => undefined);
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          controller.enqueue(jsonLine(await answer));
        } catch (error) {
          if (!signal.aborted) throw error;
        }
        controller.close();
      },
      cancel() {
        ending.abort();
      },
    },
    { highWaterMark: 0 },
  );
  return stream(body, "application/json");
}
