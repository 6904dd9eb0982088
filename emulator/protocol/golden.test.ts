import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { decodeFields, encodeFields, type Fields, type Schema } from "./fields.ts";
import { encodeFrame, FrameDecoder, type Frame } from "./frame.ts";
import { creditFields, events, failureFields, FrameType, reasonFields, verbs } from "./messages.ts";

/** Frames as bytes, which `emulator/guest/agent/tests/test_frame.c` reads as well: neither side can drift alone. */
const testdata = join(import.meta.dirname, "testdata");

interface Golden {
  readonly type: number;
  readonly id: number;
  readonly schema: Schema;
  readonly values: Fields<Schema>;
}
const golden = <S extends Schema>(type: number, id: number, schema: S, values: Fields<S>): Golden => ({
  type,
  id,
  schema,
  values: values as Fields<Schema>,
});

const epoch = 0x01020304;
const frames: Record<string, Golden> = {
  "hello-request": golden(verbs.HELLO.code, 1, verbs.HELLO.request, { version: 1, keepStubs: true }),
  "hello-reply": golden(FrameType.REPLY, 1, verbs.HELLO.reply, {
    version: 1,
    kernel: "6.1.140",
    bootId: "4b1cfd1c-8d8e-4d37-9d2a-7d1e1f7a3c55",
    memoryTotal: 130_023_424,
  }),
  "barrier-request": golden(verbs.BARRIER.code, 2, verbs.BARRIER.request, { hold: false }),
  "barrier-reply": golden(FrameType.REPLY, 2, verbs.BARRIER.reply, {}),
  "spawn-request": golden(verbs.SPAWN.code, 7, verbs.SPAWN.request, {
    argv: ["sh", "-c", "echo größer"],
    env: ["PATH=/bin", ""],
    cwd: "/",
    cgroup: "lab",
    key: "",
    uid: -1,
    gid: 1000,
    stdio: 1,
    columns: 0,
    rows: 0,
    stdin: 0,
    stdout: 9,
    stderr: 11,
  }),
  "create-request": golden(verbs.CREATE.code, 8, verbs.CREATE.request, {
    directory: "/var/lib/docker/overlay2",
    entries: [
      { kind: 0, path: "a", mode: 0o755, uid: -1, gid: -1, bytes: new Uint8Array(), target: "" },
      { kind: 1, path: "a/link", mode: 0o644, uid: 0, gid: 0, bytes: Uint8Array.of(0, 255, 10), target: "" },
      { kind: 2, path: "l/X", mode: 0, uid: -1, gid: -1, bytes: new Uint8Array(), target: "../a/diff" },
    ],
  }),
  "stat-reply": golden(FrameType.REPLY, 0xfffffffe, verbs.STAT.reply, {
    found: true,
    mode: 0o120777,
    uid: 0,
    gid: 4294967295,
    size: Number.MAX_SAFE_INTEGER,
    mtime: 1_700_000_000_123,
    device: 0x0103,
    target: "../busybox",
  }),
  failure: golden(FrameType.FAILURE, 7, failureFields, { errno: 2, message: "open /x: No such file or directory" }),
  "exit-event": golden(events.EXIT.code, 0, events.EXIT.fields, { pid: 42, code: 137, signal: 9 }),
  "stub-event": golden(events.STUB.code, 0, events.STUB.fields, {
    session: 3,
    args: ["run", "--rm", "busybox"],
    env: [],
    cwd: "/root",
    pid: 77,
    uid: 0,
    terminal: 7,
    columns: 80,
    rows: 24,
    resumed: false,
    stdin: 2,
    stdout: 4,
    stderr: 6,
  }),
  credit: golden(FrameType.CREDIT, 9, creditFields, { bytes: 65536 }),
  stop: golden(FrameType.STOP, 9, reasonFields, { errno: 32 }),
  reset: golden(FrameType.RESET, 9, reasonFields, { errno: 104 }),
  end: golden(FrameType.END, 9, {}, {}),
};
const data = Uint8Array.of(0xd7, 1, 0, 10, 13, 255);

function fromHex(name: string): Uint8Array {
  const text = readFileSync(join(testdata, `${name}.hex`), "utf8").replace(/#.*$/gm, "");
  return Uint8Array.from(text.match(/[0-9a-f]{2}/g) ?? [], (byte) => parseInt(byte, 16));
}

function decodeWhole(bytes: Uint8Array): Frame {
  const decoder = new FrameDecoder();
  const [frame, ...others] = decoder.push(bytes);
  expect(others).toEqual([]);
  expect(decoder.idle).toBe(true);
  if (frame === undefined) throw new Error("no frame");
  return frame;
}

describe("golden frames", () => {
  test.each(Object.entries(frames))("%s", (name, { type, id, schema, values }) => {
    const bytes = fromHex(name);
    expect(encodeFrame({ type, epoch, id, payload: encodeFields(schema, values) })).toEqual(bytes);
    const frame = decodeWhole(bytes);
    expect(frame).toMatchObject({ type, epoch, id });
    expect(decodeFields(schema, frame.payload)).toEqual(values);
  });

  test("data", () => {
    expect(encodeFrame({ type: FrameType.DATA, epoch, id: 9, payload: data })).toEqual(fromHex("data"));
    expect(decodeWhole(fromHex("data")).payload).toEqual(data);
  });

  test("every file is one of these", () => {
    const files = readdirSync(testdata).filter((name) => name.endsWith(".hex"));
    expect(files.map((name) => name.slice(0, -4)).sort()).toEqual([...Object.keys(frames), "data"].sort());
  });
});
