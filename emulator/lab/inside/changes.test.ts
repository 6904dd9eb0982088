import { describe, expect, it } from "vitest";
import { changes, type Tell } from "./changes.ts";

function source() {
  let told: Tell | undefined;
  const stream = (signal: AbortSignal) =>
    changes((tell) => {
      told = tell;
      tell("a", () => ({ a: 1 }));
      tell("b", () => ({ b: 1 }));
      return () => (told = undefined);
    }, signal);
  return {
    stream,
    tell: (key: string, value: unknown) => told?.(key, () => value),
    isFollowed: () => told !== undefined,
  };
}
const text = ({ value }: { value?: Uint8Array | undefined }) => new TextDecoder().decode(value);

describe("what is there, and what changes", () => {
  it("tells of all, then of what changed: the last state of each, what changed last at the end", async () => {
    const { stream, tell } = source();
    const reader = stream(new AbortController().signal).getReader();
    expect(text(await reader.read())).toBe('{"a":1}\n{"b":1}\n');
    const next = reader.read();
    tell("b", { b: 2 });
    expect(text(await next)).toBe('{"b":2}\n');
    tell("a", { a: 2 });
    tell("b", { b: 3 });
    tell("a", { a: 3 });
    tell("c", undefined);
    expect(text(await reader.read())).toBe('{"b":3}\n{"a":3}\n');
    await reader.cancel();
  });

  it("follows no longer than its reader", async () => {
    const { stream, isFollowed } = source();
    const reader = stream(new AbortController().signal).getReader();
    expect(isFollowed()).toBe(true);
    await reader.cancel();
    expect(isFollowed()).toBe(false);
  });

  it("ends with its signal, also while it waits", async () => {
    const { stream, isFollowed } = source();
    const ended = new AbortController();
    const reader = stream(ended.signal).getReader();
    await reader.read();
    const next = reader.read();
    ended.abort();
    expect((await next).done).toBe(true);
    expect(isFollowed()).toBe(false);
  });
});
