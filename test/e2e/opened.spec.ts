import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { MachinePage } from "./machine-page.ts";

const text = `---
title: A note for my class
summary: Reads a note that came with the lesson.
minutes: 3
concepts: []
images: []
view: none
layout: text-terminal
---

There is a note in the lesson's folder.

:::task{id="read" title="Copy the note"}
Copy \`note.txt\` to \`copy.txt\`.

\`\`\`sh check
cmp -s note.txt copy.txt
\`\`\`

\`\`\`sh hint
[ -e copy.txt ] || echo 'There is no copy.txt yet.'
\`\`\`

\`\`\`sh solution
cp note.txt copy.txt
\`\`\`

\`\`\`sh alternative
cat note.txt > copy.txt
\`\`\`

\`\`\`sh miss
touch copy.txt
\`\`\`

:::
`;

let folder: string;
test.beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "drydock-")), "Class note");
  mkdirSync(join(folder, "files"), { recursive: true });
  writeFileSync(join(folder, "lesson.md"), text);
  writeFileSync(join(folder, "files", "note.txt"), "hello class\n");
  writeFileSync(join(folder, "unrelated.bin"), "x");
});
test.afterEach(() => rmSync(join(folder, ".."), { recursive: true }));

const catalogue = "./#/lessons";
const mine = (page: Page) => page.getByRole("region", { name: "Opened by you" });

test("a folder is opened, taken, there after a reload, and removed", async ({ page }) => {
  await page.goto(catalogue);
  await page.getByLabel("Folder of the lesson").setInputFiles(folder);
  await expect(page).toHaveURL(/#\/lesson\/elsewhere\/class-note$/);
  await expect(page.getByRole("heading", { name: "A note for my class" })).toBeVisible();
  const machine = new MachinePage(page);
  await machine.prompt();
  await machine.run("cat note.txt", /hello class/);
  await machine.prompt();
  await machine.type("cp note.txt copy.txt\n");
  const task = page.getByRole("region", { name: "Copy the note" });
  await expect(task.getByRole("status")).toHaveText("Done");
  await machine.saved();

  await page.reload();
  await expect(task.getByRole("status")).toHaveText("Done");
  await machine.prompt();
  await machine.run("clear; ls", /copy\.txt/);

  await page.goto(catalogue);
  await expect(mine(page).getByRole("link", { name: "A note for my class" })).toBeVisible();
  await expect(mine(page)).toContainText("Done");
  await mine(page).getByRole("button", { name: "Remove A note for my class" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(mine(page)).toHaveCount(0);
  // Its machine goes too, and is not kept again by whoever comes from it.
  await machine.open();
  const machines = () =>
    page.evaluate(async () => {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("machines");
      const names: string[] = [];
      for await (const name of folder.keys()) names.push(name);
      return names.filter((name) => name.includes("elsewhere"));
    });
  expect(await machines()).toEqual([]);
  await page.goto(catalogue);
  await page.reload();
  await expect(page.getByRole("heading", { name: "A lesson from elsewhere" })).toBeVisible();
  await expect(mine(page)).toHaveCount(0);
});

test("a folder is dropped; one that is no lesson says where and what to write", async ({ page }) => {
  await page.goto(catalogue);
  const drop = (markdown: string) =>
    page.evaluate((content) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], "lesson.md"));
      const target = document.querySelector("main");
      for (const type of ["dragover", "drop"])
        target?.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }, markdown);
  await expect(page.getByRole("heading", { name: "A lesson from elsewhere" })).toBeVisible();
  const broken = text.replace("minutes: 3\n", "").concat("\n<b>bold</b>\n");
  await drop(broken);
  const alert = page.getByRole("alert").filter({ hasText: "This is no lesson yet" });
  await expect(alert.getByRole("listitem")).toHaveCount(2);
  await expect(alert).toContainText(/^\s*This is no lesson yet:\s*lesson\.md, line \d+: .*minutes/);
  const line = broken.split("\n").indexOf("<b>bold</b>") + 1;
  await expect(alert).toContainText(`lesson.md, line ${line}: HTML is not shown`);
  await expect(page).toHaveURL(/#\/lessons$/);
  await drop(text);
  await expect(page).toHaveURL(/#\/lesson\/elsewhere\/lesson$/);
  await expect(page.getByRole("heading", { name: "A note for my class" })).toBeVisible();
});
