import { MemoryBlobStore } from "../../../emulator/save/blob-store.ts";
import { SaveSlot } from "../../../emulator/save/save-slot.ts";
import type { ClientRequest, ClientResponse, Transport } from "../../../emulator/client/transport.ts";
import type { Lesson, Task } from "../../../lessons/lesson.ts";
import type { MachinePlace } from "../../session.svelte.ts";
import { mergeProgress, noProgress, type Progress, type ProgressStore } from "../../store/progress.ts";
import { LessonProgress } from "../progress.svelte.ts";
import { LessonRun, type LessonSession, type LessonTerminal } from "../run.svelte.ts";

/** What a check or a hint of the fake machine answers. */
export interface Answer {
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly timedOut?: boolean;
  /** Milliseconds it takes. */
  readonly takes?: number;
}

/** A machine that answers scripts by their text, ends them when asked to, and has events. */
export class FakeMachine implements Transport {
  readonly answers = new Map<string, Answer | (() => Answer)>();
  /** Scripts in the order they began; those that were ended too early have a mark. */
  readonly ran: string[] = [];
  readonly requests: string[] = [];
  shell: { folder: string; idle: boolean } | undefined = { folder: "/root/lesson", idle: true };
  events: ReadableStreamDefaultController<Uint8Array> | undefined;
  eventStreams = 0;
  running = 0;

  event(action: string): void {
    this.events?.enqueue(new TextEncoder().encode(`${JSON.stringify({ Action: action })}\n`));
  }

  async request(request: ClientRequest): Promise<ClientResponse> {
    const { method, target, signal } = request;
    this.requests.push(`${method} ${target}`);
    if (target === "/inside/scripts/run") return this.#script(request);
    if (target.startsWith("/inside/files/shell"))
      return this.shell === undefined ? reply({ message: "there is no such shell" }, 404) : reply(this.shell);
    if (target.includes("/events")) {
      this.eventStreams++;
      const body = new ReadableStream<Uint8Array>({ start: (controller) => void (this.events = controller) });
      const { events } = this;
      signal?.addEventListener("abort", () => events?.error(signal.reason), { once: true });
      return { status: 200, headers: {}, body };
    }
    return reply({});
  }

  hijack(): Promise<never> {
    return Promise.reject(new Error("nothing is hijacked here"));
  }

  async #script({ body, signal }: ClientRequest): Promise<ClientResponse> {
    const { script } = JSON.parse(new TextDecoder().decode(body as Uint8Array)) as { script: string };
    this.ran.push(script);
    if (++this.running > 1) throw new Error("two scripts at a time");
    const answer = this.answers.get(script) ?? {};
    const {
      exitCode = 1,
      stdout = "",
      timedOut = false,
      takes = 10,
    } = typeof answer === "function" ? answer() : answer;
    try {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(resolve, takes);
        const end = () => (clearTimeout(timer), this.ran.push(`${script} ended`), reject(new Error("ended")));
        signal?.addEventListener("abort", end, { once: true });
      });
    } finally {
      this.running--;
    }
    return reply({ exitCode, stdout, stderr: "", timedOut });
  }
}

function reply(value: unknown, status = 200): ClientResponse {
  const text = JSON.stringify(value);
  return {
    status,
    headers: { "content-type": "application/json" },
    body: new Response(text).body ?? new ReadableStream(),
  };
}

/** A session that goes from machine to machine, each of which is its save. */
export class FakeSession implements LessonSession {
  readonly slot = "machine-1";
  machine = "machine-1";
  phase: LessonSession["phase"] = { kind: "ready" };
  transport = new FakeMachine();
  readonly store = new MemoryBlobStore();
  /** What the learner made of the machine that runs; a save keeps it. */
  state = "";
  entered = 0;
  starting: Promise<void> = Promise.resolve();
  failure: Error | undefined;
  readonly #writers = new Set<() => void>();

  async enter(
    place: MachinePlace,
    { fresh = false, between }: { readonly fresh?: boolean; readonly between?: () => Promise<void> } = {},
  ): Promise<void> {
    this.entered++;
    await between?.();
    this.machine = place.machine;
    await this.starting;
    if (this.failure !== undefined) throw this.failure;
    const slot = new SaveSlot(this.store, place.machine);
    if (fresh) await slot.delete();
    const kept = fresh ? undefined : await slot.read((bytes) => Promise.resolve(new TextDecoder().decode(bytes)));
    this.state = kept ?? "";
    if (kept === undefined) await place.prepare?.(this.transport);
  }

  async save(): Promise<void> {
    await new SaveSlot(this.store, this.machine).write(new TextEncoder().encode(this.state));
  }

  onWrite(listener: () => void): () => void {
    this.#writers.add(listener);
    return () => this.#writers.delete(listener);
  }

  wrote(): void {
    for (const writer of this.#writers) writer();
  }
}

/** A terminal that remembers what came to its prompt. */
export class FakeTerminal implements LessonTerminal {
  active = "shell-1";
  readonly typed: string[] = [];
  readonly listeners = new Set<(atPrompt: boolean) => void>();

  run(command: string): void {
    this.typed.push(`${command}\n`);
  }

  press(text: string): void {
    this.typed.push(text);
  }

  onOutput(listener: (atPrompt: boolean) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  prints(atPrompt: boolean): void {
    for (const listener of this.listeners) listener(atPrompt);
  }
}

/** What one browser keeps of the progress; `keeping` is waited for at each change. */
export class FakeProgressStore implements ProgressStore {
  kept: Progress = noProgress;
  keeping: Promise<void> = Promise.resolve();
  added = 0;

  read(): Promise<Progress> {
    return Promise.resolve(this.kept);
  }

  async add(change: Progress): Promise<Progress> {
    this.added++;
    await this.keeping;
    return (this.kept = mergeProgress(this.kept, change));
  }

  clear(): Promise<void> {
    this.kept = noProgress;
    return Promise.resolve();
  }
}

const task = (id: string): Task => ({
  kind: "task",
  id,
  title: id,
  goal: [],
  check: `check ${id}`,
  hints: [
    { script: `hint ${id} 1`, line: 1 },
    { script: `hint ${id} 2`, line: 2 },
  ],
  solution: `make ${id}`,
  ways: [],
  line: 1,
});

export const lesson = (ids: readonly string[], images: readonly string[] = []): Lesson => ({
  id: "01-first/01-sample",
  number: "1.1",
  part: { number: 1, title: "First" },
  title: "Sample",
  summary: "A sample.",
  minutes: 1,
  concepts: [],
  needs: [],
  images,
  view: "none",
  layout: "text-terminal",
  blocks: ids.map(task),
  files: [],
});

/** A lesson being taken, in a browser of its own. */
export class Learner {
  readonly session = new FakeSession();
  readonly terminal = new FakeTerminal();
  readonly progressStore = new FakeProgressStore();
  readonly machine = this.session.transport;

  run(ids: readonly string[] = ["a", "b", "c"]): LessonRun {
    const progress = new LessonProgress(this.progressStore, { postMessage: () => undefined, listen: () => undefined });
    return new LessonRun(lesson(ids), this.session, this.terminal, progress, this.session.store);
  }

  /** A check passes from now on; the machine remembers why. */
  makes(id: string): void {
    this.session.state += id;
    this.machine.answers.set(`check ${id}`, () => ({ exitCode: this.session.state.includes(id) ? 0 : 1 }));
  }
}

/** localStorage for what reads it. */
export function memoryStorage(): Pick<Storage, "getItem" | "setItem" | "removeItem"> {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}
