import * as v from "valibot";

/**
 * Where a published port is shown: `<base>preview/<slot>/<port>/<path>`. The service worker answers these paths by asking
 * the window that has the machine of that slot.
 */
export interface PreviewAddress {
  readonly slot: string;
  readonly port: number;
  /** Path and query as the server in the container sees them, with a leading slash. */
  readonly target: string;
}

export function previewPath(base: string, address: PreviewAddress): string {
  return `${base}preview/${address.slot}/${address.port}${address.target}`;
}

/** The address that a URL names, or undefined when it is not a preview's. `base` is a path with a trailing slash. */
export function parsePreviewPath(base: string, url: URL): PreviewAddress | undefined {
  if (!url.pathname.startsWith(`${base}preview/`)) return undefined;
  const match = /^([\w-]{1,64})\/(\d{1,5})(\/.*)?$/.exec(url.pathname.slice(`${base}preview/`.length));
  const port = Number(match?.[2]);
  if (match?.[1] === undefined || port < 1 || port > 65535) return undefined;
  return { slot: match[1], port, target: `${match[3] ?? "/"}${url.search}` };
}

/** `Location` of a response, so that it stays in the preview. Other hosts are left as they are: the frame cannot go there. */
export function rewriteLocation(location: string, base: string, from: PreviewAddress): string {
  let target: URL;
  try {
    target = new URL(location, `http://localhost:${from.port}${from.target}`);
  } catch {
    return location;
  }
  if (!["localhost", "127.0.0.1"].includes(target.hostname)) return location;
  return previewPath(base, {
    slot: from.slot,
    port: Number(target.port || 80),
    target: `${target.pathname}${target.search}${target.hash}`,
  });
}

const headers = v.array(v.tuple([v.string(), v.string()]));

/** The service worker asks each window; the one with the slot's machine answers on the port that came along. */
export const previewRequest = v.object({
  kind: v.literal("preview-request"),
  slot: v.string(),
  port: v.number(),
  method: v.string(),
  target: v.string(),
  headers,
  body: v.nullable(v.custom<Uint8Array>((value) => value instanceof Uint8Array)),
});
export type PreviewRequest = v.InferOutput<typeof previewRequest>;

export const previewResponse = v.variant("kind", [
  v.object({
    kind: v.literal("response"),
    status: v.number(),
    statusText: v.string(),
    headers,
    body: v.nullable(v.custom<MessagePort>((value) => value instanceof MessagePort)),
  }),
  v.object({ kind: v.literal("failed"), message: v.string() }),
]);
export type PreviewResponse = v.InferOutput<typeof previewResponse>;
