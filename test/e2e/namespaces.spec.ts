import AxeBuilder from "@axe-core/playwright";
import { expect, test, type CDPSession, type Page } from "@playwright/test";
import { MachinePage } from "./machine-page.ts";

/** Who can see whom, as a learner uses it on a real machine. */
class NamespacesPage {
  readonly machine: MachinePage;
  readonly pane;
  readonly tree;

  constructor(readonly page: Page) {
    this.machine = new MachinePage(page);
    this.pane = page.getByRole("region", { name: "Namespaces" });
    this.tree = this.pane.getByRole("tree");
  }

  async show(): Promise<void> {
    await this.page.getByRole("tab", { name: "Namespaces" }).click();
    await expect(this.pane.getByRole("heading", { name: "Who can see whom?" })).toBeVisible();
  }

  async isAccessible(): Promise<void> {
    const { violations } = await new AxeBuilder({ page: this.page }).include(".namespaces").analyze();
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    expect(
      serious.map(
        (v) => `${v.id}: ${v.nodes.map((n) => `${n.target.join(" ")} ${n.failureSummary ?? ""}`).join(", ")}`,
      ),
    ).toEqual([]);
  }
}

/**
 * Tasks of the page's thread that took more than 50 ms of processor time: what a computer with other work makes them wait
 * is not counted.
 */
class LongTasks {
  readonly #tasks = new Map<string, number[]>();
  #page = "";

  private constructor(readonly session: CDPSession) {
    session.on("Tracing.dataCollected", ({ value }) => {
      for (const event of value as readonly Partial<TraceEvent>[]) {
        const thread = `${String(event.pid)} ${String(event.tid)}`;
        if (event.args?.data?.message === "the page") this.#page = thread;
        if (event.name !== "RunTask" && event.name !== "ThreadControllerImpl::RunTask") continue;
        if ((event.tdur ?? 0) <= 50_000) continue;
        this.#tasks.set(thread, [...(this.#tasks.get(thread) ?? []), Math.round((event.tdur ?? 0) / 1000)]);
      }
    });
  }

  static async follow(page: Page): Promise<LongTasks> {
    const session = await page.context().newCDPSession(page);
    const tasks = new LongTasks(session);
    const categories = "toplevel,devtools.timeline,disabled-by-default-devtools.timeline";
    await session.send("Tracing.start", { categories, transferMode: "ReportEvents" });
    await page.evaluate(() => console.timeStamp("the page"));
    return tasks;
  }

  /** In milliseconds. */
  async end(): Promise<readonly number[]> {
    const complete = new Promise<void>((resolve) => this.session.once("Tracing.tracingComplete", () => resolve()));
    await this.session.send("Tracing.end");
    await complete;
    expect(this.#page).not.toBe("");
    return this.#tasks.get(this.#page) ?? [];
  }
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of processor time. */
  readonly tdur: number;
  readonly args: { readonly data?: { readonly message?: string } };
}

test("a container appears, its process is chosen, and the words are the kernel's", async ({ page }) => {
  const view = new NamespacesPage(page);
  const { machine, pane, tree } = view;
  await machine.open();
  await view.show();
  await expect(pane.getByText(/^No container runs: all \d+ processes/)).toBeVisible();
  await machine.run("docker run -d --name web --hostname shop busybox sleep 600", /[0-9a-f]{64}/);
  await expect(tree.getByRole("treeitem", { name: /^New: web, container, 1 process/ })).toBeVisible();
  await machine.run("docker run -d --name db --network container:web busybox sleep 700; echo bo''th", /both/);
  await expect(pane.getByText("web and db share a network namespace.", { exact: true })).toBeVisible();

  await tree.getByRole("treeitem", { name: /sleep 600/ }).click();
  await expect(pane.getByText(/^ps shows it 1 of \d+ processes; its hostname is shop\.$/)).toBeVisible();
  const printed = /net:\[(\d+)\]/;
  await machine.run("clear; readlink /proc/$(docker inspect -f '{{.State.Pid}}' db)/ns/net", printed);
  const inode = printed.exec(await machine.text())?.[1] ?? "";
  await expect(pane.getByRole("listitem").filter({ hasText: inode })).toContainText("with db");

  // The same by keyboard: from the top to the first process, whose group closes.
  await tree.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect(pane.getByRole("heading", { name: "What does agent (1) see?" })).toBeVisible();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await expect(tree.getByRole("treeitem", { name: /^the machine/ })).toHaveAttribute("aria-expanded", "false");

  const tools = pane.getByRole("group", { name: "Tools of this picture" }).first();
  await tools.getByRole("button", { name: "Copy as text" }).click();
  await expect(tools.getByText("Copied as text")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(
    new RegExp(`web and db share a network namespace\\.[^]*db: container [^]*net +${inode} web`),
  );
  await tools.getByRole("button", { name: "Explain" }).click();
  await expect(pane.getByText("The hostname.")).toBeVisible();
  await view.isAccessible();
});

test("unshare by hand makes no event and is seen; a frozen picture stays", async ({ page }) => {
  const view = new NamespacesPage(page);
  await view.machine.open();
  await view.show();
  await view.machine.type("unshare --pid --fork --mount-proc sleep 600 &\n");
  const made = view.tree.getByRole("treeitem", { name: /^(New: )?sleep \(\d+\), unshared by hand/ });
  await expect(made).toBeVisible();
  await view.pane.getByRole("button", { name: "Freeze" }).first().click();
  await view.machine.run("killall -9 sleep; wait; echo en''ded", /ended/);
  await expect(made).toBeVisible();
  await view.pane.getByRole("button", { name: "Freeze" }).first().click();
  await expect(made).toHaveCount(0);
});

test("fifty containers stay readable, on a desk and on a phone, and hold up nothing", async ({ page }) => {
  test.setTimeout(480_000);
  const view = new NamespacesPage(page);
  const { machine, pane, tree } = view;
  await machine.open();
  await view.show();
  const trace = await LongTasks.follow(page);
  await machine.type(
    "i=0; while [ $i -lt 50 ]; do docker run -d --name box-$i busybox sleep 900 >/dev/null; i=$((i+1)); done; echo fi''fty\n",
  );
  await expect.poll(() => machine.text(), { timeout: 360_000 }).toMatch(/fifty/);
  await expect(
    pane.getByText(/^Every container has its own pid, net, mnt, uts, ipc and cgroup namespace/),
  ).toBeVisible();
  await expect(pane.locator("svg").getByText("50 containers").first()).toBeAttached();
  await expect(tree.getByRole("treeitem")).toHaveCount(51);
  expect(await trace.end()).toEqual([]);
  for (const viewport of [
    { width: 1280, height: 800 },
    { width: 390, height: 844 },
  ]) {
    await page.setViewportSize(viewport);
    const wide = await pane.evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(wide).toBe(0);
    await view.isAccessible();
  }
});
