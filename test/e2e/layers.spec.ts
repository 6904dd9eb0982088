import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { MachinePage } from "./machine-page.ts";

/** The layer view as a learner uses it, on a real machine. */
class LayersPage {
  readonly machine: MachinePage;
  readonly pane;

  constructor(readonly page: Page) {
    this.machine = new MachinePage(page);
    this.pane = page.getByRole("region", { name: "Layers" });
  }

  async open(tab: "Image" | "Container" | "Build" | "Manifest"): Promise<void> {
    await this.page.getByRole("tab", { name: "Layers" }).click();
    await this.pane.getByRole("tab", { name: tab, exact: true }).click();
  }

  /** Nothing in the view that a screen reader or a keyboard cannot use. */
  async isAccessible(): Promise<void> {
    const { violations } = await new AxeBuilder({ page: this.page }).include(".layers").analyze();
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    expect(
      serious.map(
        (v) => `${v.id}: ${v.nodes.map((n) => `${n.target.join(" ")} ${n.failureSummary ?? ""}`).join(", ")}`,
      ),
    ).toEqual([]);
  }
}

const dockerfile = `FROM busybox AS build
WORKDIR /src
COPY src/ .
RUN cat app.js > /out.txt

FROM busybox AS lint
RUN echo never

FROM busybox
ENV MODE=prod
COPY --from=build /out.txt /out.txt
RUN echo more >> /out.txt; rm /bin/vi
CMD ["cat", "/out.txt"]
`;

async function build(machine: MachinePage): Promise<void> {
  await machine.type(`mkdir -p app/src; cd app; echo one > src/app.js; cat > Dockerfile <<'END'\n${dockerfile}END\n`);
  await machine.run("clear; docker build -q -t app . && echo built", /\nbuilt/);
}

test("an image from step to layer to file", async ({ page }) => {
  const view = new LayersPage(page);
  await view.machine.open();
  await build(view.machine);
  await view.open("Image");
  const { pane } = view;
  await expect(pane.getByRole("heading", { name: "Which steps made app:latest?" })).toBeVisible();
  await expect(pane.getByText(/5 steps made 3 layers .* shared with busybox:latest/)).toBeVisible();
  const top = pane.getByRole("option", { name: /^Layer 3, .*RUN echo more/ });
  await expect(top).toHaveAttribute("aria-selected", "true");
  await expect(top).toHaveAccessibleName(/executed, line 12/);
  await expect(pane.getByRole("treeitem", { name: /^vi,.*removed \(whiteout\)/ })).toBeVisible();

  await pane.getByRole("treeitem", { name: /^out\.txt/ }).click();
  await expect(pane.getByText("A container sees the one of layer 3; 1 older version still below it.")).toBeVisible();
  await expect(pane.getByLabel("Content of /out.txt")).toHaveText("one\nmore");
  await pane.getByRole("button", { name: "layer 2", exact: true }).click();
  await expect(pane.getByLabel("Difference of /out.txt")).toContainText("+more");

  // With the keyboard: down the stack, into the tree, to a file.
  await pane.getByRole("listbox").focus();
  await page.keyboard.press("ArrowDown");
  await expect(pane.getByRole("heading", { name: "What did layer 2 change?" })).toBeVisible();
  await page.keyboard.press("End");
  await expect(pane.getByRole("heading", { name: "What did layer 1 change?" })).toBeVisible();
  await page.keyboard.press("ArrowRight");
  await expect(pane.getByRole("tree")).toBeFocused();
  await pane.getByRole("searchbox").fill("vi");
  await expect(pane.getByRole("treeitem", { name: /^vi,/ })).toBeVisible();
  await expect(pane.getByText(/Efficiency 9\d\.\d %/)).toBeVisible();

  await pane.getByRole("button", { name: "Copy as text" }).first().click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(
    /Which steps made app:latest\?[^]*RUN echo more/,
  );
  await pane.getByRole("button", { name: "Explain" }).first().click();
  await expect(pane.getByText(/sha256 of a layer's uncompressed tar/).first()).toBeVisible();
});

test("a container's writable layer as it changes", async ({ page }) => {
  const view = new LayersPage(page);
  await view.machine.open();
  await view.machine.run("docker run -d --name box busybox sleep 1000", /\n[0-9a-f]{64}/);
  await view.open("Container");
  const { pane } = view;
  await expect(pane.getByText("Nothing yet: its upperdir is as empty as it began.")).toBeVisible();
  await view.machine.run("docker exec -it box sh", /\/ #$/m);
  await view.machine.type("rm /bin/vi; mkdir /data; echo hi > '/data/<img src=x onerror=alert(1)>'\n");
  const events = pane.getByRole("log");
  await expect(events).toContainText("whiteout for /bin/vi");
  await expect(events).toContainText("added /data/<img src=x onerror=alert(1)> (3 B)");
  await expect(pane.locator("img")).toHaveCount(0);
  await expect(pane.getByRole("treeitem", { name: /^vi,.*whiteout/ })).toBeVisible();
  await view.machine.type("rm -r /bin; mkdir /bin\n");
  await expect(pane.getByText(/hidden/)).toBeVisible();
  await expect(pane.getByRole("treeitem", { name: /^bin,.*opaque/ })).toBeVisible();

  // The paths are real ones.
  const upperdir = pane.getByRole("listitem").filter({ hasText: "upperdir" }).getByRole("code");
  const upper = (await upperdir.textContent()) ?? "";
  await view.machine.type("exit\n");
  await view.machine.run(`clear; ls ${upper}/data`, /<img src=x/);

  const freeze = pane.getByRole("button", { name: "Freeze" }).first();
  await freeze.click();
  await pane.getByRole("searchbox").fill("while-frozen");
  await view.machine.run("clear; docker cp -q /etc/hostname box:/while-frozen; echo cop''ied", "copied");
  await expect(events).toContainText("added /while-frozen");
  await expect(pane.getByRole("treeitem", { name: /^while-frozen/ })).toHaveCount(0);
  await freeze.click();
  await expect(pane.getByRole("treeitem", { name: /^while-frozen/ })).toBeVisible();
  await view.machine.run("docker rm -f box", /\nbox\n/);
  await expect(pane.getByText("There is no container.")).toBeVisible();
  await expect(pane.getByRole("button", { name: "Run" })).toBeVisible();
});

test("the machine is asked only while somebody looks", async ({ page }) => {
  await page.addInitScript(() => {
    const counts = { asked: 0 };
    Object.assign(window, { counts });
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (this: Worker, message: unknown, ...rest: unknown[]) {
      if (JSON.stringify(message)?.includes("/inside/layers/containers/")) counts.asked++;
      return Reflect.apply(post, this, [message, ...rest]);
    };
  });
  const asked = () => page.evaluate(() => (window as unknown as { counts: { asked: number } }).counts.asked);
  const view = new LayersPage(page);
  await view.machine.open();
  await view.machine.run("docker run -d --name box busybox sleep 1000", /\n[0-9a-f]{64}/);
  await view.open("Container");
  const begin = await asked();
  await expect.poll(asked).toBeGreaterThan(begin + 2);
  for (const [i, away] of [
    () => view.pane.getByRole("tab", { name: "Image", exact: true }).click(),
    () => page.getByRole("tab", { name: "Terminal", exact: true }).click(),
  ].entries()) {
    await view.open("Container");
    await away();
    const before = await asked();
    // The terminal's output would bring the next reading at once.
    await view.machine.run(`clear; docker exec box touch /seen-later; sleep 2; echo ov''er${i}`, `over${i}`);
    expect(await asked()).toBeLessThanOrEqual(before + 1);
  }
  await view.open("Container");
  await expect(view.pane.getByRole("treeitem", { name: /^seen-later/ })).toBeVisible();
});

test("documents, verified in front of the reader", async ({ page }) => {
  const view = new LayersPage(page);
  await view.machine.open();
  await build(view.machine);
  await view.open("Manifest");
  const { pane } = view;
  const choose = (name: string) => pane.getByRole("combobox", { name: "Image" }).selectOption({ label: name });
  await choose("busybox:latest");
  for (const part of [/^Manifest/, /^Config/, /^Layer 1/]) {
    await pane.getByRole("button", { name: part }).click();
    await pane.getByRole("button", { name: "Verify" }).click();
    await expect(pane.getByText(/bytes give exactly this digest/)).toBeVisible();
  }
  await pane.getByRole("button", { name: "Its diff ID" }).click();
  await pane.getByRole("button", { name: "Verify" }).click();
  await expect(pane.getByText(/bytes give exactly this digest/)).toBeVisible();

  await choose("app:latest");
  await expect(pane.getByText(/made as docker save makes them/)).toBeVisible();
  await pane.getByRole("button", { name: /^Manifest/ }).click();
  await pane.getByRole("button", { name: "Verify" }).click();
  await expect(pane.getByText(/bytes give exactly this digest/)).toBeVisible();
  // A digest in the JSON leads to what it names.
  await pane.getByLabel("Manifest, JSON").getByRole("button").first().click();
  await expect(pane.getByRole("heading", { name: "Config" })).toBeVisible();
});

test("a build, what it reused, and why the rest ran", async ({ page }) => {
  const view = new LayersPage(page);
  await view.machine.open();
  await view.open("Build");
  const { pane } = view;
  await expect(pane.getByText("Nothing was built yet.")).toBeVisible();
  await build(view.machine);
  await expect(pane.getByRole("heading", { name: /What did the build of app/ })).toBeVisible();
  await expect(pane.getByText(/lint not built: nothing needs it/)).toBeVisible();
  await view.machine.run("echo two > src/app.js; clear; docker build -q -t app . && echo again", /\nagain/);
  await expect(pane.getByText(/line 3: COPY src\/ \. ran because src\/app\.js changed/).first()).toBeVisible();
  const first = pane.getByRole("button", { name: /^build, line 2: WORKDIR \/src, cached/ });
  await first.click();
  await page.keyboard.press("ArrowDown");
  await expect(pane.getByRole("button", { name: /^build, line 3: COPY/ })).toBeFocused();
  await expect(pane.getByText(/It was not cached because src\/app\.js changed/)).toBeVisible();
  await pane.getByRole("button", { name: "Copy as SVG" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^<svg [^]*COPY src\/[^]*<\/svg>$/);
  await pane.getByRole("button", { name: /line 11: COPY --from=build/ }).click();
  await pane.getByRole("button", { name: "Show its layer" }).click();
  await expect(pane.getByRole("option", { name: /COPY \/out\.txt/ })).toHaveAttribute("aria-selected", "true");
});

test("nothing serious for a screen reader, at a desk and on a phone, light and dark", async ({ page }) => {
  const view = new LayersPage(page);
  await view.machine.open();
  await build(view.machine);
  await view.machine.run("docker run -d --name box app sh -c 'echo >> /out.txt; sleep 1000'", /\n[0-9a-f]{64}/);
  for (const colorScheme of ["light", "dark"] as const)
    for (const width of [1280, 390]) {
      // Colours are measured as they are, not half way between two.
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await expect(page.locator("html")).toHaveAttribute("data-theme", colorScheme);
      await page.setViewportSize({ width, height: 800 });
      if (width === 390) await page.getByRole("button", { name: "Picture", exact: true }).click();
      else await page.getByRole("tab", { name: "Layers" }).click();
      for (const tab of ["Image", "Container", "Build", "Manifest"]) {
        await view.pane.getByRole("tab", { name: tab, exact: true }).click();
        await expect(view.pane.getByRole("heading").first()).toBeVisible();
        await view.isAccessible();
        const wide = await view.pane.evaluate((pane) => pane.scrollWidth > pane.clientWidth);
        expect(wide, `${tab} at ${width}`).toBe(false);
      }
    }
});
