import { describe, expect, it } from "vitest";
import { decodeInspected, decodeLifecycleEvent } from "./decode.ts";

const id = "4363ec0dfe08".padEnd(64, "0");
const event = {
  status: "die",
  id,
  from: "busybox",
  Type: "container",
  Action: "die",
  Actor: { ID: id, Attributes: { execDuration: "1", exitCode: "137", image: "busybox", name: "clock" } },
  scope: "local",
  time: 1795257768,
  timeNano: 1795257768410953500,
};

describe("what the engine says", () => {
  it("of an event", () => {
    expect(decodeLifecycleEvent(event)).toEqual({
      at: 1795257768410.9534,
      action: "die",
      id,
      name: "clock",
      image: "busybox",
      exitCode: 137,
      signal: undefined,
    });
  });

  it("at a time that has more digits than a number", () => {
    expect(decodeLifecycleEvent({ ...event, timeNano: 1795257768410953500n }).at).toBe(1795257768410.953);
  });

  it("of a container that has never run", () => {
    const State = {
      Status: "created",
      StartedAt: "0001-01-01T00:00:00Z",
      FinishedAt: "0001-01-01T00:00:00Z",
      ExitCode: 127,
      OOMKilled: false,
      Error: "not found",
    };
    const record = {
      Id: id,
      Created: "2026-11-21T10:42:46.643505400Z",
      Name: "/clock",
      RestartCount: 0,
      Config: { Image: "busybox" },
      State,
      HostConfig: { AutoRemove: false, RestartPolicy: { Name: "", MaximumRetryCount: 0 } },
    };
    expect(decodeInspected(record)).toEqual({
      id,
      name: "clock",
      image: "busybox",
      state: "created",
      created: Date.UTC(2026, 10, 21, 10, 42, 46, 643),
      startedAt: undefined,
      finishedAt: undefined,
      exitCode: 127,
      oomKilled: false,
      error: "not found",
      restartCount: 0,
      policy: { name: "no", maximum: 0 },
      autoRemove: false,
    });
    expect(() => decodeInspected({ ...record, State: { ...State, Status: "asleep" } })).toThrow(/State\.Status/);
  });

  it("nothing else", () => {
    expect(() => decodeLifecycleEvent({ ...event, Action: "exec_start: sh" })).toThrow(/event cannot be read: Action/);
  });
});
