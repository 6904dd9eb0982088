import type { SolveStatus } from "../../spec/build.ts";
import { ByteReader } from "../tar/byte-reader.ts";
import { BLOCK, numberAt, padded, text, ustarName } from "../tar/header.ts";
import { fakeEngine, type Answer, type Route, type SeenRequest } from "./fake-engine.ts";
import { streamOf } from "./run-cli.ts";

/** An engine whose builds are recorded messages: it reads the context, and answers what it was told to. */
export function buildEngine(
  messages: readonly object[],
  more: Readonly<Record<string, Route | Answer>> = {},
): ReturnType<typeof fakeEngine> {
  const answer = messages.map((message) => `${JSON.stringify(message)}\r\n`).join("");
  return fakeEngine({ "POST /build": () => answer, ...more });
}

export function trace(status: SolveStatus): object {
  return { id: "moby.buildkit.trace", aux: status };
}

export function imageId(id: string): object {
  return { id: "moby.image.id", aux: { ID: id } };
}

/** A time of the recorded builds, in seconds after they began. */
export function at(seconds: number): string {
  return new Date(Date.UTC(2026, 0, 2, 3, 4, 5) + seconds * 1000).toISOString();
}

export function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** Names and texts of the tar that a request carried; directories have no text. */
export async function contextOf(request: SeenRequest | undefined): Promise<Record<string, string>> {
  if (request === undefined) throw new Error("no request");
  const reader = new ByteReader(streamOf(request.body));
  const files: Record<string, string> = {};
  for (;;) {
    const header = await reader.take(BLOCK);
    if (header === undefined) return files;
    if (header[0] === 0) continue;
    const size = numberAt(header, 124, 12);
    const body = await reader.exactly(padded(size));
    files[ustarName(header)] = text(body.subarray(0, size));
  }
}
