import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Panes } from "./panes.svelte.ts";

/** The width of a window that can be changed. */
class Width extends EventTarget {
  matches: boolean;

  constructor(phone: boolean) {
    super();
    this.matches = phone;
  }

  become(phone: boolean): void {
    this.matches = phone;
    this.dispatchEvent(new Event("change"));
  }
}

let made: (phone: boolean) => { panes: Panes; width: Width };
let settings: { split: boolean; machineShown: boolean };

beforeEach(async () => {
  vi.stubGlobal("matchMedia", () => new Width(false));
  vi.resetModules();
  ({ settings } = await import("./store/settings.svelte.ts"));
  const { Panes } = await import("./panes.svelte.ts");
  made = (phone) => {
    const width = new Width(phone);
    const panes = new Panes(width as unknown as MediaQueryList);
    panes.follow();
    return { panes, width };
  };
});

describe("panes", () => {
  it("has the terminal alone at first, and nothing else loaded", () => {
    const { panes } = made(false);
    expect([panes.view, panes.lazyView, panes.terminalShown]).toEqual(["terminal", undefined, true]);
    expect(Object.values(panes.opened).some(Boolean)).toBe(false);
  });

  it("puts a view above the terminal, or in its place", () => {
    const { panes } = made(false);
    panes.show("editor");
    expect([panes.lazyView, panes.terminalShown, panes.opened.editor]).toEqual(["editor", true, true]);
    settings.split = false;
    expect(panes.terminalShown).toBe(false);
    panes.showTerminal();
    expect([panes.view, panes.terminalShown]).toEqual(["editor", true]);
  });

  it("has one pane at a time on a phone", () => {
    const { panes } = made(true);
    panes.show("editor");
    expect([panes.terminalShown, panes.machineShown]).toEqual([false, false]);
    panes.show("machine");
    expect([panes.machineShown, panes.lazyView]).toEqual([true, undefined]);
    panes.showTerminal();
    expect([panes.view, panes.terminalShown]).toEqual(["terminal", true]);
    expect(panes.opened.editor).toBe(true);
  });

  it("opens a lesson with its text on a phone, and with its picture on a desk", () => {
    const phone = made(true).panes;
    phone.enterLesson("namespaces");
    expect([phone.view, phone.lessonShown, phone.lastLazy]).toEqual(["lesson", true, "namespaces"]);
    phone.showTerminal();
    expect([phone.lessonShown, phone.terminalShown]).toEqual([false, true]);
    const desk = made(false);
    desk.panes.enterLesson("namespaces");
    expect([desk.panes.view, desk.panes.lessonShown, desk.panes.terminalShown]).toEqual(["namespaces", true, true]);
    expect(desk.panes.machineShown).toBe(false);
    desk.panes.leaveLesson();
    expect([desk.panes.lessonShown, desk.panes.machineShown]).toEqual([false, true]);
  });

  it("keeps the list beside the rest on a desk", () => {
    const { panes, width } = made(true);
    panes.show("machine");
    width.become(false);
    expect([panes.view, panes.machineShown, panes.terminalShown]).toEqual(["terminal", true, true]);
    settings.machineShown = false;
    panes.show("machine");
    expect([panes.view, settings.machineShown]).toEqual(["terminal", true]);
  });
});
