import type { Progress } from "../emulator/bridge/messages.ts";

export type Report = (progress: Progress) => void;

/** A file of the site could not be had. */
export class LoadFailed extends Error {
  constructor(url: string, reason: string) {
    super(`${new URL(url).pathname}: ${reason}`);
    this.name = "LoadFailed";
  }
}

/** A file of this site, with progress. `total` is known where the server says it, or the caller does. */
export async function load(url: string, what: string, report?: Report, total?: number): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new LoadFailed(url, error instanceof Error ? error.message : String(error));
  }
  if (!response.ok || response.body === null) throw new LoadFailed(url, `status ${response.status}`);
  const announced = total ?? (Number(response.headers.get("content-length")) || undefined);
  const chunks: Uint8Array[] = [];
  let received = 0;
  const reader = response.body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    chunks.push(next.value);
    received += next.value.length;
    report?.({ stage: "download", what, received, ...(announced === undefined ? {} : { total: announced }) });
  }
  const whole = new Uint8Array(received);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** What a file holds; a host that names its encoding has had the browser unpack it already. */
export async function gunzipBytes(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
