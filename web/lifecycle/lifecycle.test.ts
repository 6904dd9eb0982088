import { afterEach, expect, it, vi } from "vitest";
import type {
  ContainerState,
  InspectedContainer,
  KernelFacts,
  LifecycleAction,
  LifecycleEvent,
} from "../../emulator/observe/lifecycle/facts.ts";
import { LifecycleState } from "./lifecycle.svelte.ts";

/** Of `web:2`, the second of that name: `name-web`. */
const nameOf = (id: string): string => `name-${id.replace(/:.*/, "")}`;

/** An engine that keeps as many events as it is told to, and counts how often it is asked for the rest. */
class FakeEngine {
  readonly states = new Map<string, ContainerState>();
  kept: LifecycleEvent[] = [];
  looks = 0;
  #wake: (() => void) | undefined;
  #time = 0;

  publish(action: LifecycleAction, id: string, state: ContainerState): void {
    if (state === "gone") this.states.delete(id);
    else this.states.set(id, state);
    const rest = { exitCode: action === "die" ? 3 : undefined, signal: undefined };
    this.kept.push({ at: ++this.#time, action, id, name: nameOf(id), image: "busybox", ...rest });
    this.#wake?.();
  }

  async *events(signal: AbortSignal): AsyncGenerator<LifecycleEvent, void, undefined> {
    let told = 0;
    while (!signal.aborted) {
      const next = this.kept[told];
      if (next === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
          signal.addEventListener("abort", () => resolve(), { once: true });
        });
        continue;
      }
      told++;
      yield next;
    }
  }

  list(): Promise<ReadonlyMap<string, string>> {
    this.looks++;
    return Promise.resolve(new Map(this.states));
  }

  inspect(id: string): Promise<InspectedContainer | undefined> {
    const state = this.states.get(id);
    if (state === undefined) return Promise.resolve(undefined);
    return Promise.resolve({
      id,
      name: nameOf(id),
      image: "busybox",
      state,
      created: 1,
      startedAt: state === "created" ? undefined : 2,
      finishedAt: state === "exited" ? 3 : undefined,
      exitCode: 0,
      oomKilled: false,
      error: "",
      restartCount: 0,
      policy: { name: "no", maximum: 0 },
      autoRemove: false,
    });
  }

  /** One that cannot tell, so that the engine's word stands. */
  kernel(seen: number): Promise<KernelFacts> {
    return Promise.resolve({ seen, cut: true, groups: new Map() });
  }
}

let engine = new FakeEngine();
let stop: (() => void) | undefined;
afterEach(() => {
  stop?.();
  vi.useRealTimers();
  engine = new FakeEngine();
});

const shown = (state: LifecycleState) => state.view.containers.map((each) => `${each.name} ${each.state}`);

it("follows events, and asks nothing while nothing happens", async () => {
  vi.useFakeTimers();
  const state = new LifecycleState(engine);
  stop = state.follow();
  engine.publish("create", "a", "created");
  await vi.advanceTimersByTimeAsync(100);
  expect([state.loaded, ...shown(state)]).toEqual([true, "name-a created"]);
  engine.publish("start", "a", "running");
  await vi.advanceTimersByTimeAsync(2000);
  expect(shown(state)).toEqual(["name-a running"]);
  const { looks } = engine;
  await vi.advanceTimersByTimeAsync(600_000);
  expect(engine.looks).toBe(looks);
  state.nudge();
  await vi.advanceTimersByTimeAsync(2000);
  expect(engine.looks).toBe(looks + 1);
});

it("that was hidden goes on where it was", async () => {
  const state = new LifecycleState(engine);
  state.follow()();
  stop = state.follow();
  engine.publish("create", "a", "created");
  await expect.poll(() => shown(state)).toEqual(["name-a created"]);
  stop();
  engine.publish("start", "a", "running");
  stop = state.follow();
  await expect
    .poll(() => state.view.containers[0]?.history.steps.map(({ to, gap }) => [to, gap]))
    .toEqual([
      ["created", false],
      ["running", false],
    ]);
});

it("that was hidden for too long says so, and keeps none that went meanwhile", async () => {
  const state = new LifecycleState(engine);
  stop = state.follow();
  engine.publish("create", "a", "created");
  engine.publish("create", "b", "created");
  await expect.poll(() => state.loaded && shown(state)).toEqual(["name-a created", "name-b created"]);
  stop();
  engine.publish("start", "a", "running");
  engine.publish("destroy", "b", "gone");
  engine.publish("die", "a", "exited");
  engine.kept = engine.kept.slice(-1);
  stop = state.follow();
  await expect.poll(() => shown(state)).toEqual(["name-a exited", "name-b gone"]);
  expect(state.view.containers[0]?.history.steps.at(-1)).toMatchObject({ from: undefined, to: "exited", gap: true });
});

it("takes a container of the same name for one that is gone", async () => {
  const state = new LifecycleState(engine);
  stop = state.follow();
  engine.publish("create", "web:1", "created");
  engine.publish("create", "other:1", "created");
  await expect.poll(() => shown(state)).toHaveLength(2);
  expect(state.chooseNamed("name-web")).toBe(true);
  expect(state.chooseNamed("nobody")).toBe(false);
  engine.publish("destroy", "web:1", "gone");
  await expect.poll(() => state.chosen?.state).toBe("gone");
  engine.publish("create", "web:2", "created");
  await expect.poll(() => state.chosen?.id).toBe("web:2");
});
