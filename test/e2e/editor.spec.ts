import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { MachinePage } from "./machine-page.ts";

/** The editor beside the terminal of one machine. */
class EditorPage extends MachinePage {
  readonly region = this.page.getByRole("region", { name: "Editor" });
  readonly files = this.page.getByRole("tree");
  readonly lastBuild = this.page.getByRole("list", { name: /^The last build/ });

  #commands = 0;

  /** Types a command and waits until it is over. */
  async command(text: string): Promise<void> {
    const mark = `over-${++this.#commands}`;
    await this.run(`clear; ${text}; echo ${mark}`, new RegExp(`(?:^|\\n)${mark}(?:\\n|$)`));
  }

  async openEditor(): Promise<void> {
    await this.page.getByRole("tab", { name: "Editor" }).click();
    await expect(this.region).toBeVisible();
  }

  /** The lines in sight, as they are drawn. */
  async lines(): Promise<string[]> {
    const rows = this.region.locator(".view-line");
    const drawn = await rows.evaluateAll((elements) =>
      elements
        .map((element) => ({ top: element.getBoundingClientRect().top, text: element.textContent }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text.replaceAll("\u00a0", " ")),
    );
    return drawn;
  }

  async textIs(expected: readonly string[]): Promise<void> {
    await expect.poll(() => this.lines()).toEqual(expected);
  }

  async caretAtEnd(): Promise<void> {
    await this.region.locator(".view-line").first().click();
    await this.page.keyboard.press("Control+End");
  }

  /** Types line by line as if nothing were set in by the editor. */
  async write(text: string): Promise<void> {
    await this.page.keyboard.insertText(text);
  }

  async textSaved(): Promise<void> {
    await expect(this.region.locator("footer")).toContainText("Saved");
  }
}

async function withEditor(page: Page, dockerfile: string): Promise<EditorPage> {
  const editor = new EditorPage(page);
  await editor.open();
  await editor.command(`printf '${dockerfile}' > Dockerfile`);
  await editor.openEditor();
  await expect(editor.region.locator(".view-line").first()).toBeVisible();
  return editor;
}

test("a folder of the machine is what the editor edits", async ({ page }) => {
  const editor = await withEditor(page, "FROM busybox:1.35\\n");
  await editor.textIs(["FROM busybox:1.35", ""]);

  await test.step("what is typed here is read there", async () => {
    await editor.caretAtEnd();
    await editor.write("USER nobody\n");
    await editor.textSaved();
    await editor.run("clear; cat Dockerfile", /FROM busybox:1\.35\s+USER nobody/);
  });

  await test.step("what is written there is shown here, and can be undone", async () => {
    await editor.command("echo 'LABEL from=terminal' >> Dockerfile");
    await editor.textIs(["FROM busybox:1.35", "USER nobody", "LABEL from=terminal", ""]);
    await editor.caretAtEnd();
    await page.keyboard.press("Control+z");
    await editor.textIs(["FROM busybox:1.35", "USER nobody", ""]);
    await editor.textSaved();
    await editor.run("clear; grep -c . Dockerfile", /(?:^|\n)2\n/);
  });

  await test.step("files of the terminal come into the tree, and go", async () => {
    await editor.command("mkdir src; echo 1 > src/a.txt");
    await editor.files.getByRole("treeitem", { name: /^src/ }).click();
    await expect(editor.files.getByRole("treeitem", { name: /^a\.txt/ })).toBeVisible();
    await editor.command("rm -r src");
    await expect(editor.files.getByRole("treeitem", { name: /^src/ })).toHaveCount(0);
  });

  await test.step("a file made here is there", async () => {
    await page.getByRole("button", { name: "New file" }).click();
    await page.getByLabel("Name, or a path in the folder").fill("etc/app.conf");
    await page.getByRole("button", { name: "Create" }).click();
    await expect(page.getByRole("list", { name: "Open files" })).toContainText("app.conf");
    await editor.caretAtEnd();
    await editor.write("port=80\n");
    await editor.textSaved();
    await editor.run("clear; cat etc/app.conf", /port=80/);
  });
});

test("nothing serious for a screen reader in the editor", async ({ page }) => {
  const editor = await withEditor(page, "FROM busybox:1.35\\nRUN echo a\\nCMD echo b\\n");
  await editor.region.getByRole("button", { name: "Build", exact: true }).click();
  await expect(editor.lastBuild).toBeVisible();
  await editor.region.getByRole("button", { name: /warning/ }).click();
  await editor.region.getByRole("button", { name: "JSONArgsRecommended", exact: true }).click();
  await expect(editor.region.getByRole("complementary")).toBeVisible();
  for (const scheme of ["light", "dark"] as const)
    for (const width of [1280, 390]) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 800 });
      await expect(editor.region).toBeVisible();
      const { violations } = await new AxeBuilder({ page }).exclude(".xterm").analyze();
      expect(
        violations
          .filter((v) => v.impact === "serious" || v.impact === "critical")
          .map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`),
      ).toEqual([]);
    }
});

test("Escape and then Tab leave the text", async ({ page }) => {
  const editor = await withEditor(page, "FROM busybox:1.35\\n");
  await editor.caretAtEnd();
  await page.keyboard.press("Tab");
  const inText = () => page.evaluate(() => document.activeElement?.closest(".monaco-editor") !== null);
  expect(await inText()).toBe(true);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  expect(await inText()).toBe(false);
});

test("from a mistake to a build whose lines are cached", async ({ page }) => {
  const editor = await withEditor(page, "FROM busybox:1.35\\n");
  const problems = editor.region.getByRole("list", { name: "Problems" });

  await test.step("a mistake is underlined, listed and mended", async () => {
    await editor.caretAtEnd();
    await editor.write("WROKDIR /app\nRUN echo made > made.txt\nCMD cat made.txt\n");
    await expect(editor.region.locator(".squiggly-error")).toBeVisible();
    await editor.region.getByRole("button", { name: "1 error" }).click();
    await expect(problems).toContainText("unknown instruction: WROKDIR (did you mean WORKDIR?)");
    await problems.getByRole("button", { name: "Change to WORKDIR" }).click();
    await expect(editor.region.locator(".squiggly-error")).toHaveCount(0);
  });

  await test.step("a rule explains itself, and its fix is one step", async () => {
    await problems.getByRole("button", { name: "JSONArgsRecommended", exact: true }).click();
    const about = editor.region.getByRole("complementary", { name: "About JSONArgsRecommended" });
    await expect(about).toContainText("Docker's own check");
    await page.keyboard.press("Escape");
    await expect(about).toHaveCount(0);
  });

  await test.step("Build types the command, and the margin says what ran", async () => {
    await editor.region.getByLabel("Tag").fill("made");
    await editor.region.getByRole("button", { name: "Build", exact: true }).click();
    await editor.shows(/docker build -t made \./);
    await expect(editor.lastBuild.getByRole("button", { name: /^Line 3, RUN: executed/ })).toBeVisible();
    await expect(editor.region.locator("footer")).toContainText(/Built made in/);
  });

  await test.step("the second time it is cached", async () => {
    await editor.prompt();
    await editor.region.getByRole("button", { name: "Build", exact: true }).click();
    await expect(editor.lastBuild.getByRole("button", { name: /^Line 3, RUN: cached/ })).toBeVisible();
  });

  await test.step("a line leads to its layer", async () => {
    await editor.lastBuild.getByRole("button", { name: /^Line 3, RUN/ }).click();
    await expect(page.getByRole("tab", { name: "Layers" })).toHaveAttribute("aria-selected", "true");
    await editor.openEditor();
  });

  await test.step("what changed since is told, and the image runs", async () => {
    await editor.caretAtEnd();
    await editor.write("# changed\n");
    await expect(page.getByRole("list", { name: "The last build, before the text changed" })).toBeVisible();
    await editor.prompt();
    await editor.region.getByRole("button", { name: "Run", exact: true }).click();
    await editor.shows(/docker run --rm -it made\s+made/);
  });
});

test("completion knows images, tags and the files of the folder", async ({ page }) => {
  const editor = await withEditor(page, "FROM busybox:1.35\\n");
  const offers = page.locator(".suggest-widget .monaco-list-row");
  await editor.command("mkdir -p src; echo 1 > src/main.py");
  await editor.caretAtEnd();
  await page.keyboard.type("FROM pyt");
  await expect(offers.first()).toContainText("python");
  await page.keyboard.press("Enter");
  await page.keyboard.type("3.11.2-s");
  await expect(offers.first()).toContainText("3.11.2-slim");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await page.keyboard.type("COPY sr");
  await expect(offers.first()).toContainText("src/");
  await page.keyboard.press("Enter");
  await expect(offers.first()).toContainText("main.py");
  await page.keyboard.press("Enter");
  await editor.textIs(["FROM busybox:1.35", "FROM python:3.11.2-slim", "COPY src/main.py"]);
});

test("files come in by a drop or a choice, and the folder goes out as a tar", async ({ page }) => {
  const editor = await withEditor(page, "FROM busybox:1.35\\n");
  await page.getByLabel("Files to copy into the folder").setInputFiles([
    { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("from this side\n") },
    { name: "more.txt", mimeType: "text/plain", buffer: Buffer.from("more\n") },
  ]);
  await expect(editor.files.getByRole("treeitem", { name: /^notes\.txt/ })).toBeVisible();
  await editor.run("clear; cat notes.txt more.txt", /from this side\s+more/);
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download the folder" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("root.tar");
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(Buffer.from(chunk as Uint8Array));
  expect(Buffer.concat(chunks).includes("from this side")).toBe(true);
});

test("a file is renamed and deleted, and what is open follows", async ({ page }) => {
  const editor = await withEditor(page, "FROM busybox:1.35\\n");
  const open = page.getByRole("list", { name: "Open files" });
  const row = editor.files.getByRole("treeitem", { name: /^Dockerfile/ });
  await row.focus();
  await page.keyboard.press("F2");
  await page.getByLabel("New name").fill("Dockerfile.dev");
  await page.getByRole("button", { name: "Rename", exact: true }).click();
  await expect(open).toContainText("Dockerfile.dev");
  await editor.command("grep -c busybox Dockerfile.dev");
  await editor.region.getByRole("button", { name: "Build", exact: true }).click();
  await editor.shows(/docker build -f Dockerfile\.dev -t app \./);
  await editor.files.getByRole("treeitem", { name: /^Dockerfile\.dev/ }).focus();
  await page.keyboard.press("Delete");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByRole("heading", { name: "A first Dockerfile" })).toBeVisible();
});
