import { describe, expect, it } from "vitest";
import { mergeProgress, noProgress, type Progress, type ProgressStore } from "../store/progress.ts";
import { LessonProgress, type Channel } from "./progress.svelte.ts";

/** One browser's storage and its tabs. */
class Browser {
  kept: Progress = noProgress;
  full = false;
  readonly tabs = new Map<Channel, (message: unknown) => void>();
  readonly store: ProgressStore = {
    read: () => Promise.resolve(this.kept),
    add: (change) => {
      if (this.full) return Promise.reject(new Error("no room"));
      return Promise.resolve((this.kept = mergeProgress(this.kept, change)));
    },
    clear: () => Promise.resolve(void (this.kept = noProgress)),
  };

  tab(): LessonProgress {
    const channel: Channel = {
      listen: (listener) => this.tabs.set(channel, listener),
      postMessage: (data) => {
        for (const [other, listener] of this.tabs) if (other !== channel) listener(data);
      },
    };
    return new LessonProgress(this.store, channel);
  }
}

describe("progress of a browser", () => {
  it("is kept before it is told, told to other tabs, and there at the next visit", async () => {
    const browser = new Browser();
    const [a, b] = [browser.tab(), browser.tab()];
    const told = a.done("l", "x", "self", 1);
    expect(a.doneOf("l", "x")).toBeUndefined();
    await told;
    expect(browser.kept.lessons["l"]?.tasks["x"]?.at).toBe(1);
    expect(a.doneOf("l", "x")).toEqual({ how: "self", at: 1 });
    expect(b.doneOf("l", "x")).toEqual({ how: "self", at: 1 });
    const later = browser.tab();
    await later.load();
    expect(later.doneOf("l", "x")?.how).toBe("self");
    expect(later.doneOf("l", "constructor")).toBeUndefined();
  });

  it("loses nothing when a tab knows less than the other", async () => {
    const browser = new Browser();
    const [a, b] = [browser.tab(), browser.tab()];
    browser.tabs.clear();
    await a.done("l", "x", "self", 1);
    await b.done("l", "y", "shown", 2);
    expect(Object.keys(browser.kept.lessons["l"]?.tasks ?? {})).toEqual(["x", "y"]);
    expect(b.doneOf("l", "x")).toBeDefined();
  });

  it("goes on without storage, and says so", async () => {
    const browser = new Browser();
    browser.full = true;
    const tab = browser.tab();
    await tab.done("l", "x", "self");
    expect(tab.doneOf("l", "x")).toBeDefined();
    expect(tab.problem).toContain("no room");
  });

  it("is exported and merged in again", async () => {
    const [here, there] = [new Browser().tab(), new Browser().tab()];
    await here.done("l", "x", "done-for-me", 1);
    await there.done("l", "y", "self", 2);
    await there.import(here.exported());
    expect(there.doneOf("l", "x")?.how).toBe("done-for-me");
    expect(there.doneOf("l", "y")?.how).toBe("self");
    await expect(there.import("[]")).rejects.toThrow("no progress of Drydock");
  });
});
