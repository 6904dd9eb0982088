import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { gunzipBytes } from "./fetch.ts";

const content = new TextEncoder().encode("a machine");

it("unpacks a file, unless the browser has", async () => {
  expect(await gunzipBytes(new Uint8Array(gzipSync(content)))).toEqual(content);
  expect(await gunzipBytes(content)).toEqual(content);
});
