import * as v from "valibot";
import { Lab } from "../../emulator/index.ts";
import * as images from "../../emulator/client/image.ts";
import { TypedShell } from "../../emulator/node/bench/typed-shell.ts";
import { loadSnapshot } from "../../emulator/node/snapshot.ts";
import { folderSource } from "../../emulator/node/source.ts";
import type { Lesson, Task } from "../../lessons/lesson.ts";

type Parts = Awaited<ReturnType<Lab["save"]>>["parts"];

const scriptResult = v.object({
  exitCode: v.number(),
  stdout: v.string(),
  stderr: v.string(),
  timedOut: v.boolean(),
});
type ScriptResult = v.InferOutput<typeof scriptResult>;

/** How long a check may take on a machine that has others beside it, and how long what a task does may take to show, in ms. */
const checkLimit = 20_000;
const patience = 15_000;

/** A machine as a lesson has it: its images, its files in /root/lesson, and a learner's shell there. */
export class Stage {
  private constructor(
    readonly lab: Lab,
    readonly shell: TypedShell,
  ) {}

  static async open(lesson: Pick<Lesson, "files" | "images">): Promise<Stage> {
    const lab = await Lab.restore(await folderSource(), await loadSnapshot(() => undefined));
    await lab.ready;
    await lab.files.makeDirectory("/", "/root/lesson", { parents: true });
    for (const { path, mode, base64 } of lesson.files) {
      const at = path.lastIndexOf("/");
      if (at > 0) await lab.files.makeDirectory("/", `/root/lesson/${path.slice(0, at)}`, { parents: true });
      await lab.files.write("/", `/root/lesson/${path}`, Buffer.from(base64, "base64"), { mode });
    }
    for (const image of lesson.images) {
      const [name = image, tag = "latest"] = image.split(":");
      for await (const message of await images.pull({ transport: lab.transport }, { image: name, tag }))
        if (typeof message["error"] === "string") throw new Error(`the pull of ${image}: ${message["error"]}`);
    }
    return Stage.#of(lab);
  }

  /** A machine that goes on from a moment of another. */
  static async from(parts: Parts): Promise<Stage> {
    const lab = await Lab.restore(await folderSource(), parts);
    await lab.ready;
    return Stage.#of(lab);
  }

  static async #of(lab: Lab): Promise<Stage> {
    const shell = await TypedShell.open(lab, `author-${Math.random()}`);
    const stage = new Stage(lab, shell);
    await shell.run("cd /root/lesson");
    return stage;
  }

  async moment(): Promise<Parts> {
    return (await this.lab.save()).parts;
  }

  /** In the learner's shell, so that where it stands and what it sets stays. */
  async type(script: string): Promise<string> {
    await this.lab.files.write("/", "/tmp/typed.sh", new TextEncoder().encode(`${script}\n`));
    return (await this.shell.run(". /tmp/typed.sh", 120_000)).output;
  }

  /** As the page runs checks and hints: through its own door. */
  async run(script: string, timeoutMs = checkLimit): Promise<ScriptResult> {
    const body = new TextEncoder().encode(JSON.stringify({ script, cwd: "/root/lesson", timeoutMs }));
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

  async passes({ check }: Pick<Task, "check">): Promise<boolean> {
    const { exitCode, timedOut, stderr } = await this.run(check);
    if (timedOut) throw new Error(`the check took more than ${checkLimit / 1000} s: ${stderr}`);
    return exitCode === 0;
  }

  /** True as soon as the check passes, false when it does not for long. */
  async comesToPass(task: Pick<Task, "check">): Promise<boolean> {
    const deadline = performance.now() + patience;
    do if (await this.passes(task)) return true;
    while (performance.now() < deadline);
    return false;
  }

  /** What the first of the hints that says something says. */
  async hint({ hints }: Pick<Task, "hints">): Promise<string> {
    for (const { script, line } of hints) {
      const { stdout, timedOut } = await this.run(script);
      if (timedOut) throw new Error(`the hint of line ${line} took more than ${checkLimit / 1000} s`);
      if (stdout.trim() !== "") return stdout.trim();
    }
    return "";
  }

  close(): Promise<void> {
    return this.lab.close();
  }
}
