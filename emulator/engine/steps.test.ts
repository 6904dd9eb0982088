import { describe, expect, it } from "vitest";
import { step, type Step, type StepOutcome } from "./steps.ts";
import { memoryWorld } from "./testing/memory-world.ts";

const what: Step = { name: "start", container: { id: "a".repeat(64), name: "web" } };

async function observed() {
  const told: (string | StepOutcome)[] = [];
  const world = {
    ...(await memoryWorld()),
    onStep: ({ name }: Step) => {
      told.push(name);
      return (outcome: StepOutcome) => void told.push(outcome);
    },
  };
  return { world, told };
}

describe("a step", () => {
  it("begins at once, and tells what came of it", async () => {
    const { world, told } = await observed();
    const work = step(
      world,
      what,
      () => {
        told.push("work");
        return Promise.resolve(7);
      },
      (pid) => ({ pid }),
    );
    expect(told).toEqual(["start", "work"]);
    expect(await work).toBe(7);
    expect(told).toEqual(["start", "work", { pid: 7 }]);
  });

  it("that fails tells why, and fails", async () => {
    const { world, told } = await observed();
    await expect(step(world, what, () => Promise.reject(new Error("no room")))).rejects.toThrow("no room");
    expect(told).toEqual(["start", { error: "no room" }]);
  });

  it("is the work alone where nobody looks", async () => {
    expect(await step(await memoryWorld(), what, () => Promise.resolve("done"))).toBe("done");
  });
});
