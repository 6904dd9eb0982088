import { expect, test } from "@playwright/test";
import { MachinePage } from "./machine-page.ts";

/** Tabs that are killed at random moments of a lesson. The seed is printed; `KILL_SEED` takes one again. */
const seed = Number(process.env["KILL_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const kills = Number(process.env["KILLS"] ?? 4);
const address = "./#/lesson/01-first-steps/01-your-first-container";

/** mulberry32 */
function random(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test("a tab that is killed loses no task that was shown as done", async ({ context }) => {
  test.setTimeout(300_000);
  console.log(`KILL_SEED=${seed}`);
  const next = random(seed);
  let known: string[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const page = await context.newPage();
    const machine = new MachinePage(page);
    await machine.open(address);
    const done = () =>
      page.locator(".task[data-state=done]").evaluateAll((tasks) => tasks.map(({ id }) => id)) as Promise<string[]>;
    await expect.poll(done).toEqual(expect.arrayContaining(known));
    const work = kill % 2 === 0 ? "docker run hello-world" : "docker run -d --name red busybox sleep 1000";
    await machine.type(`${work}\n`);
    const until = Date.now() + next() * 6000;
    await expect
      .poll(
        async () => {
          known = [...new Set([...known, ...(await done())])];
          // The last tab lives until there is something to lose.
          return Date.now() >= until && (kill < kills - 1 || known.length > 0);
        },
        { intervals: [100], timeout: 60_000 },
      )
      .toBe(true);
    // Nothing of the page gets a word in: neither its worker nor its handlers of leaving.
    const client = await context.newCDPSession(page);
    const crashed = page.waitForEvent("crash");
    client.send("Page.crash").catch(() => undefined); // it cannot answer any more
    await crashed;
    await page.close();
  }
  const page = await context.newPage();
  await new MachinePage(page).open(address);
  for (const id of known) await expect(page.locator(`[id="${id}"]`)).toHaveAttribute("data-state", "done");
});
