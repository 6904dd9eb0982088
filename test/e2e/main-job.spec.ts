import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { MachinePage } from "./machine-page.ts";

test("a real container from the first prompt", async ({ page }) => {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  const machine = new MachinePage(page);
  await machine.open();
  await machine.run("docker run --rm busybox echo hi from inside", /\nhi from inside/);
  await machine.prompt();
  await machine.run("docker run -it --name box busybox sh", /\/ #$/m);
  await machine.run("ps", /\n 1 root .*sh/);
  await machine.run("hostname", /\n[0-9a-f]{12}\n/);
  await machine.run("ip addr show eth0", /172\.17\.0\.\d+\/16/);
  await machine.type("exit\n");
  await machine.shows(/\/ # exit\s+drydock:~#/);
  await expect(page.getByRole("region", { name: "Containers" })).toContainText("box");
  expect(errors).toEqual([]);
});

test("a published port in the preview, and all of it after a reload", async ({ page }) => {
  const machine = new MachinePage(page);
  await machine.open();
  await machine.run("docker run -d --name web -p 8080:80 nginx", /\n[0-9a-f]{64}/);
  await machine.prompt();
  await machine.run("until curl -s localhost:8080; do sleep 0.1; done | grep title", /<title>/i);
  await page.getByRole("button", { name: /Open port 8080/ }).click();
  const frame = page.frameLocator("iframe[title*='8080']");
  await expect(frame.locator("body")).toContainText(/nginx/i);
  await machine.run("docker exec web hostname", /\n[0-9a-f]{12}\n/);
  const savedAt = async () => Number(await page.locator("[data-saved-at]").getAttribute("data-saved-at"));
  const asked = Date.now();
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Save now" }).click();
  await expect.poll(savedAt).toBeGreaterThan(asked);
  await page.reload();
  await machine.prompt();
  await machine.run("clear; docker ps --format '{{.Names}} {{.Status}}'", /web Up/);
  await machine.run("curl -s localhost:8080 | head -5", /<title>/i);
  await machine.run("docker stop web", /\nweb\n/);
});

test("nothing serious for a screen reader, at a desk and on a phone, light and dark", async ({ page }) => {
  const machine = new MachinePage(page);
  await machine.open();
  for (const scheme of ["light", "dark"] as const)
    for (const width of [1280, 390]) {
      // Colours are measured as they are, not half way between two.
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 800 });
      const { violations } = await new AxeBuilder({ page }).exclude(".xterm").analyze();
      expect(
        violations
          .filter((v) => v.impact === "serious" || v.impact === "critical")
          .map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`),
      ).toEqual([]);
    }
});
