import type { Page } from "@playwright/test";
import type { Add } from "./budget.ts";
import { load, longTasks, prompt, run, visit, watchLongTasks, type OpenProfile } from "./tab.ts";

const rounds = 5;
const many = 20;
const inLesson = /~\/lesson[#$]\s*$/;
const inPlayground = /:~[#$]\s*$/;
/** Views that name each container. */
const naming = ["Namespaces", "Limits", "Lifecycle"];

/** Lessons begun and left, and the views that look inside: how fast they follow, and what they cost. */
export async function benchPlace(open: OpenProfile, site: string, row: Add): Promise<void> {
  await lessons(open, site, row);
  await views(open, site, row);
}

async function lessons(open: OpenProfile, site: string, row: Add): Promise<void> {
  const { context, close } = await open();
  const page = await context.newPage();
  await page.goto(`${site}#/lessons`);
  const links = page.getByRole("main").getByRole("listitem").getByRole("link");
  await links.first().waitFor();
  const addresses = [...new Set(await links.evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? "")))];
  const began: number[] = [];
  const left: number[] = [];
  for (const address of addresses.slice(0, rounds)) {
    // Whoever reads the catalogue has a page, and no machine that runs.
    const fresh = await context.newPage();
    await fresh.addInitScript(() => sessionStorage.clear());
    await fresh.goto(`${site}#/lessons`);
    await fresh.getByRole("main").getByRole("listitem").first().waitFor();
    await fresh.waitForTimeout(1500);
    began.push(await to(fresh, address, inLesson));
    left.push(await to(fresh, "#/playground", inPlayground));
    await fresh.close();
  }
  row("catalogue to the prompt of a lesson never begun", "s", began, { budget: 1 });
  row("from that lesson to the playground's prompt", "s", left, { budget: 1.5 });
  await close();
}

/** Seconds from following a link until the prompt of its machine is seen. */
async function to(page: Page, address: string, wanted: RegExp): Promise<number> {
  const start = performance.now();
  await page.evaluate((hash) => (location.hash = hash), address);
  await prompt(page, wanted);
  return (performance.now() - start) / 1000;
}

async function views(open: OpenProfile, site: string, row: Add): Promise<void> {
  const { context, close } = await open();
  const page = await context.newPage();
  await watchLongTasks(page);
  await visit(page, site);
  const tabs = page.getByRole("tablist", { name: "Views" }).getByRole("tab");
  await run(page, "docker create --name first busybox");
  for (const name of await tabs.allInnerTexts()) {
    if (!naming.includes(name.trim())) continue;
    await tabs.filter({ hasText: name }).click();
    const late: number[] = [];
    for (let i = 0; i < rounds; i++) late.push(await behind(page, `box-${name.toLowerCase()}-${i}`));
    row(`${name} shows a container after the terminal printed its id`, "ms", late, { budget: 200 });
  }
  await run(page, "docker rm -f $(docker ps -aq)");
  for (const name of await tabs.allInnerTexts()) {
    await tabs.filter({ hasText: name }).click();
    await page.waitForTimeout(1000);
  }
  const [namespaces] = naming;
  await tabs.filter({ hasText: namespaces ?? "" }).click();
  await page.waitForTimeout(6000);
  const idle = await load(context, 10);
  if (idle !== undefined) row("idle tab with every view open, all processes", "%", [idle], { budget: 3 });
  await longTasks(page);
  const seconds = await run(page, `for i in $(seq ${many}); do docker run -d busybox sleep 1000 >/dev/null; done`);
  const long = await longTasks(page);
  row(`${many} containers start with every view open`, "s", [seconds]);
  row("longest task on the page's thread meanwhile", "ms", [Math.max(0, ...long)], {
    budget: 50,
    note: `${long.length} over 50 ms`,
  });
  await close();
}

/** Milliseconds between the id in the terminal and the name in the view; as one page saw both, in frames. */
async function behind(page: Page, name: string): Promise<number> {
  // No id of before is left on the screen.
  await run(page, "true");
  const seen = page.waitForFunction(
    (wanted) => {
      const when = ((window as unknown as Record<string, { printed?: number; drawn?: number }>)[wanted] ??= {});
      const now = performance.now();
      const rows = [...document.querySelectorAll(".xterm-rows")].flatMap((each) => [...each.children]);
      if (rows.some((line) => /^[0-9a-f]{64}$/.test(line.textContent.trim()))) when.printed ??= now;
      const panels = [...document.querySelectorAll(".stack > .view")];
      if (panels.some((panel) => panel.querySelector(".xterm") === null && panel.textContent.includes(wanted)))
        when.drawn ??= now;
      // One that was drawn first is not behind; a handle to zero would be waited for.
      return when.printed !== undefined && when.drawn !== undefined && { late: Math.max(0, when.drawn - when.printed) };
    },
    name,
    { polling: "raf", timeout: 30_000 },
  );
  await run(page, `docker run -d --name ${name} busybox sleep 1000`);
  const answer = await (await seen).jsonValue();
  return answer === false ? Number.NaN : answer.late;
}
