import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { MachinePage } from "./machine-page.ts";

test("everything is reset, after the progress was exported: machines, progress, and the space they took", async ({
  page,
  context,
}) => {
  const machine = new MachinePage(page);
  await machine.open("./#/lesson/01-first-steps/01-your-first-container");
  await machine.type("docker run hello-world\n");
  const task = page.getByRole("region", { name: "Run your first container" });
  await expect(task.getByRole("status")).toHaveText("Done");
  await expect(task.getByRole("button", { name: "Back to before this task" })).toBeEnabled();
  await machine.saved();
  const kept = () =>
    page.evaluate(async () => {
      const names: string[] = [];
      const root = await navigator.storage.getDirectory();
      for await (const [name, handle] of root.entries())
        if (handle.kind === "directory")
          for await (const file of (handle as FileSystemDirectoryHandle).keys()) names.push(`${name}/${file}`);
      return names;
    });
  expect((await kept()).length).toBeGreaterThan(0);

  const other = await context.newPage();
  await new MachinePage(other).open();
  await page.bringToFront();
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Reset everything" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText(/They take \d/);
  const download = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Export my progress first" }).click();
  expect(readFileSync(await (await download).path(), "utf8")).toContain("hello");
  await dialog.getByRole("button", { name: "Reset everything" }).click();

  for (const tab of [page, other]) await expect(tab).toHaveURL(/#\/$/);
  await expect(page.getByRole("link", { name: "Start the first lesson" })).toBeVisible();
  expect(await kept()).toEqual([]);
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes("lesson")))).toEqual([]);
  await machine.open("./#/lesson/01-first-steps/01-your-first-container");
  await expect(task.getByRole("status")).toHaveText("To do");
  await machine.run("docker ps -aq | wc -l", /^0$/m);
});
