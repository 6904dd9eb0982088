import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { memoryStorage } from "../lesson/testing/fakes.ts";
import { isOfLesson, machineOf, readLessonRecord, writeLessonRecord } from "./lesson-record.ts";

beforeEach(() => vi.stubGlobal("localStorage", memoryStorage()));
afterEach(() => vi.unstubAllGlobals());

const nothing = { done: [], reopened: [], how: {} };

describe("what is kept of a lesson's machine", () => {
  it("comes back as it was written, for that machine alone", () => {
    writeLessonRecord("m", { done: ["a"], reopened: ["b"], how: { b: "shown" } });
    expect(readLessonRecord("m")).toEqual({ done: ["a"], reopened: ["b"], how: { b: "shown" } });
    expect(readLessonRecord("n")).toEqual(nothing);
  });

  it.each(["", "null", "3", "{", '{"done":"a","how":{"a":"magic"}}'])("is nothing where storage holds %j", (text) => {
    localStorage.setItem("drydock.lesson.m", text);
    expect(readLessonRecord("m")).toEqual(nothing);
  });

  it("is told by its name from that of others", () => {
    const machine = machineOf("machine-2", "elsewhere/note");
    expect(machine).toBe("machine-2--elsewhere_note");
    for (const name of [`${machine}.7`, `${machine}.pointer`, `${machine}--after-a.1`, `drydock.lesson.${machine}`])
      expect(isOfLesson(name, "elsewhere/note"), name).toBe(true);
    for (const name of ["machine-2.7", "machine-2--elsewhere_note-2.7", "machine-2--my_elsewhere_note.1"])
      expect(isOfLesson(name, "elsewhere/note"), name).toBe(false);
  });
});
