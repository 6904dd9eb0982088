import { describe, expect, it } from "vitest";
import { readableFromPort, writableToPort } from "./byte-port.ts";

function pair() {
  const { port1, port2 } = new MessageChannel();
  return { readable: readableFromPort(port1 as MessagePort), writable: writableToPort(port2 as MessagePort) };
}

describe("a byte stream over a MessagePort", () => {
  it("carries megabytes unchanged and in order", async () => {
    const { readable, writable } = pair();
    const sent = Uint8Array.from({ length: 3_000_001 }, (_, i) => (i * 7 + (i >> 8)) & 255);
    const writing = (async () => {
      const writer = writable.getWriter();
      for (let at = 0; at < sent.length; at += 700_000) await writer.write(sent.subarray(at, at + 700_000));
      await writer.close();
    })();
    const got = new Uint8Array(sent.length);
    let at = 0;
    for await (const chunk of readable) {
      got.set(chunk, at);
      at += chunk.length;
    }
    await writing;
    expect(at).toBe(sent.length);
    expect(Buffer.compare(got, sent)).toBe(0);
  });

  it("holds the writer back when nobody reads", async () => {
    const { readable, writable } = pair();
    const writer = writable.getWriter();
    let done = false;
    const writing = writer.write(new Uint8Array(1_000_000)).then(() => (done = true));
    const reader = readable.getReader();
    await reader.read();
    expect(done).toBe(false);
    for (let bytes = 0; bytes < 1_000_000 - 65536;) bytes += (await reader.read()).value?.length ?? 1_000_000;
    await writing;
    expect(done).toBe(true);
  });

  it("ends the writer when the reader cancels", async () => {
    const { readable, writable } = pair();
    const writer = writable.getWriter();
    await readable.cancel();
    await expect(writer.closed).rejects.toThrow("the reader has gone");
  });

  it("takes no notice of what was under way when its reader cancelled", async () => {
    const { readable, writable } = pair();
    const writer = writable.getWriter();
    const reader = readable.getReader();
    await writer.write(new Uint8Array(3));
    await reader.read();
    // Sent, and not yet received; an end of a stream that is cancelled would be thrown at nobody.
    await writer.close();
    await reader.cancel();
    await expect(reader.closed).resolves.toBeUndefined();
    await new Promise((resolve) => setImmediate(resolve));
  });

  it("passes an abort on as an error", async () => {
    const { readable, writable } = pair();
    const reader = readable.getReader();
    await writable.abort(new Error("disk full"));
    await expect(reader.read()).rejects.toThrow("disk full");
  });

  it("refuses what is not a message of the protocol", async () => {
    const { port1, port2 } = new MessageChannel();
    const reader = readableFromPort(port1 as MessagePort).getReader();
    port2.postMessage({ kind: "data", bytes: "text" });
    await expect(reader.read()).rejects.toThrow("malformed");
  });
});
