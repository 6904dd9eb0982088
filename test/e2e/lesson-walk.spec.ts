import { expect, test, type Locator } from "@playwright/test";
import type { Block, Inline, Lesson, Quiz, Task } from "../../lessons/lesson.ts";
import { readLessons } from "../lessons/sources.ts";
import { MachinePage } from "./machine-page.ts";

const plain = (content: readonly Inline[]): string =>
  content.map((inline) => ("text" in inline ? inline.text : plain(inline.content))).join("");
/** A learner looks all the time. */
const patience = { timeout: 60_000, intervals: [50] };
const squeezed = (text: string) => text.replace(/\s+/g, "");

/** Commands with a Run button, in the order of their buttons. */
function runnable(blocks: readonly Block[]): string[] {
  return blocks.flatMap((block): string[] => {
    switch (block.kind) {
      case "code":
        return block.run ? [block.text] : [];
      case "list":
        return block.items.flatMap(runnable);
      case "note":
      case "warning":
        return runnable(block.blocks);
      case "compare":
        return block.columns.flatMap(({ blocks: column }) => runnable(column));
      case "task":
        return runnable(block.goal);
      default:
        return [];
    }
  });
}

/** A lesson from its first line to the next lesson, with the keyboard in the terminal and the pointer in the text. */
class Walk extends MachinePage {
  readonly reader = this.page.getByRole("region", { name: "Text of the lesson" });
  readonly problems: string[] = [];

  constructor(
    page: MachinePage["page"],
    readonly lesson: Lesson,
  ) {
    super(page);
    page.on("pageerror", (error) => this.problems.push(error.message));
  }

  task({ id }: Task): Locator {
    return this.reader.locator(`#task-${id}`);
  }

  status(task: Task): Locator {
    return this.task(task).getByRole("status");
  }

  async ready(): Promise<void> {
    const open = this.reader.getByRole("button", { name: "Check" }).first();
    await expect(open).toBeEnabled({ timeout: 60_000 });
    await this.prompt();
  }

  override async prompt(): Promise<void> {
    await expect.poll(async () => (await this.text()).trimEnd().split("\n").at(-1), patience).toMatch(/[#$]$/);
  }

  override async shows(answer: string): Promise<void> {
    await expect.poll(() => this.text(), patience).toContain(answer);
  }

  /** Types a line, sees it at the prompt, presses Enter, and waits for the next prompt or for more of the command. */
  async enter(line: string): Promise<void> {
    await this.type(line);
    const typed = squeezed(line);
    await expect.poll(async () => squeezed(await this.text()).endsWith(typed), patience).toBe(true);
    await this.page.keyboard.press("Enter");
    await expect
      .poll(async () => (await this.text()).trimEnd().split("\n").at(-1) ?? "", patience)
      .toMatch(/(^|[^>])[#$]$|^>$/);
  }

  async enterAll(script: string): Promise<void> {
    for (const line of script.trim().split("\n")) await this.enter(line);
  }

  /** The first two letters changed places; nothing of a command that would write a file. */
  async mistype({ solution }: Task): Promise<void> {
    const [word = "", argument = ""] = solution.trim().split(/\s+/);
    const typo = `${word.charAt(1)}${word.charAt(0)}${word.slice(2)}`;
    await this.enter(/^[\w-]+$/.test(argument) ? `${typo} ${argument}` : typo);
    await this.shows(`${typo}: not found`);
  }

  async notYet(task: Task): Promise<void> {
    await this.task(task).getByRole("button", { name: "Check" }).click();
    await expect(this.status(task)).toHaveText("Not yet");
  }

  /** What the lesson's author wrote as nearly right: not done, and a hint says what is wrong. */
  async nearMiss(task: Task, script: string): Promise<void> {
    await this.enterAll(script);
    await this.notYet(task);
    await this.task(task).getByRole("button", { name: "Hint" }).click();
    await expect(this.task(task).locator(".hint")).toHaveText(/Hint\s+\S/);
  }

  async startOver(task: Task): Promise<void> {
    await this.page.getByRole("button", { name: "Contents" }).click();
    await this.page.locator("#lesson-contents").getByRole("button", { name: "Reset this lesson" }).click();
    await this.page.getByRole("dialog").getByRole("button", { name: "Reset" }).click();
    await expect(this.status(task)).toHaveText("To do", { timeout: 60_000 });
    await this.ready();
  }

  async solve(task: Task): Promise<void> {
    await this.mistype(task);
    await this.notYet(task);
    await this.enterAll(task.solution);
    await expect(this.status(task)).toHaveText("Done", { timeout: 60_000 });
  }

  /** Presses a Run button on a cleared screen, and waits until its command has ended. */
  async pressRun(at: number): Promise<void> {
    await this.terminal.locator("textarea").press("Control+l");
    await expect.poll(() => this.text(), patience).toMatch(/^\s*\S+[#$]\s*$/);
    const before = await this.text();
    await this.reader.getByRole("button", { name: "Run", exact: true }).nth(at).click();
    await expect.poll(() => this.text(), patience).not.toBe(before);
    await this.prompt();
  }

  /** Wrong first, then right; each with its reason. */
  async answer(quiz: Quiz): Promise<void> {
    const card = this.reader.getByRole("group", { name: plain(quiz.question) });
    for (const right of [false, true]) {
      const at = quiz.answers.findIndex((answer) => answer.right === right);
      await card.getByRole("radio").nth(at).check();
      await expect(card.getByRole("status")).toContainText(right ? "Right" : "Not this one");
      await expect(card.getByRole("status")).toContainText(plain(quiz.answers[at]?.reason ?? []));
    }
  }

  /** A picture that the page has opens in its own pane; builds and manifests are drawn with the layers. */
  async seesPicture(view: string): Promise<void> {
    const id = view === "build" || view === "manifest" ? "layers" : view;
    const tab = this.page.locator(`#view-${id}`);
    if ((await tab.count()) === 0)
      return expect(this.page.locator("#view-terminal")).toHaveAttribute("aria-selected", "true");
    await expect(tab).toHaveAttribute("aria-selected", "true");
    const pane = this.page.locator(`#pane-${id}`);
    await expect(pane).toHaveText(/\S/);
    await expect(pane.getByText(/^Loading the /)).toHaveCount(0);
    await expect(pane.getByRole("alert")).toHaveCount(0);
    await expect(pane.getByText(/^(There is no (image|container) |Publish a port )/)).toHaveCount(0);
  }
}

const { lessons, problems } = readLessons();

test("every lesson compiles", () => {
  expect(problems).toEqual([]);
});

for (const [at, lesson] of lessons.entries())
  test(`${lesson.number} ${lesson.title}, start to finish`, async ({ page }) => {
    test.setTimeout(240_000);
    const walk = new Walk(page, lesson);
    await page.goto("./#/lessons");
    await page.getByRole("link", { name: `${lesson.number} ${lesson.title}` }).click();
    await expect(page).toHaveTitle(`${lesson.title} · Drydock`);
    await walk.ready();
    await walk.seesPicture(lesson.view);

    const tasks = lesson.blocks.filter((block) => block.kind === "task");
    const [first] = tasks;
    const miss = first?.ways.find(({ kind }) => kind === "miss");
    if (first !== undefined && miss !== undefined) {
      await walk.nearMiss(first, miss.script);
      await walk.startOver(first);
    }

    let buttons = 0;
    for (const block of lesson.blocks) {
      if (block.kind === "task") await walk.solve(block);
      else if (block.kind === "quiz") await walk.answer(block);
      else if (block.kind === "picture") {
        await walk.reader.getByRole("button", { name: block.label }).click();
        await walk.seesPicture(block.view);
      }
      const commands = runnable([block]);
      if (block.kind !== "task") for (const n of commands.keys()) await walk.pressRun(buttons + n);
      buttons += commands.length;
    }

    await expect(page.getByText(`${tasks.length} of ${tasks.length} tasks`)).toBeVisible();
    const finish = walk.reader.getByRole("region", { name: "You are done with this lesson" });
    await expect(finish).toBeVisible();
    const next = lessons[at + 1];
    await finish.getByRole("link", { name: next === undefined ? "All lessons" : `Next lesson ${next.title}` }).click();
    await expect(page.getByRole("heading", { level: 1 }).filter({ visible: true })).toHaveText(
      next?.title ?? "Lessons",
    );
    expect(walk.problems).toEqual([]);
  });
