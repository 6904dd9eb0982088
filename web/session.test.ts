import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MachineWorkers, type MachineWorker } from "./machine-worker.ts";
import { Session, type MachinePlace } from "./session.svelte.ts";

interface Message {
  readonly kind: string;
  readonly slot?: string;
  readonly fresh?: boolean;
  readonly id?: number;
  readonly call?: { readonly kind: string };
}

/** A worker whose machine starts when it is told, and saves at once unless it hangs. */
class FakeWorker implements MachineWorker {
  onmessage: ((event: MessageEvent) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  readonly messages: Message[] = [];
  terminated = false;
  hangs = false;

  postMessage(message: unknown): void {
    const { kind, id, call } = message as Message;
    this.messages.push(message as Message);
    if (kind !== "call" || this.hangs) return;
    const saved = { kind: "saved", bytes: 1, pauseMilliseconds: 1 };
    const answer = { kind: "http", status: 200, headers: {}, body: null };
    queueMicrotask(() => this.say({ kind: "reply", id, reply: call?.kind === "save" ? saved : answer }));
  }

  terminate(): void {
    this.terminated = true;
  }

  say(data: unknown): void {
    if (!this.terminated) this.onmessage?.(new MessageEvent("message", { data }));
  }

  started(restoredAt: number | null = null): void {
    this.say({ kind: "started", restoredAt, notes: [] });
  }

  get start(): Message | undefined {
    return this.messages.find(({ kind }) => kind === "start");
  }

  get saves(): number {
    return this.messages.filter(({ call }) => call?.kind === "save").length;
  }
}

let made: FakeWorker[];
let session: Session;
beforeEach(() => {
  vi.useFakeTimers();
  made = [];
  const workers = new MachineWorkers(
    () => {
      const worker = new FakeWorker();
      made.push(worker);
      return worker;
    },
    () => "https://site.example/",
  );
  session = new Session("machine-1", workers, () => "https://site.example/");
});
afterEach(() => void vi.useRealTimers());

const settle = () => vi.advanceTimersByTimeAsync(0);
const place = (machine: string, prepare?: MachinePlace["prepare"]): MachinePlace => ({
  machine,
  folder: "/root/lesson",
  ...(prepare && { prepare }),
});
/** Workers that were given a machine, in that order. */
const started = () => made.filter(({ start }) => start !== undefined).map(({ start }) => start?.slot);

async function at(where: MachinePlace): Promise<FakeWorker> {
  const entered = session.enter(where);
  await settle();
  made.at(-1)?.started();
  await entered;
  return made.at(-1) ?? new FakeWorker();
}

describe("going to a machine", () => {
  it("is over when it is prepared; one that a save brought back is prepared already", async () => {
    let prepared = (): void => undefined;
    const prepare = vi.fn(() => new Promise<void>((resolve) => (prepared = resolve)));
    const entered = session.enter(place("lesson-a", prepare));
    await settle();
    made[0]?.started();
    await settle();
    expect([session.phase.kind, session.generation]).toEqual(["starting", 0]);
    prepared();
    await entered;
    expect([session.phase.kind, session.generation, session.machine]).toEqual(["ready", 1, "lesson-a"]);
    const again = session.enter(place("lesson-b", prepare));
    await settle();
    made.at(-1)?.started(1);
    await again;
    expect(prepare).toHaveBeenCalledTimes(1);
  });

  it("saves the one that runs, while the next worker loads, and ends it", async () => {
    const a = await at(place("lesson-a"));
    a.hangs = true;
    const entered = session.enter(place("lesson-b"));
    await settle();
    expect([a.saves, a.terminated]).toEqual([1, false]);
    expect(made[1]?.messages.map(({ kind }) => kind)).toEqual(["prepare"]);
    a.say({ kind: "reply", id: 1, reply: { kind: "saved", bytes: 1, pauseMilliseconds: 1 } });
    await settle();
    expect(a.terminated).toBe(true);
    expect(made[1]?.messages.map(({ kind }) => kind)).toEqual(["prepare", "start"]);
    made[1]?.started();
    await entered;
    expect(made).toHaveLength(2);
  });

  it("does not wait for ever for a last save", async () => {
    const a = await at(place("lesson-a"));
    a.hangs = true;
    void session.enter(place("lesson-b"));
    await vi.advanceTimersByTimeAsync(3999);
    expect(a.terminated).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(a.terminated).toBe(true);
    expect(started()).toEqual(["lesson-a", "lesson-b"]);
  });

  it("where one is already does nothing", async () => {
    const where = place("lesson-a");
    await at(where);
    await session.enter(place("lesson-a"));
    expect(started()).toEqual(["lesson-a"]);
  });

  it("gives way to what is wanted meanwhile, and waits for no start of the other", async () => {
    const entered = [session.enter(place("lesson-a")), session.enter(place("lesson-b"))];
    await settle();
    expect(started()).toEqual(["lesson-b"]);
    entered.push(session.enter(place("lesson-c")));
    await settle();
    expect(started()).toEqual(["lesson-b", "lesson-c"]);
    expect(made.filter(({ terminated }) => !terminated)).toHaveLength(1);
    made.at(-1)?.started();
    await Promise.all(entered);
    expect([session.machine, session.phase.kind]).toEqual(["lesson-c", "ready"]);
  });

  it("exchanges saves while no machine runs", async () => {
    const a = await at(place("lesson-a"));
    const order: string[] = [];
    const entered = session.enter(place("lesson-a"), {
      fresh: true,
      between: () => {
        order.push(`ended ${String(a.terminated)}, started ${String(started().length)}`);
        return Promise.resolve();
      },
    });
    await settle();
    expect(order).toEqual(["ended true, started 1"]);
    expect([a.saves, made.at(-1)?.start?.fresh]).toEqual([0, true]);
    made.at(-1)?.started();
    await entered;
  });

  it("tells whoever goes there that it did not start", async () => {
    const entered = session.enter(place("lesson-a"));
    const told = expect(entered).rejects.toThrow("no network");
    await settle();
    made[0]?.say({ kind: "start-failed", message: "no network", advice: "Try again." });
    await told;
    expect(session.phase).toEqual({ kind: "failed", message: "no network", advice: "Try again." });
    const b = await at(place("lesson-a"));
    expect([session.phase.kind, b.terminated]).toEqual(["ready", false]);
  });

  it("tells that it could not be prepared", async () => {
    const entered = session.enter(place("lesson-a", () => Promise.reject(new Error("disk is full"))));
    const told = expect(entered).rejects.toThrow("disk is full");
    await settle();
    made[0]?.started();
    await told;
    expect(session.phase.kind).toBe("failed");
  });
});

describe("a worker made ahead", () => {
  it("is one, and is the next that is taken", async () => {
    session.workers.prepare();
    session.workers.prepare();
    expect(made).toHaveLength(1);
    await at(place("lesson-a"));
    expect(made).toHaveLength(1);
    expect(made[0]?.messages.map(({ kind }) => kind)).toEqual(["prepare", "start"]);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(made[0]?.terminated).toBe(false);
  });

  it("ends when nobody takes it, or when it fails", async () => {
    session.workers.prepare();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(made[0]?.terminated).toBe(true);
    session.workers.prepare();
    made[1]?.onerror?.({ preventDefault: () => undefined } as ErrorEvent);
    expect(made[1]?.terminated).toBe(true);
    await at(place("lesson-a"));
    expect(made).toHaveLength(3);
    expect(vi.getTimerCount()).toBe(0);
  });
});
