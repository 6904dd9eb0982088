import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { MachinePage } from "./machine-page.ts";

/** The states of containers, as a learner sees them move on a real machine. */
class LifecyclePage {
  readonly machine: MachinePage;
  readonly pane;

  constructor(readonly page: Page) {
    this.machine = new MachinePage(page);
    this.pane = page.getByRole("region", { name: "Lifecycle" });
  }

  async show(): Promise<void> {
    await this.page.getByRole("tab", { name: "Lifecycle" }).click();
    await expect(
      this.pane.getByRole("heading", { name: "What state is each container in, and what took it there?" }),
    ).toBeVisible();
  }

  token(name: string | RegExp) {
    return this.pane.getByRole("button", { name, exact: true });
  }

  /** The edges that are drawn as the last that were taken. */
  taken(): Promise<(string | null)[]> {
    return this.pane
      .locator("[data-edge].taken")
      .evaluateAll((edges) => edges.map((edge) => edge.getAttribute("data-edge")));
  }

  async isAccessible(): Promise<void> {
    const { violations } = await new AxeBuilder({ page: this.page }).include(".lifecycle").analyze();
    expect(
      violations.map(
        (v) => `${v.id}: ${v.nodes.map((n) => `${n.target.join(" ")} ${n.failureSummary ?? ""}`).join(", ")}`,
      ),
    ).toEqual([]);
  }
}

test("a container goes through its states as commands are typed", async ({ page }) => {
  const view = new LifecyclePage(page);
  const { machine, pane } = view;
  await machine.open();
  await view.show();
  await expect(pane.getByText("There is no container; docker create makes one.", { exact: true })).toBeVisible();

  const steps: [command: string, token: string, edges: string[], said: RegExp][] = [
    ["docker create --name clock busybox sleep 600", "clock, created", ["create"], /^clock was created\.$/],
    ["docker start clock", "clock, running", ["start"], /from created to running \(docker start\)/],
    ["docker pause clock", "clock, paused", ["pause"], /from running to paused \(docker pause/],
    ["docker unpause clock", "clock, running", ["unpause"], /from paused to running \(docker unpause/],
    [
      "docker stop -t 1 clock",
      "clock, exited with 137",
      ["stop"],
      /from running to exited \(docker stop: SIGTERM, then after [\d.]+ s SIGKILL\)/,
    ],
    ["docker rm clock", "clock, gone", ["remove", "removed"], /^No container is left: clock went from exited to gone/],
  ];
  for (const [command, token, edges, said] of steps) {
    await machine.type(`${command}\n`);
    await expect(view.token(token)).toBeVisible();
    await expect.poll(() => view.taken()).toEqual(edges);
    await expect(pane.getByText(said)).toBeVisible();
    if (token === "clock, paused") {
      await expect(pane.getByText("Its control group is frozen: the processes are there")).toBeVisible();
      await expect(
        pane.getByText(/^Its program is process \d+ of the machine, which is process 1 inside: sleep 600\./),
      ).toBeVisible();
    }
  }
  const history = pane.getByRole("list", { name: /^Its history/ }).getByRole("listitem");
  await expect(history).toHaveCount(6);
  await expect(history.nth(1)).toContainText("exit code 137 = 128 + 9: SIGKILL");
});

test("the kernel wins, keys choose, commands are typed for you, and it can be read by all", async ({ page }) => {
  const view = new LifecyclePage(page);
  const { machine, pane } = view;
  await machine.open();
  await view.show();
  await machine.run(
    "docker run -d --name web busybox sleep 600; docker run --name three busybox sh -c 'exit 3'; echo bo''th",
    /^both/m,
  );
  await expect(view.token("three, exited with 3")).toBeVisible();
  // Frozen by hand: no event tells of it, and the engine does not know.
  await machine.type(
    "echo 1 > /sys/fs/cgroup/docker/$(docker inspect -f '{{.Id}}' web)/cgroup.freeze; docker inspect -f '{{.State.Status}}' web\n",
  );
  const web = view.token("web, paused, by the kernel; the engine says running");
  await expect(web).toBeVisible();
  await view.token("three, exited with 3").click();
  await expect(pane.getByRole("heading", { name: "What happened to three?" })).toBeVisible();
  await page.keyboard.press("ArrowLeft");
  await expect(web).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(pane.getByText("The kernel shows it paused; the engine's record still says running.")).toBeVisible();
  await expect(web).toHaveAttribute("aria-pressed", "true");

  for (const [scheme, width] of [
    ["light", 1280],
    ["dark", 1280],
    ["light", 390],
    ["dark", 390],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 800 });
    await expect(web).toBeVisible();
    await view.isAccessible();
    expect(await pane.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  }
  await page.setViewportSize({ width: 1280, height: 800 });

  const tools = pane.getByRole("group", { name: "Tools of this picture" }).first();
  await tools.getByRole("button", { name: "Copy as text" }).click();
  await expect(tools.getByText("Copied as text")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/\npaused: web\nexited: three \(3\)\n/);
  await view.token("three, exited with 3").click();
  await pane.getByRole("button", { name: "docker rm three" }).click();
  await machine.shows(/docker rm three/);
  await expect(view.token("three, gone")).toBeVisible();
});
