import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Transport } from "../../emulator/client/transport.ts";
import { followHappenings } from "./happenings.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const event = (action: string) =>
  new TextEncoder().encode(`${JSON.stringify({ Type: "container", Action: action })}\n`);

it("looks at a container that was started again while its server may still begin, until the lesson is left", async () => {
  let tell: (bytes: Uint8Array) => void = () => undefined;
  const body = new ReadableStream<Uint8Array>({ start: (stream) => void (tell = (bytes) => stream.enqueue(bytes)) });
  const request: Transport["request"] = () => Promise.resolve({ status: 200, headers: {}, body });
  const hijack: Transport["hijack"] = () => Promise.reject(new Error("not asked for"));
  const times: number[] = [];
  const began = Date.now();
  const leaving = new AbortController();
  followHappenings(
    { onOutput: () => () => undefined, onWrite: () => () => undefined, transport: () => ({ request, hijack }) },
    () => times.push(Date.now() - began),
    leaving.signal,
  );
  tell(event("create"));
  await vi.advanceTimersByTimeAsync(0);
  tell(event("start"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(times).toEqual([0, 0, 3000, 9000]);
  tell(event("start"));
  await vi.advanceTimersByTimeAsync(1000);
  leaving.abort();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(times).toEqual([0, 0, 3000, 9000, 60_000]);
});
