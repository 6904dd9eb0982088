/// <reference lib="webworker" />
import * as v from "valibot";
import { readableFromPort } from "../emulator/bridge/byte-port.ts";
import { CookieJar } from "./preview/cookies.ts";
import { keepLater } from "./keep-later.ts";
import {
  parsePreviewPath,
  previewPath,
  previewResponse,
  rewriteLocation,
  type PreviewAddress,
  type PreviewRequest,
} from "./preview/protocol.ts";

/**
 * One worker for two jobs: it answers the paths of previews from the machine, and it keeps the site for visits without a
 * network. What a container serves is hostile: its answers carry a policy that lets no script run on this origin.
 */
declare const self: ServiceWorkerGlobalScope;

const base = new URL("./", self.location.href).pathname;
const cacheName = "drydock-site-1";
const cookies = new CookieJar();

/** A machine that does not answer within this time is not there. */
const patience = 15_000;

self.addEventListener("install", (event) => {
  event.waitUntil(precache().then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys())
        if (name.startsWith("drydock-site-") && name !== cacheName) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("message", (event) => {
  if (event.data === keepLater) event.waitUntil(assets().then(({ later }) => keep(later)));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const direct = url.origin === self.location.origin ? parsePreviewPath(base, url) : undefined;
  if (direct !== undefined) {
    event.respondWith(preview(direct, event.request));
    return;
  }
  event.respondWith(fromClient(event, url));
});

/** A request of a previewed page itself goes to its container, whatever path it names; all others are the site's own. */
async function fromClient(event: FetchEvent, url: URL): Promise<Response> {
  const origin = await previewOf(event);
  if (origin !== undefined) {
    if (url.origin !== self.location.origin)
      return refused(`The machine has no way to ${url.host}: it has no network to the outside.`);
    const address = { ...origin, target: `${url.pathname}${url.search}` };
    // The address bar of the frame must keep naming the preview, so a navigation is sent there.
    if (event.request.mode === "navigate") return Response.redirect(previewPath(base, address), 302);
    return preview(address, event.request);
  }
  if (url.origin !== self.location.origin || event.request.method !== "GET") return fetch(event.request);
  return site(event.request, url);
}

async function previewOf(event: FetchEvent): Promise<PreviewAddress | undefined> {
  if (event.request.mode === "navigate") {
    const from = event.request.referrer === "" ? undefined : new URL(event.request.referrer);
    return from?.origin === self.location.origin ? parsePreviewPath(base, from) : undefined;
  }
  const client = event.clientId === "" ? undefined : await self.clients.get(event.clientId);
  return client === undefined ? undefined : parsePreviewPath(base, new URL(client.url));
}

// ------------------------------------------------------------------------------------------------ previews

const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "content-length",
  "content-encoding",
]);
/** What a container may not say about this origin. */
const dangerous = new Set([
  "set-cookie",
  "clear-site-data",
  "service-worker-allowed",
  "strict-transport-security",
  "content-security-policy",
  "content-security-policy-report-only",
  "access-control-allow-origin",
  "access-control-allow-credentials",
  "refresh",
  "link",
  "report-to",
  "reporting-endpoints",
  "origin-agent-cluster",
]);

const scripts: ReadonlySet<string> = new Set(["script", "worker", "sharedworker", "serviceworker"]);

async function preview(address: PreviewAddress, request: Request): Promise<Response> {
  if (scripts.has(request.destination)) return refused("Scripts of a preview do not run on this site's own origin.");
  const headers: [string, string][] = [...request.headers].filter(
    ([name]) => !["host", "cookie", "origin", "referer"].includes(name),
  );
  headers.push(["host", `localhost:${address.port}`]);
  const cookie = cookies.header(address.slot, address.target, Date.now());
  if (cookie !== undefined) headers.push(["cookie", cookie]);
  const body = ["GET", "HEAD"].includes(request.method) ? null : new Uint8Array(await request.arrayBuffer());
  const answer = await ask({
    kind: "preview-request",
    slot: address.slot,
    port: address.port,
    method: request.method,
    target: address.target,
    headers,
    body,
  });
  if (typeof answer === "string") return refused(answer);
  const out = new Headers({
    "content-security-policy":
      "sandbox allow-same-origin; script-src 'none'; object-src 'none'; worker-src 'none'; base-uri 'self'",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
  });
  for (const [name, value] of answer.headers) {
    const lower = name.toLowerCase();
    if (lower === "set-cookie") cookies.set(address.slot, value, address.target, Date.now());
    else if (lower === "location") out.set(lower, rewriteLocation(value, base, address));
    else if (
      !hopByHop.has(lower) &&
      !dangerous.has(lower) &&
      lower !== "cache-control" &&
      lower !== "x-content-type-options"
    )
      out.append(lower, value);
  }
  const empty = answer.body === null || [101, 103, 204, 205, 304].includes(answer.status) || request.method === "HEAD";
  return new Response(empty || answer.body === null ? null : readableFromPort(answer.body), {
    status: Math.max(200, answer.status),
    statusText: answer.statusText,
    headers: out,
  });
}

type Answer = Extract<v.InferOutput<typeof previewResponse>, { kind: "response" }>;

/** The first window that has the slot's machine answers; a text says why none did. */
async function ask(request: PreviewRequest): Promise<Answer | string> {
  const windows = (await self.clients.matchAll({ type: "window", includeUncontrolled: true })).filter(
    (client) => client.frameType === "top-level" && parsePreviewPath(base, new URL(client.url)) === undefined,
  );
  if (windows.length === 0) return "The page with this machine is closed.";
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(`Port ${request.port} did not answer in time.`), patience);
    for (const window of windows) {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => {
        clearTimeout(timer);
        const answer = v.safeParse(previewResponse, data);
        resolve(
          !answer.success
            ? "malformed answer"
            : answer.output.kind === "failed"
              ? answer.output.message
              : answer.output,
        );
      };
      window.postMessage(request, [port2]);
    }
  });
}

function refused(message: string): Response {
  const text = message.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);
  const html = `<!doctype html><meta charset="utf-8"><title>No answer</title><body style="font: 16px/1.6 system-ui, sans-serif; max-width: 36em; margin: 15vh auto; padding: 0 1.5em; color: #333"><p>${text}</p>`;
  return new Response(html, {
    status: 502,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
      "x-content-type-options": "nosniff",
    },
  });
}

// ------------------------------------------------------------------------------------------------ offline

/** Files whose name holds their content's hash never change; all others are asked for anew while there is a network. */
const immutable = /\/assets\/|\/machine\/snapshot\.[0-9a-f]+\.|\/blobs\/sha256\//;

const assetList = v.object({ first: v.array(v.string()), later: v.array(v.string()) });

/** What the site was built of; an empty list where the list itself cannot be had. */
async function assets(): Promise<v.InferOutput<typeof assetList>> {
  const list: unknown = await fetch(`${base}assets.json`, { cache: "no-cache" }).then(
    (response) => (response.ok ? response.json() : undefined),
    () => undefined,
  );
  const parsed = v.safeParse(assetList, list);
  return parsed.success ? parsed.output : { first: [], later: [] };
}

/** A file that cannot be had now is kept when it is first used; only the page itself must be there. */
async function precache(): Promise<void> {
  const cache = await caches.open(cacheName);
  const { first } = await assets();
  await cache.add(new URL(".", self.registration.scope).href);
  await keep(first);
}

/** One after the other by fours, so that a visitor who begins at once has the line. */
async function keep(names: readonly string[]): Promise<void> {
  const cache = await caches.open(cacheName);
  const left = names.map((name) => new URL(name, self.registration.scope).href);
  const one = async (): Promise<void> => {
    for (let url = left.shift(); url !== undefined; url = left.shift()) {
      if (immutable.test(url) && (await cache.match(url)) !== undefined) continue;
      await cache.add(url).catch(() => undefined);
    }
  };
  await Promise.all([one(), one(), one(), one()]);
}

async function site(request: Request, url: URL): Promise<Response> {
  const cache = await caches.open(cacheName);
  const key = request.mode === "navigate" ? new URL(".", self.registration.scope).href : `${url.origin}${url.pathname}`;
  if (immutable.test(url.pathname)) {
    const kept = await cache.match(key);
    if (kept !== undefined) return kept;
  }
  try {
    const response = await fetch(request);
    if (response.ok && response.status === 200) await cache.put(key, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(key);
    if (kept !== undefined) return kept;
    throw error;
  }
}
