import { execStartBody } from "../container-body.ts";
import { hijackResponse, streamType } from "../daemon/container/attach.ts";
import { findExec, inspectExec, resizeExec, startExec } from "../daemon/container/exec.ts";
import type { Daemon } from "../daemon/daemon.ts";
import type { Call } from "./call.ts";
import { announcesFrames, wantsUpgrade } from "./container-streams.ts";
import { sizeOf } from "./container-parameter.ts";
import { json, ok } from "./response.ts";
import { get, post, type Route } from "./route.ts";

export const execRoutes: readonly Route[] = [
  post("/exec/{id}/start", start),
  post("/exec/{id}/resize", resize),
  get("/exec/{id}/json", inspect),
];

async function start(daemon: Daemon, call: Call) {
  const id = call.parameter("id");
  const body = await call.json(execStartBody, {});
  const hijack = await startExec(daemon, id, {
    detach: body.Detach === true,
    consoleSize: body.ConsoleSize,
    signal: call.signal,
  });
  if (hijack === undefined) return ok();
  const { exec } = findExec(daemon, id);
  return hijackResponse(wantsUpgrade(call), streamType(exec.process.tty === true, announcesFrames(call)), hijack);
}

async function resize(daemon: Daemon, call: Call) {
  await resizeExec(daemon, call.parameter("id"), sizeOf(call));
  return ok();
}

function inspect(daemon: Daemon, call: Call) {
  return json(inspectExec(daemon, call.parameter("id")));
}
