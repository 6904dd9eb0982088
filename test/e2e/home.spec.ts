import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { recorded } from "../../web/home/recorded.ts";
import { MachinePage } from "./machine-page.ts";

/** Everything that moved by itself since the page began, as the browser counts it. */
async function layoutShift(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          const shifts = list.getEntries() as unknown as readonly { readonly value: number }[];
          resolve(shifts.reduce((sum, { value }) => sum + value, 0));
        }).observe({ type: "layout-shift", buffered: true });
        // No entry at all is no call.
        requestAnimationFrame(() => setTimeout(() => resolve(0), 200));
      }),
  );
}

async function serious(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).exclude(".xterm").analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

const dialog = (page: Page) => page.getByRole("dialog");

test("the front page says what it is, starts nothing, and does not move", async ({ page }) => {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto("./");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Docker in a browser tab, for real");
  await expect(page.getByRole("link", { name: "Start the first lesson" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Open the playground" })).toBeVisible();
  await page.evaluate(() => document.fonts.ready);
  expect(await layoutShift(page)).toBe(0);
  // The machine's worker begins with the first place that needs it.
  expect(page.workers()).toEqual([]);
  expect(errors).toEqual([]);
});

test("what the front page shows is what the machine prints", async ({ page }) => {
  const machine = new MachinePage(page);
  await machine.open();
  const same = (line: string) => line.replace(/[0-9a-f]{64}|\d{2,}/g, "N");
  for (const [step, { command, output }] of recorded.entries()) {
    // A word of its own for every step: the one before may still stand there.
    const over = `over${step}`;
    await machine.run(`clear; ${command}; echo ${over}`, new RegExp(`^${over}$`, "m"));
    const lines = (await machine.text()).split("\n");
    const end = lines.indexOf(over);
    // An identity of 64 digits may take two rows.
    const printed = lines.slice(lines.findLastIndex((line, at) => at < end && line.includes(command)) + 1, end);
    expect(same(printed.join(printed.length > output.length ? "" : "\n"))).toBe(same(output.join("\n")));
  }
});

test("places have titles, take the focus, and come back where they were left", async ({ page }) => {
  await page.goto("./");
  await page.getByRole("navigation", { name: "Site" }).getByRole("link", { name: "Lessons" }).click();
  await expect(page).toHaveTitle("Lessons · Drydock");
  await expect(page.getByRole("heading", { level: 1, name: "Lessons" })).toBeFocused();
  await page.getByRole("navigation", { name: "Site" }).getByRole("link", { name: "Glossary" }).click();
  await expect(page).toHaveTitle("Glossary · Drydock");
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: "Lessons" })).toBeFocused();
  await page.goBack();
  await expect(page).toHaveTitle("Drydock");
  await page.setViewportSize({ width: 1280, height: 500 });
  await page.mouse.wheel(0, 240);
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(240);
  await page.goForward();
  await expect(page).toHaveTitle("Lessons · Drydock");
  await page.goBack();
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(240);
  await page.goto("./#/nowhere");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is nothing here");
});

test("the catalogue leads to every lesson there is, by part", async ({ page }) => {
  await page.goto("./#/lessons");
  const rows = page.getByRole("main").getByRole("listitem");
  await expect(rows.first()).toContainText("minutes");
  for (const href of await rows
    .getByRole("link")
    .evaluateAll((links) => links.map((link) => link.getAttribute("href"))))
    expect(href).toMatch(/^#\/lesson\/\d\d-[a-z-]+\/\d\d-[a-z-]+$/);
  expect(await layoutShift(page)).toBe(0);
});

test("search finds lessons, terms and commands, with the keyboard alone", async ({ page }) => {
  await page.goto("./");
  await page.keyboard.press("/");
  const box = page.getByRole("combobox");
  await expect(box).toBeFocused();
  await box.fill("layers");
  await expect(page.getByRole("option").first()).toContainText("3.1 Layers");
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toHaveCount(0);
  await page.keyboard.press("Control+k");
  await box.fill("dark theme");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.keyboard.press("Control+k");
  await box.fill("projector");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-size", "projector");
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe("20px");
  await page.keyboard.press("Control+k");
  await box.fill("nothing has these words");
  await expect(dialog(page)).toContainText("Try fewer");
  await box.fill("names");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#\/(lesson|glossary)\//);
});

test("shortcuts are listed at ?, and those of one key can be turned off", async ({ page }) => {
  await page.goto("./");
  await page.keyboard.press("?");
  await expect(dialog(page)).toContainText("Keyboard shortcuts");
  await page.getByRole("checkbox", { name: /Shortcuts of one key/ }).uncheck();
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  await expect(dialog(page)).toHaveCount(0);
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox")).toBeFocused();
});

test("the glossary leads to a term by its address, and filters", async ({ page }) => {
  await page.goto("./#/glossary/namespace");
  const term = page.locator("#term-namespace");
  await expect(term).toBeFocused();
  await expect(page).toHaveTitle(/amespace.* · Drydock/);
  await page.getByRole("searchbox").fill("namespace");
  await expect(page.getByRole("main").getByRole("status")).toHaveText(/^\d+ of \d+ terms$/);
});

test("nothing serious for a screen reader on any page", async ({ page }) => {
  for (const place of ["", "#/lessons", "#/glossary", "#/nowhere"])
    for (const colorScheme of ["light", "dark"] as const)
      for (const width of [1280, 390]) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.setViewportSize({ width, height: 800 });
        await page.goto(`./${place}`);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        expect(await serious(page), `${place} ${colorScheme} ${width}`).toEqual([]);
        // Nothing is wider than the screen.
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      }
  await page.keyboard.press("/");
  expect(await serious(page)).toEqual([]);
});

test("a second visit needs no network", async ({ page, context }) => {
  await page.goto("./");
  await expect
    .poll(
      () =>
        page.evaluate(async () => {
          const registration = await navigator.serviceWorker.getRegistration();
          return registration?.active?.state;
        }),
      { timeout: 60_000 },
    )
    .toBe("activated");
  await context.setOffline(true);
  await page.goto("./#/lessons");
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Lessons" })).toBeVisible();
  await page.goto("./#/playground");
  await new MachinePage(page).prompt();
});
