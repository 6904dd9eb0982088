import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { MachinePage } from "./machine-page.ts";

/** What happened when I pressed Enter, as a learner uses it on a real machine. */
class CommandPage {
  readonly machine: MachinePage;
  readonly pane;
  readonly stations;
  readonly card;

  constructor(readonly page: Page) {
    this.machine = new MachinePage(page);
    this.pane = page.getByRole("region", { name: "Path of a command" });
    this.stations = this.pane.getByRole("list", { name: "Stations in the order of time" });
    this.card = this.pane.getByRole("region", { name: /^About / });
  }

  station(name: RegExp) {
    return this.stations.getByRole("button", { name });
  }

  async isAccessible(): Promise<void> {
    for (const colorScheme of ["light", "dark"] as const) {
      await this.page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page: this.page })
        .include('section[aria-label="Path of a command"]')
        .analyze();
      const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      expect(
        serious.map(
          (v) => `${v.id}: ${v.nodes.map((n) => `${n.target.join(" ")} ${n.failureSummary ?? ""}`).join(", ")}`,
        ),
      ).toEqual([]);
    }
  }

  async fits(): Promise<void> {
    expect(await this.pane.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
    const outside = await this.pane.evaluate((pane) => {
      const { right } = pane.getBoundingClientRect();
      return [...pane.querySelectorAll("button, code, dd, p, select")]
        .filter((each) => each.getBoundingClientRect().right > right + 1)
        .map((each) => each.textContent);
    });
    expect(outside).toEqual([]);
  }
}

test("docker run is a path from the terminal to the kernel, to walk with the keyboard", async ({ page }) => {
  const view = new CommandPage(page);
  const { machine, pane, card } = view;
  await page.setViewportSize({ width: 1280, height: 800 });
  await machine.open();
  await page.getByRole("tab", { name: "Command", exact: true }).click();
  await expect(pane.getByText(/^No docker command was run/)).toBeVisible();
  await machine.run("docker run -d --name web -e DB_PASSWORD=hunter2 busybox sleep 600; echo sta''rted", /started/);
  await expect(pane.getByText(/^docker run made 2 API requests and took .*; crun took .* of it\.$/)).toBeVisible();
  await expect(view.station(/^Terminal: docker run -d/)).toBeVisible();
  await expect(view.station(/^API: POST \/containers\/create, 201, at .*, .* long$/)).toBeVisible();
  for (const name of ["layers prepared", "root file system mounted", "network connected", "config.json made"])
    await expect(view.station(new RegExp(`^Engine: ${name}`))).toBeVisible();
  await expect(view.station(/^crun: creates and starts/)).toBeVisible();
  await expect(view.station(/^Kernel: process \d+: sleep 600, goes on/)).toBeVisible();
  expect(await pane.textContent()).not.toContain("hunter2");

  // By keyboard: one stop, then the arrows; what is chosen is shown.
  await view.station(/^Terminal: docker run/).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(view.station(/^API: POST \/containers\/create/)).toBeFocused();
  await expect(view.station(/^API: POST \/containers\/create/)).toHaveAttribute("aria-expanded", "true");
  await expect(card.getByText(/^Asks for a container/)).toBeVisible();
  const field = card.getByRole("button", { name: '"Env"' });
  await field.focus();
  await expect(card.getByText("Variables that are added to the image's own: -e.")).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await expect(card.getByRole("button", { name: '"Cmd"' })).toBeFocused();
  await card.getByRole("button", { name: "Copy as curl" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(
    /^curl -X POST --unix-socket \/var\/run\/docker\.sock 'http:\/\/localhost\/containers\/create\?name=web' -H /,
  );
  await view.isAccessible();
  await view.fits();

  await view.station(/^Engine: config\.json made/).click();
  await card.getByRole("button", { name: '"cgroupsPath"' }).hover();
  await expect(card.getByText(/below \/sys\/fs\/cgroup\.$/)).toBeVisible();
  await card.getByRole("button", { name: '"pid"' }).hover();
  await expect(card.getByText(/^pid Own process numbers/)).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  await view.isAccessible();
  await view.fits();
  await page.setViewportSize({ width: 1280, height: 800 });
  await view.station(/^Kernel: process/).click();
  await card.getByRole("button", { name: /^Process \d+$/ }).click();
  await expect(page.getByRole("heading", { name: /^What does sleep .*see\?$/ })).toBeVisible();
});

test("who refused is said; the last commands are kept, and a frozen picture stays", async ({ page }) => {
  const view = new CommandPage(page);
  const { machine, pane, card } = view;
  await machine.open();
  await page.getByRole("tab", { name: "Command", exact: true }).click();
  await machine.type("docker run -it --rm busybox\n");
  await expect(pane.getByText(/goes on; process \d+ runs\.$/)).toBeVisible();
  await machine.type("exit 3\n");
  await expect(view.station(/^Terminal: exit code 3/)).toBeVisible();
  await machine.type("docker start nobody\n");
  await expect(
    pane.getByText(/^docker start was refused by the engine: .*: No such container: nobody\.$/),
  ).toBeVisible();
  await view.station(/^API: POST \/containers\/nobody\/start, 404, refused/).click();
  await expect(card.getByText("No such container: nobody")).toBeVisible();
  await pane.getByRole("button", { name: "Freeze" }).click();
  await machine.run("clear; docker rnu", /unknown command/);
  await expect(pane.getByText(/^docker start was refused/)).toBeVisible();
  await pane.getByRole("button", { name: "Freeze" }).click();
  await expect(pane.getByText(/^docker rnu made no API request: the docker command itself refused/)).toBeVisible();
  await pane.getByRole("combobox", { name: "Command" }).selectOption({ index: 2 });
  await expect(view.station(/^Engine: network given back/)).toBeVisible();
  await pane.getByRole("button", { name: "Copy as text" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(
    /^What happened when I pressed Enter\?\ndocker run made \d+ API requests[^]*event {4}container die .*, exit code 3\n/,
  );
  await pane.getByRole("button", { name: "Show the last" }).click();
  await expect(view.station(/^Terminal: docker rnu/)).toBeVisible();
});
