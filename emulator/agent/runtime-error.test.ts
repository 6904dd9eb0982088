import { expect, it } from "vitest";
import { lastError, runtimeError } from "./runtime-error.ts";

const line = (msg: string, level = "error"): string =>
  JSON.stringify({ msg, level, time: "2026-01-01T00:00:00.000000Z" });

it.each([
  ["executable file `nosuchcmd` not found in $PATH: No such file or directory", "not-found"],
  ["executable file `/bin/none` not found: No such file or directory", "not-found"],
  ["open executable: No such file or directory", "not-found"],
  ["open executable: Permission denied", "not-executable"],
  ["open executable: Operation not permitted", "not-executable"],
  ["exec container process `/bin/sh`: Exec format error", "not-executable"],
  ["exec container process (missing dynamic library?) `/x`: No such file or directory", "other"],
  ["chdir `/etc/passwd`: Not a directory", "other"],
  ["mount `/tmp` to `etc/passwd`: Not a directory", "other"],
])("tells what %j is about", (reason, kind) => {
  expect(runtimeError(line(reason))).toMatchObject({ name: "RuntimeError", reason, kind });
});

it("takes the last error of the log", () => {
  const log = [line("a warning", "warning"), line("first"), line("second"), line("a note", "debug"), ""].join("\n");
  expect(lastError(log)).toBe("second");
});

it("takes a log that is none as it is", () => {
  expect(lastError("crun ended with status 139\n")).toBe("crun ended with status 139");
  expect(lastError('{"level":"error"}')).toBe('{"level":"error"}');
});
