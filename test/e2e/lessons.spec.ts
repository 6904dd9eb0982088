import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Locator, type Page } from "@playwright/test";
import { MachinePage } from "./machine-page.ts";

/** A lesson as a learner takes it: its text, its tasks, and the terminal beside them. */
class LessonPage extends MachinePage {
  readonly text_ = this.page.getByRole("region", { name: "Text of the lesson" });

  task(title: string): Locator {
    return this.text_.getByRole("region", { name: title });
  }

  async state(title: string, word: string | RegExp): Promise<void> {
    await expect(this.task(title).getByRole("status")).toHaveText(word, { timeout: 60_000 });
  }

  /** The lesson's own machine is there, and its tasks can be done. */
  async ready(title: string): Promise<void> {
    await expect(this.task(title).getByRole("button", { name: "Check" })).toBeEnabled({ timeout: 60_000 });
    await this.prompt();
  }
}

const first = "#/lesson/01-first-steps/01-your-first-container";
const hello = "Run your first container";
const twins = "Two containers that differ";

async function serious(page: Page, part = "body"): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).include(part).exclude(".xterm").analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

test("from the front page to a task done by typing, and all of it after a reload", async ({ page }) => {
  const lesson = new LessonPage(page);
  await page.goto("./");
  await page.getByRole("link", { name: "Start the first lesson" }).click();
  await expect(page).toHaveURL(new RegExp(`${first}$`));
  await expect(page).toHaveTitle("Your first container · Drydock");
  await lesson.ready(hello);
  await expect(page.getByText("0 of 4 tasks")).toBeVisible();

  // A container that was made and never ran is not what the task wants, and the hint says so.
  await lesson.run("docker create hello-world", /\n[0-9a-f]{64}/);
  await lesson.prompt();
  await lesson.task(hello).getByRole("button", { name: "Check" }).click();
  await lesson.state(hello, "Not yet");
  await lesson.task(hello).getByRole("button", { name: "Hint" }).click();
  await expect(lesson.task(hello)).toContainText("was never started");

  await lesson.run("docker container run hello-world", /Look at what is left of it/);
  await lesson.state(hello, "Done");
  await expect(page.getByText("1 of 4 tasks")).toBeVisible();

  await lesson.prompt();
  await lesson.saved();
  await page.reload();
  await lesson.state(hello, "Done");
  await lesson.ready(twins);
  await lesson.run("clear; docker ps -a --format '{{.Image}}'", /hello-world/);
  await page.goto("./");
  await expect(page.getByRole("link", { name: "Continue" })).toBeVisible();
  await expect(page.getByText("1 of 4 tasks")).toBeVisible();
  await page.goto("./#/lessons");
  await expect(
    page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "1.1 Your first container" }) }),
  ).toContainText("1 of 4 tasks");
});

test("a solution is shown at the prompt, or done, and remembered as such; undo and reset go back", async ({ page }) => {
  const lesson = new LessonPage(page);
  await page.goto(`./${first}`);
  const contents = page.locator("#lesson-contents");
  await lesson.ready(hello);
  await lesson.task(hello).getByRole("button", { name: "Show solution" }).click();
  await lesson.shows(/# docker run hello-world$/m);
  await lesson.type("\n");
  await lesson.state(hello, "Done, with the solution shown");
  await lesson.prompt();
  await lesson.task(twins).getByRole("button", { name: "Do it for me" }).click();
  await lesson.state(twins, "Done for you");
  await page.getByRole("button", { name: "Contents" }).click();
  await contents.getByRole("button", { name: "Undo the last task" }).click();
  await lesson.state(twins, /To do|Not yet/);
  await lesson.state(hello, "Done, with the solution shown");
  await page.getByRole("button", { name: "Contents" }).click();
  await contents.getByRole("button", { name: "Reset this lesson" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Reset" }).click();
  await lesson.state(hello, "To do");
});

test("the text: run, copy, terms, quiz, contents, other lessons", async ({ page }) => {
  const lesson = new LessonPage(page);
  await page.goto(`./${first}`);
  await lesson.ready(hello);
  await lesson.text_.getByRole("button", { name: "Run", exact: true }).first().click();
  await lesson.shows(/# python3 heart.py/);
  await lesson.text_.getByRole("button", { name: "Copy" }).first().click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("python3 heart.py");

  const term = lesson.text_.getByRole("button", { name: "container", exact: true }).first();
  await term.focus();
  const card = page.getByRole("link", { name: "In the glossary" }).filter({ visible: true });
  await expect(card).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(card).toHaveCount(0);
  await term.hover();
  await card.hover();
  await expect(card).toBeVisible();
  await card.click();
  await expect(page.locator("#term-container")).toBeFocused();
  await page.goBack();

  const quiz = lesson.text_.getByRole("group", { name: /How many kernels run/ });
  await quiz.getByRole("radio").first().focus();
  await page.keyboard.press("Space");
  await expect(quiz.getByRole("status")).toContainText("Right");
  await page.keyboard.press("ArrowDown");
  await expect(quiz.getByRole("status")).toContainText("Not this one");

  await page.getByRole("button", { name: "Contents" }).click();
  await page.getByRole("link", { name: twins }).click();
  await expect(page).toHaveURL(/\/twins$/);
  await expect(lesson.task(twins)).toBeFocused();
  await page.keyboard.press("]");
  await expect(page).not.toHaveTitle("Your first container · Drydock");
  await page.goBack();
  await expect(page).toHaveTitle("Your first container · Drydock");
  await page.goto("./#/lesson/09-none/01-such");
  await expect(page.getByRole("heading", { name: "There is no such lesson" })).toBeVisible();
});

test("one pane at a time on a phone", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  const lesson = new LessonPage(page);
  await page.goto(`./${first}`);
  const bar = page.getByRole("navigation", { name: "Panes" });
  await expect(lesson.text_).toBeVisible();
  await expect(bar.getByRole("button")).toHaveText(["Lesson", "Terminal", "Picture"]);
  await lesson.text_.getByRole("button", { name: "Run", exact: true }).first().click();
  await lesson.prompt();
  await expect(lesson.text_).toBeHidden();
  await bar.getByRole("button", { name: "Picture" }).click();
  await expect(page.getByRole("tablist", { name: "Views" }).getByRole("tab", { selected: true })).toBeVisible();
  await bar.getByRole("button", { name: "Lesson" }).click();
  await expect(lesson.text_).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);

  // A window at 200 %: all of the menu can be reached.
  await page.setViewportSize({ width: 640, height: 400 });
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Large text for a projector" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-size", "projector");
  await page.getByRole("menuitemcheckbox", { name: "Large text for a projector" }).click();
});

test("nothing serious for a screen reader in a lesson, and its text does not move", async ({ page }) => {
  const lesson = new LessonPage(page);
  await page.goto(`./${first}`);
  await lesson.ready(hello);
  const shift = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          const shifts = list.getEntries() as unknown as readonly { readonly value: number }[];
          resolve(shifts.reduce((sum, { value }) => sum + value, 0));
        }).observe({ type: "layout-shift", buffered: true });
        requestAnimationFrame(() => setTimeout(() => resolve(0), 200));
      }),
  );
  expect(shift).toBeLessThan(0.01);
  for (const colorScheme of ["light", "dark"] as const)
    for (const width of [1280, 390]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 800 });
      if (width === 390)
        await page.getByRole("navigation", { name: "Panes" }).getByRole("button", { name: "Lesson" }).click();
      expect(await serious(page), `${colorScheme} ${width}`).toEqual([]);
    }
});

test("nothing serious in a lesson with each of its views open", async ({ page }) => {
  test.setTimeout(240_000);
  const lesson = new LessonPage(page);
  await page.goto(`./${first}`);
  await lesson.ready(hello);
  await lesson.run("docker run -d --name web --memory 32m busybox sleep 900", /[0-9a-f]{64}/);
  const views = page.getByRole("tablist", { name: "Views" }).getByRole("tab");
  for (const colorScheme of ["light", "dark"] as const)
    for (const width of [1280, 390]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 800 });
      if (width === 390)
        await page.getByRole("navigation", { name: "Panes" }).getByRole("button", { name: "Picture" }).click();
      for (const view of await views.all()) {
        await view.click();
        await expect(page.getByText(/^Loading the /).filter({ visible: true })).toHaveCount(0);
        expect(await serious(page, ".stage"), `${await view.innerText()} ${colorScheme} ${width}`).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      }
    }
});

test("the text keeps the width it was given", async ({ page }) => {
  await page.goto(`./${first}`);
  const splitter = page.getByRole("separator", { name: "Width of the lesson" });
  await splitter.focus();
  await page.keyboard.press("End");
  await expect(splitter).toHaveAttribute("aria-valuenow", "560");
  await page.reload();
  await expect(splitter).toHaveAttribute("aria-valuenow", "560");
});
