import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createResolver, type Names } from "./resolver.ts";

/** A query as a stub resolver sends it: recursion desired, one question. */
function query(name: string, type: number, options: { edns?: number; class?: number } = {}): Uint8Array {
  const labels = name.split(".").flatMap((label) => [label.length, ...new TextEncoder().encode(label)]);
  const question = [...labels, 0, 0, type, 0, options.class ?? 1];
  const opt = options.edns === undefined ? [] : [0, 0, 41, options.edns >> 8, options.edns & 255, 0, 0, 0, 0, 0, 0];
  return Uint8Array.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, opt.length === 0 ? 0 : 1, ...question, ...opt]);
}

function read(message: Uint8Array): { code: number; truncated: boolean; count: number; addresses: string[] } {
  const view = new DataView(message.buffer, message.byteOffset);
  const count = view.getUint16(6);
  let at = 12;
  while (message[at] !== 0) at += (message[at] ?? 0) + 1;
  at += 5;
  const addresses: string[] = [];
  for (let i = 0; i < count; i++) {
    const length = view.getUint16(at + 10);
    expect(view.getUint16(at)).toBe(0xc00c);
    addresses.push([...message.subarray(at + 12, at + 12 + length)].join("."));
    at += 12 + length;
  }
  expect(at).toBe(message.length);
  expect(view.getUint16(0)).toBe(0x1234);
  const flags = view.getUint16(2);
  expect(flags & 0x8080).toBe(0x8080);
  return { code: flags & 15, truncated: (flags & 0x200) !== 0, count, addresses };
}

const known: Record<string, readonly number[]> = {
  web: [0xac120002],
  pool: [0xac120003, 0xac120004],
  many: Array.from({ length: 60 }, (_, i) => 0x0a000001 + i),
};
const names: Names = {
  addressesOf: (name) => (Object.hasOwn(known, name) ? known[name] : undefined),
  nameOf: (address) => (address === 0xac120002 ? "web.front" : undefined),
};

describe("embedded resolver", () => {
  it("answers names in any case", async () => {
    expect(read(await createResolver(names)(query("WeB", 1)))).toMatchObject({ code: 0, addresses: ["172.18.0.2"] });
  });

  it("turns several addresses round", async () => {
    const resolve = createResolver(names);
    const first = read(await resolve(query("pool", 1))).addresses;
    const second = read(await resolve(query("pool", 1))).addresses;
    expect(first).toEqual(["172.18.0.3", "172.18.0.4"]);
    expect(second).toEqual(["172.18.0.4", "172.18.0.3"]);
  });

  it("has no IPv6 address for a name it knows, and says so without an error", async () => {
    expect(read(await createResolver(names)(query("web", 28)))).toMatchObject({ code: 0, count: 0 });
    expect(read(await createResolver(names)(query("web", 15)))).toMatchObject({ code: 0, count: 0 });
  });

  it("says at once that a name outside does not exist", async () => {
    expect(read(await createResolver(names)(query("deb.debian.org", 1)))).toMatchObject({ code: 3, count: 0 });
    expect(read(await createResolver(names)(query("deb.debian.org", 28)))).toMatchObject({ code: 3, count: 0 });
  });

  it("resolves an address to the container and its network", async () => {
    const reply = await createResolver(names)(query("2.0.18.172.in-addr.arpa", 12));
    expect(read(reply)).toMatchObject({ code: 0, count: 1 });
    expect(new TextDecoder().decode(reply.subarray(-11))).toBe("\x03web\x05front\0");
    expect(read(await createResolver(names)(query("9.9.9.9.in-addr.arpa", 12)))).toMatchObject({ code: 3 });
  });

  it("cuts what does not fit a datagram, and nothing over TCP", async () => {
    const resolve = createResolver(names);
    expect(read(await resolve(query("many", 1)))).toMatchObject({ truncated: true, count: 30 });
    expect(read(await resolve(query("many", 1, { edns: 1232 })))).toMatchObject({ truncated: false, count: 60 });
    expect(read(await resolve(query("many", 1), "tcp"))).toMatchObject({ truncated: false, count: 60 });
  });

  it("answers a malformed query with a format error, and what is no query with nothing", async () => {
    const resolve = createResolver(names);
    expect(await resolve(Uint8Array.of(1, 2, 3))).toHaveLength(0);
    expect(await resolve(Uint8Array.of(1, 2, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0))).toHaveLength(0);
    const compressed = await resolve(Uint8Array.of(1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1));
    expect([...compressed.subarray(0, 4)]).toEqual([1, 2, 0x80, 0x81]);
  });

  it("survives every message", async () => {
    const resolve = createResolver(names);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (noise) => {
        const reply = await resolve(noise);
        expect(reply.length === 0 || reply.length >= 12).toBe(true);
        const cut = query("pool", 1).slice(0, noise.length % 30);
        await resolve(cut);
        const bent = query("pool", 1);
        for (const [i, byte] of noise.subarray(0, bent.length).entries()) if (byte > 250) bent[i] = byte;
        await resolve(bent);
      }),
      { numRuns: 500 },
    );
  });
});
