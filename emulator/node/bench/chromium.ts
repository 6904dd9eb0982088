import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { chromium, type BrowserContext, type Page } from "@playwright/test";
import { installChromium } from "../install.mjs";
import { buildSite, siteFolder } from "../site.ts";
import { ensureSnapshot } from "../snapshot.ts";
import { staticServer } from "../static-server.ts";
import type { NativeReference } from "./native.ts";
import { median, type Row } from "./table.ts";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const visits = 3;

/** The budget's figures in Chromium, on the production build. */
export async function benchChromium(native: NativeReference | undefined, log: (line: string) => void): Promise<Row[]> {
  const executablePath = installChromium();
  if (executablePath === undefined) return [];
  await ensureSnapshot({ release: false, log });
  await buildSite({ previewOrigin: "", log });
  const server = staticServer(siteFolder);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://localhost:${(server.address() as AddressInfo).port}/`;
  const received = countBytes(server);
  const rows: Row[] = [];
  const row = (what: string, unit: Row["unit"], measured: readonly number[], rest: Partial<Row> = {}) => {
    rows.push({ what, where: "Chromium", unit, measured, ...rest });
    log(`${what}: ${median(measured).toFixed(3)} ${unit}`);
  };
  const open = async () => {
    const profile = await mkdtemp(join(tmpdir(), "drydock-bench-"));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath,
      args: flags,
      viewport: { width: 1280, height: 800 },
    });
    return { context, close: async () => (await context.close(), await rm(profile, { recursive: true, force: true })) };
  };
  try {
    const first: number[] = [];
    const bytes: number[] = [];
    for (let i = 0; i < visits; i++) {
      const { context, close } = await open();
      const page = await context.newPage();
      const before = received();
      first.push(await visit(page, url));
      bytes.push((received() - before) / 1e6);
      await close();
    }
    row("navigation to a prompt that answers, first visit", "s", first, { budget: 1.5 });
    row("compressed bytes before the prompt", "MB", bytes, { budget: 10 });

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
  } finally {
    server.close();
    server.closeAllConnections();
  }
  return rows;
}

type Add = (what: string, unit: Row["unit"], measured: readonly number[], rest?: Partial<Row>) => void;

async function inOnePage(
  open: () => Promise<{ context: BrowserContext; close: () => Promise<unknown> }>,
  url: string,
  native: NativeReference | undefined,
  row: Add,
): Promise<void> {
  const { context, close } = await open();
  const page = await context.newPage();
  await page.addInitScript(() => {
    const holder = window as unknown as { longest: number };
    holder.longest = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) holder.longest = Math.max(holder.longest, entry.duration);
    }).observe({ entryTypes: ["longtask"] });
  });
  await visit(page, url);
  await page.evaluate(() => ((window as unknown as { longest: number }).longest = 0));
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
  row(
    "longest task on the page's thread meanwhile",
    "ms",
    [await page.evaluate(() => (window as unknown as { longest: number }).longest)],
    { budget: 50 },
  );
  const cpu = async () =>
    (await (await context.browser()?.newBrowserCDPSession())?.send("SystemInfo.getProcessInfo"))?.processInfo.reduce(
      (sum, p) => sum + p.cpuTime,
      0,
    );
  await page.waitForTimeout(6000);
  const before = await cpu();
  const began = performance.now();
  await page.waitForTimeout(10_000);
  const after = await cpu();
  if (before !== undefined && after !== undefined)
    row(
      "idle tab, guest at a prompt, all processes",
      "%",
      [((after - before) / ((performance.now() - began) / 1000)) * 100],
      { budget: 1.5 },
    );
  await close();
}

/** Seconds from the navigation until the shell answered a command. */
async function visit(page: Page, url: string): Promise<number> {
  const began = performance.now();
  await page.goto(url, { waitUntil: "commit" });
  await page.locator(".xterm-rows").waitFor();
  await page.waitForFunction(
    () => /[#$]\s*$/.test((document.querySelector(".xterm-rows") as HTMLElement | null)?.innerText.trimEnd() ?? ""),
    undefined,
    { polling: 10 },
  );
  await run(page, "true");
  return (performance.now() - began) / 1000;
}

let count = 0;

/** Types a command into the terminal; seconds until its end shows. */
async function run(page: Page, command: string): Promise<number> {
  const marker = `__${++count}__`;
  await page.locator(".xterm textarea").first().focus();
  const began = performance.now();
  await page.keyboard.insertText(`clear; ${command}; echo "__"${count}"__"`);
  await page.keyboard.press("Enter");
  await page.waitForFunction(
    (m) => [...document.querySelectorAll(".xterm-rows > div")].some((line) => line.textContent.trim() === m),
    marker,
    { polling: 5, timeout: 60_000 },
  );
  return (performance.now() - began) / 1000;
}

/** What a host that compresses text sends: answers so far, in bytes. Artifacts are compressed files already. */
function countBytes(server: Server): () => number {
  let total = 0;
  server.on("request", (request, response) => {
    response.on("finish", () => {
      const path = join(siteFolder, new URL(request.url ?? "/", "http://localhost").pathname);
      const text = /\.(js|css|html|json|svg|wasm)$|\/$/.test(path);
      total +=
        text && response.statusCode === 200
          ? gzipSync(readFileSync(path.endsWith("/") ? `${path}index.html` : path)).length
          : Number(response.getHeader("content-length") ?? 0);
    });
  });
  return () => total;
}
