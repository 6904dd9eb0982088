import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { chainIds } from "./chain.ts";
import { createDigester, digestHex, DigestMismatch, isDigest, sha256, verify } from "./digest.ts";

const sha = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

describe("a digest", () => {
  it("is the same in one piece and in many", async () => {
    const digester = await createDigester();
    digester.update(new TextEncoder().encode("hel"));
    digester.update(new TextEncoder().encode("lo"));
    expect(digester.digest()).toBe(sha("hello"));
    expect(await sha256(new TextEncoder().encode("hello"))).toBe(sha("hello"));
  });
  it("is checked", async () => {
    await verify(sha("x"), new TextEncoder().encode("x"));
    await expect(verify(sha("x"), new TextEncoder().encode("y"))).rejects.toThrow(DigestMismatch);
    expect(isDigest("sha256:abc")).toBe(false);
    expect(() => digestHex("md5:0")).toThrow("invalid digest");
  });
});

describe("chain ids", () => {
  it("name each layer with all below it", async () => {
    const [a, b, c] = [sha("a"), sha("b"), sha("c")];
    const ab = sha(`${a} ${b}`);
    expect(await chainIds([a, b, c])).toEqual([a, ab, sha(`${ab} ${c}`)]);
    expect(await chainIds([])).toEqual([]);
  });
});
