import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { installChromium } from "../../install.mjs";
import { buildSite, siteFolder } from "../../site.ts";
import { ensureSnapshot } from "../../snapshot.ts";
import { staticServer } from "../../static-server.ts";
import type { NativeReference } from "../native.ts";
import { median, type Row } from "../table.ts";
import { benchPlace } from "./place.ts";
import { load, longTasks, profiles, run, visit, watchLongTasks, type OpenProfile } from "./tab.ts";

const visits = 3;

/** The budget's figures in Chromium, on the production build. */
export async function benchChromium(native: NativeReference | undefined, log: (line: string) => void): Promise<Row[]> {
  const executablePath = installChromium();
  if (executablePath === undefined) return [];
  await ensureSnapshot({ release: false, log });
  await buildSite({ previewOrigin: "", log });
  const { server, received, hold, release } = heldSite();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://localhost:${(server.address() as AddressInfo).port}/`;
  const rows: Row[] = [];
  const row = (what: string, unit: Row["unit"], measured: readonly number[], rest: Partial<Row> = {}) => {
    rows.push({ what, where: "Chromium", unit, measured, ...rest });
    log(`${what}: ${median(measured).toFixed(3)} ${unit}`);
  };
  const open = profiles(executablePath);
  try {
    const first: number[] = [];
    const bytes: number[] = [];
    for (let i = 0; i < visits; i++) {
      const { context, close } = await open();
      const page = await context.newPage();
      const before = received();
      hold();
      first.push(
        await visit(page, url, () => {
          bytes.push((received() - before) / 1e6);
          release();
        }),
      );
      await close();
    }
    row("navigation to a prompt that answers, first visit", "s", first, { budget: 1.5 });
    row("compressed bytes without which there is no prompt", "MB", bytes, { budget: 10 });

    const { context, close } = await open();
    const warming = await context.newPage();
    await visit(warming, url);
    await warming.evaluate(async () => void (await navigator.serviceWorker.ready));
    await warming.close();
    const repeat: number[] = [];
    for (let i = 0; i < visits; i++) {
      const page = await context.newPage();
      await page.addInitScript(() => sessionStorage.clear());
      repeat.push(await visit(page, url));
      await page.close();
    }
    row("navigation to a prompt that answers, repeat visit", "s", repeat, { budget: 0.7 });
    await close();

    await inOnePage(open, url, native, row);
    await benchPlace(open, url, row);
  } finally {
    server.close();
    server.closeAllConnections();
  }
  return rows;
}

export type Add = (what: string, unit: Row["unit"], measured: readonly number[], rest?: Partial<Row>) => void;

async function inOnePage(open: OpenProfile, url: string, native: NativeReference | undefined, row: Add): Promise<void> {
  const { context, close } = await open();
  const page = await context.newPage();
  await watchLongTasks(page);
  await visit(page, url);
  await longTasks(page);
  const hi = "docker run --rm busybox echo hi";
  row("docker run --rm busybox echo hi, first after a restore", "s", [await run(page, hi)], { budget: 0.6 });
  const runs: number[] = [];
  for (let i = 0; i < 16; i++) runs.push(await run(page, hi));
  row("docker run --rm busybox echo hi, warm", "s", runs.slice(7), {
    ratioBudget: 1.3,
    ...(native && { reference: { name: "native", value: native.run } }),
  });
  const lists: number[] = [];
  for (let i = 0; i < 8; i++) lists.push(await run(page, "docker ps"));
  row("docker ps, warm", "s", lists.slice(2), { budget: 0.05 });
  row("longest task on the page's thread meanwhile", "ms", [Math.max(0, ...(await longTasks(page)))], { budget: 50 });
  await page.waitForTimeout(6000);
  const idle = await load(context, 10);
  if (idle !== undefined) row("idle tab, guest at a prompt, all processes", "%", [idle], { budget: 1.5 });
  await close();
}

/** What a prompt must not wait for: the tools, and the content of images. */
const notForThePrompt = /^\/machine\/tools\.|^\/registry\//;

/** The site, with a count of the bytes that a host which compresses text sends, and with requests that can be held back. */
function heldSite(): {
  readonly server: Server;
  received(): number;
  hold(): void;
  release(): void;
} {
  const site = staticServer(siteFolder);
  let total = 0;
  let held: (() => void)[] | undefined;
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const file = join(siteFolder, pathname.endsWith("/") ? `${pathname}index.html` : pathname);
    response.on("finish", () => {
      if (response.statusCode === 200)
        total += /\.(js|css|html|json|svg|wasm)$/.test(file)
          ? gzipSync(readFileSync(file)).length
          : statSync(file).size;
    });
    const answer = () => void site.emit("request", request, response);
    if (held !== undefined && notForThePrompt.test(pathname)) held.push(answer);
    else answer();
  });
  return {
    server,
    received: () => total,
    hold: () => (held = []),
    release: () => {
      const answers = held ?? [];
      held = undefined;
      for (const answer of answers) answer();
    },
  };
}
