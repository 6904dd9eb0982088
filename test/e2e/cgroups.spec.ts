import { expect, test, type Page } from "@playwright/test";
import { MachinePage } from "./machine-page.ts";

/** Who may use how much, as a learner uses it on a real machine. */
class LimitsPage {
  readonly machine;
  readonly pane;

  constructor(readonly page: Page) {
    this.machine = new MachinePage(page);
    this.pane = page.getByRole("region", { name: "Control groups" });
  }

  group(name: string) {
    return this.pane.getByRole("row").filter({ has: this.page.getByRole("rowheader", { name, exact: false }) });
  }
}

test("a container's meters, its freezer, and the way to its processes", async ({ page }) => {
  const limits = new LimitsPage(page);
  const { machine, pane } = limits;
  await machine.open();
  await page.getByRole("tab", { name: "Limits" }).click();
  await expect(pane.getByText(/^No container runs/)).toBeVisible();
  await machine.run("docker run -d --name web --memory 32m --pids-limit 9 busybox sleep 900", /[0-9a-f]{64}/);
  await expect(limits.group("web").getByRole("img", { name: /^Memory: .+ of 32 MB$/ })).toBeVisible();
  await expect(limits.group("web").getByRole("img", { name: "Processes: 1 of 9" })).toBeVisible();
  await machine.run("docker pause web; echo pau''sed", /paused/);
  await expect(pane.getByText("web is frozen: it keeps its memory and gets no time.")).toBeVisible();

  const tools = pane.getByRole("group", { name: "Tools of this picture" });
  await tools.getByRole("button", { name: "Freeze" }).click();
  await machine.run("docker unpause web; echo go''es", /goes/);
  await expect(limits.group("web")).toContainText("frozen");
  await tools.getByRole("button", { name: "Copy as text" }).click();
  await expect(tools.getByText("Copied as text")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/\n {2}web; memory .+ of 32 MB; .*frozen/);
  await tools.getByRole("button", { name: "Freeze" }).click();
  await expect(limits.group("web")).not.toContainText("frozen");

  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("navigation", { name: "Panes" }).getByRole("button", { name: "Picture" }).click();
  await expect(limits.group("web").getByRole("img", { name: /^Memory: .+ of 32 MB$/ })).toBeInViewport();
  expect(await pane.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  await limits.group("web").getByRole("button", { name: "web" }).click();
  await expect(page.getByRole("heading", { name: /^What does sleep \(\d+\) see\?$/ })).toBeVisible();
});
