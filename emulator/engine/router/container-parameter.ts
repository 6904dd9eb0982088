import { windowSize } from "../daemon/container/stdio.ts";
import type { Daemon } from "../daemon/daemon.ts";
import { InvalidParameter } from "../errors.ts";
import type { ContainerRecord } from "../records.ts";
import type { WindowSize } from "../runtime.ts";
import type { Call } from "./call.ts";

/** The container that the path names. */
export function container(daemon: Daemon, call: Call): ContainerRecord {
  return daemon.containers.find(call.parameter("name"));
}

/** `h` and `w` of a resize. */
export function sizeOf(call: Call): WindowSize {
  const [rows, columns] = [call.integer("h"), call.integer("w")];
  if (rows === undefined || columns === undefined || rows < 0 || columns < 0 || rows > 0xffff || columns > 0xffff)
    throw new InvalidParameter("invalid resize height or width");
  return windowSize([rows, columns]);
}
