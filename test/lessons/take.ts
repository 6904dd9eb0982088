import { slowScript } from "../../lessons/limits.ts";
import type { Lesson, Task } from "../../lessons/lesson.ts";
import { Stage, type Moment, type Said } from "./stage.ts";
import type { Timing } from "./timing.ts";
import { matches, shownCommands } from "./verify.ts";

/** A `console verify` may need a command that takes its time. */
const longestCommand = 30_000;

/** One lesson on machines of its own. What each part gives is what went wrong, in words for the author. */
export class Taking {
  #beginning: Moment | undefined;
  /** Lines of the hints that spoke. */
  readonly #spoke = new Set<number>();

  constructor(
    readonly lesson: Lesson,
    readonly timing: Timing,
  ) {}

  /** Every command of the text is clicked, and tasks are solved as they are shown. */
  async asWritten(): Promise<string[]> {
    const wrong: string[] = [];
    const stage = await this.#begin();
    try {
      for (const item of shownCommands(this.lesson.blocks)) {
        if (!("kind" in item)) {
          const { command, expected } = item;
          if (expected === undefined) await stage.type(command.text);
          else {
            const { stdout, stderr } = await stage.run(command.text, longestCommand);
            if (!matches(expected.text, stdout + stderr))
              wrong.push(this.#at(expected.line, `the machine prints\n${stdout}${stderr}instead of\n${expected.text}`));
          }
          continue;
        }
        if (!(await this.#solve(stage, item, wrong))) break;
        if (!(await stage.passes(item)))
          wrong.push(this.#at(item.line, `task ${item.id}: its check passes once and then not again`));
      }
    } finally {
      this.#noteRefused(stage, wrong);
      await stage.close();
    }
    return wrong;
  }

  /** The tasks alone, and each alternative and near miss from the moment its task begins. */
  async byTasks(): Promise<string[]> {
    const wrong: string[] = [];
    const befores = new Map<Task, Moment>();
    let stage = await this.#begin();
    try {
      for (const task of this.lesson.blocks) {
        if (task.kind !== "task") continue;
        if (task.ways.length > 0) befores.set(task, befores.size === 0 ? this.#first() : await stage.moment());
        const said = await stage.hint(task);
        if (said === undefined)
          wrong.push(this.#at(task.line, `task ${task.id}: its hints say nothing before anything was done`));
        this.#note(said);
        if (!(await this.#solve(stage, task, wrong))) return wrong;
      }
      this.#noteRefused(stage, wrong);
      for (const [task, before] of befores) {
        for (const way of task.ways) {
          await stage.close();
          stage = await Stage.from(this.lesson, before, this.timing);
          await this.#goAnotherWay(stage, task, way, wrong);
          this.#noteRefused(stage, wrong);
        }
        befores.delete(task);
      }
    } finally {
      await stage.close();
    }
    return [...new Set(wrong), ...this.#silent(), ...this.#slow()];
  }

  async #goAnotherWay(stage: Stage, task: Task, way: Task["ways"][number], wrong: string[]): Promise<void> {
    const { kind, script, line } = way;
    await stage.type(script);
    if (kind === "alternative") {
      if (!(await stage.comesToPass(task)))
        wrong.push(this.#at(line, `this way does not pass task ${task.id}; hint: ${told(await stage.hint(task))}`));
      return;
    }
    if (await stage.passes(task)) return void wrong.push(this.#at(line, `this near miss passes task ${task.id}`));
    const said = await stage.hint(task);
    this.#note(said);
    if (said === undefined) wrong.push(this.#at(line, `this near miss of task ${task.id} gets no hint`));
  }

  /** False when the rest of the lesson cannot be taken. */
  async #solve(stage: Stage, task: Task, wrong: string[]): Promise<boolean> {
    if (await stage.passes(task))
      wrong.push(this.#at(task.line, `task ${task.id}: its check passes before anything was done`));
    await stage.type(task.solution);
    if (await stage.comesToPass(task)) return true;
    const hint = told(await stage.hint(task));
    wrong.push(this.#at(task.line, `task ${task.id}: its check does not pass after its solution; hint: ${hint}`));
    return false;
  }

  /** A machine at the lesson's beginning, which is made once. */
  async #begin(): Promise<Stage> {
    if (this.#beginning !== undefined) return Stage.from(this.lesson, this.#beginning, this.timing);
    const stage = await Stage.open(this.lesson, this.timing);
    this.#beginning = await stage.moment();
    return stage;
  }

  #first(): Moment {
    if (this.#beginning === undefined) throw new Error("the lesson has not begun");
    return this.#beginning;
  }

  #note(said: Said | undefined): void {
    if (said !== undefined) this.#spoke.add(said.line);
  }

  #noteRefused(stage: Stage, wrong: string[]): void {
    for (const image of stage.registry.refused)
      wrong.push(this.#at(1, `the lesson uses the image ${image}, which its images: do not name`));
  }

  /** A hint that no state brings up is one that nobody has read. */
  #silent(): string[] {
    return this.lesson.blocks.flatMap((block) =>
      block.kind !== "task"
        ? []
        : block.hints
            .filter(({ line }) => !this.#spoke.has(line))
            .map(({ line }) =>
              this.#at(
                line,
                `this hint of task ${block.id} never spoke: not before anything was done, and after no near miss. Add a \`\`\`sh miss in which it is the first to speak, or take it out`,
              ),
            ),
    );
  }

  /** Slow computers take several times as long. */
  #slow(): string[] {
    return this.timing
      .slowest()
      .filter(([, work]) => work > slowScript)
      .map(([what, work]) =>
        this.#at(
          1,
          `${what} works for ${Math.round(work)} ms. Let it take ${slowScript} ms at most: fewer commands, no loops over them`,
        ),
      );
  }

  #at(line: number, message: string): string {
    return `lessons/${this.lesson.id}/lesson.md:${line}: ${message}`;
  }
}

function told(said: Said | undefined): string {
  return said === undefined ? "none" : said.text;
}
