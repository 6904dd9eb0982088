import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Learner, memoryStorage } from "./testing/fakes.ts";
import type { LessonRun } from "./run.svelte.ts";

let learner: Learner;
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("localStorage", memoryStorage());
  learner = new Learner();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const wait = (time: number) => vi.advanceTimersByTimeAsync(time);
const states = (run: LessonRun) => run.tasks.map(({ id, state }) => `${id} ${state}`);

async function begun(ids?: readonly string[]): Promise<LessonRun> {
  const run = learner.run(ids);
  await run.start();
  learner.terminal.prints(true);
  await wait(500);
  return run;
}

/** What the learner types makes the check of `id` pass. */
async function does(id: string): Promise<void> {
  learner.makes(id);
  learner.terminal.prints(true);
  await wait(500);
}

describe("a lesson begins", () => {
  it("on a machine of its own, and looks at its tasks once", async () => {
    const run = learner.run();
    expect(run.phase).toBe("idle");
    const started = run.start();
    expect(run.phase).toBe("starting");
    await started;
    expect(run.phase).toBe("running");
    expect(learner.session.machine).toBe("machine-1--01-first_01-sample");
    await run.start();
    expect(learner.session.entered).toBe(1);
    expect(learner.machine.ran, "the prompt comes first").toEqual([]);
    learner.terminal.prints(true);
    await wait(60_000);
    expect(learner.machine.ran).toEqual(["check a", "check b", "check c"]);
    expect(states(run)).toEqual(["a open", "b open", "c open"]);
  });

  it("without a prompt to wait for, too", async () => {
    const run = learner.run();
    await run.start();
    await wait(2000);
    expect(learner.machine.ran).toHaveLength(3);
  });

  it("again after it failed, which it says", async () => {
    const run = learner.run();
    learner.session.failure = new Error("no memory");
    await run.start();
    expect([run.phase, run.problem]).toEqual(["failed", "The lesson's machine did not start: no memory."]);
    learner.session.failure = undefined;
    await run.start();
    expect([run.phase, run.problem]).toEqual(["running", undefined]);
  });

  it("and is left while it begins: nothing is followed", async () => {
    let arrive = (): void => undefined;
    learner.session.starting = new Promise((resolve) => (arrive = resolve));
    const run = learner.run();
    const started = run.start();
    run.stop();
    arrive();
    await started;
    expect(run.phase).toBe("idle");
    await wait(5000);
    expect([learner.machine.requests.filter((each) => !each.includes("upload")), vi.getTimerCount()]).toEqual([[], 0]);
  });

  it("while another machine is entered: it leaves it alone", async () => {
    let arrive = (): void => undefined;
    learner.session.starting = new Promise((resolve) => (arrive = resolve));
    const run = learner.run();
    const started = run.start();
    await wait(0);
    learner.session.machine = "machine-1";
    arrive();
    await started;
    expect(run.phase).toBe("idle");
    await wait(5000);
    expect(learner.machine.ran).toEqual([]);
    learner.session.starting = Promise.resolve();
    await run.start();
    expect(run.phase).toBe("running");
  });
});

describe("a task", () => {
  it("is done soon after the command that did it, once, and after the progress is kept", async () => {
    const run = await begun();
    let keep = (): void => undefined;
    learner.progressStore.keeping = new Promise((resolve) => (keep = resolve));
    learner.makes("a");
    learner.terminal.prints(true);
    await wait(150);
    expect(learner.progressStore.added).toBe(1);
    expect(states(run)[0]).toBe("a open");
    learner.terminal.prints(true);
    await wait(1000);
    keep();
    await wait(0);
    expect(states(run)[0]).toBe("a done");
    await wait(10_000);
    expect(learner.progressStore.added).toBe(1);
    expect(learner.progressStore.kept.lessons[run.lesson.id]?.tasks).toHaveProperty("a");
    await does("b");
    await does("c");
    expect(run.phase).toBe("finished");
    expect(learner.machine.ran.filter((script) => script === "check a")).toHaveLength(2);
  });

  it("that was shown as done is done in the next tab, also when the first one ended right then", async () => {
    const run = await begun();
    learner.session.save = () => new Promise(() => undefined); // the tab is killed before the machine is saved
    await does("a");
    expect(states(run)[0]).toBe("a done");
    const next = learner.run();
    await next.start();
    expect(states(next)[0]).toBe("a done");
  });

  it("says that it is not done yet when the learner asks, and when its check got stuck", async () => {
    const run = await begun();
    const [a] = run.tasks;
    await Promise.all([run.check("a"), wait(100)]);
    expect([a?.state, a?.message]).toEqual([
      "failing",
      "The machine does not show it yet. A hint looks at what is there.",
    ]);
    learner.machine.answers.set("check a", { exitCode: 137, timedOut: true, takes: 5000 });
    const asked = run.check("a");
    expect(a?.state).toBe("checking");
    await Promise.all([asked, wait(6000)]);
    expect(a?.state).toBe("stuck");
    expect(a?.message).toContain("did not end within 5 seconds");
    learner.machine.answers.set("check a", { exitCode: 127 });
    await Promise.all([run.check("a"), wait(100)]);
    expect(a?.message).toContain("could not run");
    learner.machine.answers.delete("check a");
    learner.terminal.prints(true);
    await wait(500);
    expect([a?.state, a?.message]).toEqual(["open", undefined]);
  });

  it("whose check hangs holds up no other", async () => {
    learner.machine.answers.set("check a", { exitCode: 137, timedOut: true, takes: 5000 });
    const run = await begun();
    await wait(6000);
    expect(states(run)[0]).toBe("a stuck");
    learner.machine.ran.length = 0;
    await does("b");
    expect(states(run)[1]).toBe("b done");
    expect(learner.machine.ran.slice(0, 3)).toEqual(["check b", "check c", "check a"]);
    // While it hangs again, the next command is looked at soon.
    learner.makes("c");
    learner.terminal.prints(true);
    await wait(700);
    expect(states(run)).toEqual(["a stuck", "b done", "c done"]);
    expect(learner.machine.ran).toContain("check a ended");
  });

  it("whose check takes long is not cut short for ever", async () => {
    learner.machine.answers.set("check a", { exitCode: 0, takes: 2000 });
    const run = await begun(["a"]);
    for (let i = 0; i < 40; i++) {
      learner.terminal.prints(true);
      await wait(100);
    }
    expect(states(run)).toEqual(["a done"]);
  });

  it("is looked at after engine events and files, and not after health checks", async () => {
    const run = await begun();
    await wait(2000);
    learner.makes("a");
    learner.machine.event("exec_start: true");
    await wait(5000);
    expect(states(run)[0]).toBe("a open");
    learner.machine.event("start");
    await wait(300);
    expect(states(run)[0]).toBe("a done");
    await wait(2000);
    learner.makes("b");
    learner.session.wrote();
    await wait(300);
    expect(states(run)[1]).toBe("b done");
  });
});

describe("events", () => {
  it("that end with their machine are followed again, and not after the lesson was left", async () => {
    const run = await begun();
    expect(learner.machine.eventStreams).toBe(1);
    learner.machine.events?.close();
    await wait(1100);
    expect(learner.machine.eventStreams).toBe(2);
    learner.makes("a");
    learner.machine.event("die");
    await wait(300);
    expect(states(run)[0]).toBe("a done");
    learner.machine.events?.close();
    await wait(100);
    run.stop();
    expect(vi.getTimerCount()).toBe(0);
    await wait(60_000);
    expect(learner.machine.eventStreams).toBe(2);
    expect(learner.terminal.listeners.size).toBe(0);
  });
});

describe("help", () => {
  it("is the first hint that fires", async () => {
    const run = await begun();
    const [a] = run.tasks;
    learner.machine.answers.set("hint a 2", { exitCode: 0, stdout: "It was never started.\n" });
    await Promise.all([run.hint("a"), wait(300)]);
    expect([a?.hint, a?.message]).toEqual(["It was never started.", undefined]);
    learner.machine.answers.set("hint a 1", { exitCode: 0, stdout: "cut off", timedOut: true });
    learner.machine.answers.delete("hint a 2");
    await Promise.all([run.hint("a"), wait(300)]);
    expect(a?.hint).toBeUndefined();
    expect(a?.message).toContain("Nothing on the machine points to a mistake");
  });

  it("waits for no check that hangs", async () => {
    learner.machine.answers.set("check a", { takes: 5000 });
    const run = await begun();
    learner.machine.answers.set("hint a 1", { stdout: "Look again." });
    await Promise.all([run.hint("a"), wait(50)]);
    expect(run.tasks[0]?.hint).toBe("Look again.");
  });

  it("is offered after a while without progress, for the first open task, and not opened", async () => {
    const run = await begun();
    await wait(60_000);
    await does("a");
    await wait(60_000);
    expect(run.tasks.some(({ offersHint }) => offersHint)).toBe(false);
    await wait(31_000);
    expect(run.tasks.map(({ offersHint }) => offersHint)).toEqual([false, true, false]);
    expect(learner.machine.ran.some((script) => script.startsWith("hint"))).toBe(false);
    run.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("that was taken is remembered: shown, done, and over a reload", async () => {
    const run = await begun();
    await run.showSolution("a");
    expect(learner.terminal.typed).toEqual(["\u0005\u0015make a"]);
    await run.doIt("b");
    expect(learner.terminal.typed[1]).toBe("\u0005\u0015make b\n");
    expect(run.tasks.map(({ how }) => how)).toEqual(["shown", "done-for-me", "self"]);
    const next = learner.run();
    expect(next.tasks.map(({ how }) => how)).toEqual(["shown", "done-for-me", "self"]);
    await does("a");
    expect(learner.progressStore.kept.lessons[run.lesson.id]?.tasks["a"]?.how).toBe("shown");
    await run.doIt("a");
    expect(run.tasks[0]?.how, "after it was done, help changes nothing").toBe("shown");
  });

  it("does not type into a program that runs", async () => {
    const run = await begun();
    learner.machine.shell = { folder: "/root", idle: false };
    await run.showSolution("a");
    expect(learner.terminal.typed).toEqual([]);
    expect(run.tasks[0]?.message).toContain("Something runs in this terminal");
    expect(run.tasks[0]?.how).toBe("self");
  });
});

describe("going back", () => {
  it("to the previous task: the machine of then, and what was earned stays in the progress", async () => {
    const run = await begun();
    await does("a");
    await does("b");
    await does("c");
    expect(run.phase).toBe("finished");
    await run.undo();
    expect(learner.session.state).toBe("ab");
    expect(states(run)).toEqual(["a done", "b done", "c open"]);
    expect(run.phase).toBe("running");
    expect(Object.keys(learner.progressStore.kept.lessons[run.lesson.id]?.tasks ?? {})).toEqual(["a", "b", "c"]);
    const next = learner.run();
    await next.start();
    expect(states(next)).toEqual(["a done", "b done", "c open"]);
  });

  it("to before any task whose save is kept, with all that was done after it", async () => {
    const run = await begun();
    await does("b");
    await does("a");
    await does("c");
    expect(run.takenBack("a")).toEqual(["a", "c"]);
    expect(run.takenBack("b")).toEqual(["b", "a", "c"]);
    await run.backBefore("a");
    expect(learner.session.state).toBe("b");
    expect(states(run)).toEqual(["a open", "b done", "c open"]);
    expect([run.takenBack("a"), run.takenBack("c")]).toEqual([[], []]);
    await run.backBefore("b");
    expect(learner.session.state).toBe("");
    expect(states(run)).toEqual(["a open", "b open", "c open"]);
    expect(run.canUndo).toBe(false);
    await run.undo();
    expect(learner.session.entered).toBe(3);
  });

  it("is not offered where no save is kept, and says so when it went meanwhile", async () => {
    const run = await begun();
    await does("a");
    await does("b");
    for (const name of await learner.session.store.list())
      if (name.includes("after")) await learner.session.store.delete(name);
    await run.undo();
    expect(run.problem).toContain("not kept any more");
    expect(states(run)).toEqual(["a done", "b done", "c open"]);
    const next = learner.run();
    await next.start();
    expect([next.takenBack("b"), next.takenBack("a")]).toEqual([[], ["a", "b"]]);
  });

  it("to the beginning: everything is to do again", async () => {
    const run = await begun();
    await does("a");
    await does("b");
    await run.reset();
    expect([learner.session.state, run.canUndo]).toEqual(["", false]);
    expect(states(run)).toEqual(["a open", "b open", "c open"]);
    expect((await learner.session.store.list()).filter((name) => name.includes("after"))).toEqual([]);
    learner.terminal.prints(true);
    await wait(1000);
    expect(states(run)[0], "the machine is fresh").toBe("a open");
    expect(Object.keys(learner.progressStore.kept.lessons[run.lesson.id]?.tasks ?? {})).toEqual(["a", "b"]);
  });

  it("while a task is being kept as done: the new machine has it to do, the progress has it", async () => {
    const run = await begun();
    let keep = (): void => undefined;
    learner.progressStore.keeping = new Promise((resolve) => (keep = resolve));
    learner.makes("a");
    learner.terminal.prints(true);
    await wait(150);
    await run.reset();
    keep();
    await wait(0);
    expect(states(run)[0]).toBe("a open");
    expect(learner.progressStore.kept.lessons[run.lesson.id]?.tasks).toHaveProperty("a");
  });

  it("tells of a machine that cannot be kept", async () => {
    const run = await begun();
    learner.session.save = () => Promise.reject(new Error("no room"));
    await does("a");
    expect(states(run)[0]).toBe("a done");
    expect(run.problem).toBe("This task is done, but undo cannot come back to it: no room.");
  });
});
