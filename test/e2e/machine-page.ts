import { expect, type Locator, type Page } from "@playwright/test";

/** The page as a learner uses it: a terminal to type into, and what stands beside it. */
export class MachinePage {
  readonly terminal: Locator;

  constructor(readonly page: Page) {
    this.terminal = page.getByRole("tabpanel").filter({ visible: true }).locator(".xterm");
  }

  async open(path = "./#/playground"): Promise<void> {
    await this.page.goto(path);
    await this.prompt();
  }

  /** What the screen shows, rows joined by newlines. */
  async text(): Promise<string> {
    const rows = this.terminal.locator(".xterm-rows");
    // Rows are filled up with no-break spaces.
    return rows.evaluate((element) =>
      [...element.children].map((row) => row.textContent.replace(/[\s\u00a0]+/g, " ").trimEnd()).join("\n"),
    );
  }

  /** Waits for a prompt on the last line with text. */
  async prompt(): Promise<void> {
    await expect
      .poll(async () => (await this.text()).trimEnd().split("\n").at(-1), { timeout: 60_000 })
      .toMatch(/[#$]$/);
  }

  /** The machine as it is now is kept: a reload brings it back. */
  async saved(): Promise<void> {
    const since = Date.now();
    await this.page.getByRole("button", { name: "More" }).click();
    await this.page.getByRole("menuitem", { name: "Save now" }).click();
    const status = this.page.locator("[data-saved-at]");
    await expect.poll(async () => Number(await status.getAttribute("data-saved-at"))).toBeGreaterThanOrEqual(since);
  }

  async type(text: string): Promise<void> {
    await this.terminal.locator("textarea").focus();
    await this.page.keyboard.type(text);
  }

  /** Types a command and waits until the screen shows `answer`. */
  async run(command: string, answer: RegExp | string): Promise<void> {
    await this.type(`${command}\n`);
    await this.shows(answer);
  }

  async shows(answer: RegExp | string): Promise<void> {
    const expected = typeof answer === "string" ? new RegExp(answer.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")) : answer;
    await expect.poll(() => this.text(), { timeout: 60_000 }).toMatch(expected);
  }
}
