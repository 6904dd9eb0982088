import * as v from "valibot";
import { Lab } from "../../emulator/index.ts";
import * as images from "../../emulator/client/image.ts";
import { TypedShell } from "../../emulator/node/bench/typed-shell.ts";
import { lessonFolder, scriptLimits, slowScript } from "../../lessons/limits.ts";
import type { Lesson, Task } from "../../lessons/lesson.ts";
import type { LessonRegistry } from "./supply.ts";
import { snapshot, sourceFor } from "./supply.ts";
import type { Timing } from "./timing.ts";

export type Moment = Awaited<ReturnType<Lab["save"]>>["parts"];

const scriptResult = v.object({
  exitCode: v.number(),
  stdout: v.string(),
  stderr: v.string(),
  timedOut: v.boolean(),
  cpuMs: v.number(),
});
type ScriptResult = v.InferOutput<typeof scriptResult>;

/** How long what a task does may take to show, and how often it is looked for, in ms. */
const patience = 15_000;
const look = 60;

/** A hint that spoke. */
export interface Said {
  readonly line: number;
  readonly text: string;
}

/** A machine as a lesson has it: its images, its files in /root/lesson, and a learner's shell there. */
export class Stage {
  private constructor(
    readonly lab: Lab,
    readonly shell: TypedShell,
    readonly registry: LessonRegistry,
    readonly timing: Timing,
  ) {}

  /** The beginning of a lesson. */
  static open(lesson: Lesson, timing: Timing): Promise<Stage> {
    return timing.of("open", async () => {
      const { source, registry } = await sourceFor(lesson);
      const lab = await Lab.restore(source, await snapshot());
      await lab.ready;
      await lab.files.makeDirectory("/", lessonFolder, { parents: true });
      for (const { path, mode, base64 } of lesson.files) {
        const at = path.lastIndexOf("/");
        if (at > 0) await lab.files.makeDirectory("/", `${lessonFolder}/${path.slice(0, at)}`, { parents: true });
        await lab.files.write("/", `${lessonFolder}/${path}`, Buffer.from(base64, "base64"), { mode });
      }
      for (const image of lesson.images) {
        const [name = image, tag = "latest"] = image.split(":");
        for await (const message of await images.pull({ transport: lab.transport }, { image: name, tag }))
          if (typeof message["error"] === "string") throw new Error(`the pull of ${image}: ${message["error"]}`);
      }
      return Stage.#of(lab, registry, timing);
    });
  }

  /** A machine that goes on from a moment of another. */
  static from(lesson: Lesson, moment: Moment, timing: Timing): Promise<Stage> {
    return timing.of("restore", async () => {
      const { source, registry } = await sourceFor(lesson);
      const lab = await Lab.restore(source, moment);
      await lab.ready;
      return Stage.#of(lab, registry, timing);
    });
  }

  static async #of(lab: Lab, registry: LessonRegistry, timing: Timing): Promise<Stage> {
    const shell = await TypedShell.open(lab, `author-${Math.random()}`);
    const stage = new Stage(lab, shell, registry, timing);
    await shell.run(`cd ${lessonFolder}`);
    return stage;
  }

  moment(): Promise<Moment> {
    return this.timing.of("save", async () => (await this.registry.duringSave(() => this.lab.save())).parts);
  }

  /** In the learner's shell, so that where it stands and what it sets stays. */
  type(script: string): Promise<string> {
    return this.timing.of("type", async () => {
      await this.lab.files.write("/", "/tmp/typed.sh", new TextEncoder().encode(`${script}\n`));
      return (await this.shell.run(". /tmp/typed.sh", 120_000)).output;
    });
  }

  /** As the page runs checks and hints: through its own door, with its limits. */
  async run(script: string, timeoutMs: number = scriptLimits.wait): Promise<ScriptResult> {
    const cpuMs = Math.max(timeoutMs - scriptLimits.wait, 0) + scriptLimits.work;
    const body = new TextEncoder().encode(JSON.stringify({ script, cwd: lessonFolder, timeoutMs, cpuMs }));
    const response = await this.lab.inside({
      method: "POST",
      target: "/inside/scripts/run",
      headers: { "content-type": "application/json" },
      body: new Blob([body]).stream(),
      signal: new AbortController().signal,
    });
    const text = await new Response(response.body as BodyInit).text();
    if (response.status !== 200) throw new Error(text);
    return v.parse(scriptResult, JSON.parse(text));
  }

  async passes({ id, check }: Pick<Task, "id" | "check">): Promise<boolean> {
    const { exitCode, stderr } = await this.#timely(`the check of ${id}`, check);
    if (exitCode === 126 || exitCode === 127) throw new Error(`the check of ${id} could not run: ${stderr}`);
    return exitCode === 0;
  }

  /** True as soon as the check passes, false when it does not for long. */
  async comesToPass(task: Pick<Task, "id" | "check">): Promise<boolean> {
    const deadline = performance.now() + patience;
    for (;;) {
      if (await this.passes(task)) return true;
      if (performance.now() > deadline) return false;
      await new Promise((resolve) => setTimeout(resolve, look));
    }
  }

  /** The first of the hints that says something. */
  async hint({ hints }: Pick<Task, "hints">): Promise<Said | undefined> {
    for (const { script, line } of hints) {
      const { stdout } = await this.#timely(`the hint of line ${line}`, script);
      if (stdout.trim() !== "") return { line, text: stdout.trim() };
    }
    return undefined;
  }

  async #timely(what: string, script: string): Promise<ScriptResult> {
    const { result, work } = await this.#measured(what, script);
    let least = work;
    // The first time costs more, and so do others on the same processor: what it takes itself is the least of some runs.
    for (let more = 0; more < 2 && least > slowScript; more++)
      least = Math.min(least, (await this.#measured(what, script)).work);
    this.timing.script(what, least);
    return result;
  }

  async #measured(what: string, script: string): Promise<{ readonly result: ScriptResult; readonly work: number }> {
    const before = process.cpuUsage();
    const result = await this.timing.of(what.startsWith("the check") ? "check" : "hint", () => this.run(script));
    const { user, system } = process.cpuUsage(before);
    if (result.timedOut)
      throw new Error(`${what} took too long: ${Math.round(result.cpuMs)} ms of work; ${result.stderr}`);
    // To the guest, time that others take from this process is its own work; what this process does beside is not.
    return { result, work: Math.min(result.cpuMs, (user + system) / 1000) };
  }

  close(): Promise<void> {
    return this.lab.close();
  }
}
