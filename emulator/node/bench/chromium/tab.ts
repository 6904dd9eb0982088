import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type BrowserContext, type Page } from "@playwright/test";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface Profile {
  readonly context: BrowserContext;
  close(): Promise<void>;
}
/** A browser that has seen nothing yet. */
export type OpenProfile = () => Promise<Profile>;

export function profiles(executablePath: string): OpenProfile {
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), "drydock-bench-"));
    const context = await chromium.launchPersistentContext(folder, {
      executablePath,
      args: flags,
      viewport: { width: 1280, height: 800 },
    });
    return {
      context,
      close: async () => {
        await context.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  };
}

/** Seconds from the navigation to the playground until its shell answered a command. */
export async function visit(page: Page, site: string, atPrompt?: () => void): Promise<number> {
  const began = performance.now();
  await page.goto(`${site}#/playground`, { waitUntil: "commit" });
  await prompt(page, /[#$]\s*$/);
  atPrompt?.();
  await run(page, "true");
  return (performance.now() - began) / 1000;
}

/** Waits until the terminal that is seen ends with a prompt. */
export async function prompt(page: Page, pattern: RegExp): Promise<void> {
  await page.waitForFunction(
    (source) => {
      const rows = [...document.querySelectorAll<HTMLElement>(".xterm-rows")].find(
        (each) => each.offsetParent !== null,
      );
      return rows !== undefined && new RegExp(source).test(rows.innerText.trimEnd().replaceAll("\u00a0", " "));
    },
    pattern.source,
    { polling: 10, timeout: 60_000 },
  );
}

let count = 0;

/** Types a command into the terminal; seconds until its end shows. */
export async function run(page: Page, command: string): Promise<number> {
  const marker = `__${++count}__`;
  await page.locator(".xterm textarea").filter({ visible: true }).first().focus();
  const began = performance.now();
  await page.keyboard.insertText(`clear; ${command}; echo "__"${count}"__"`);
  await page.keyboard.press("Enter");
  const ended = page.waitForFunction(
    (m) => [...document.querySelectorAll(".xterm-rows > div")].some((line) => line.textContent.trim() === m),
    marker,
    { polling: 5, timeout: 60_000 },
  );
  await ended.catch(async (cause: unknown) => {
    throw new Error(`"${command}" did not end; the page shows\n${await page.locator("body").innerText()}`, { cause });
  });
  return (performance.now() - began) / 1000;
}

/** Share of a core that all processes of the browser took, in percent, over so many seconds. */
export async function load(context: BrowserContext, seconds: number): Promise<number | undefined> {
  const session = await context.browser()?.newBrowserCDPSession();
  if (session === undefined) return undefined;
  const used = async () =>
    (await session.send("SystemInfo.getProcessInfo")).processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  const before = await used();
  const began = performance.now();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  return ((await used()) - before) / ((performance.now() - began) / 100_000);
}

/** Notes the tasks of the page's own thread that took over 50 ms, from now on and after every navigation. */
export async function watchLongTasks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const tasks: number[] = [];
    Object.assign(window, { longTasks: tasks });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration);
    }).observe({ entryTypes: ["longtask"] });
  });
}

/** The durations noted since the last call, in milliseconds. */
export function longTasks(page: Page): Promise<number[]> {
  return page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks.splice(0));
}
