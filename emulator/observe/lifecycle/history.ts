import { sigkill, signalName, sigterm } from "./exit.ts";
import type { ContainerRecord, ContainerState, LifecycleEvent, PolicySeen } from "./facts.ts";
import { policyAt, policyText, startsAgain } from "./policy.ts";

/** A way from state to state, as the diagram draws it. */
export const edges = [
  "create",
  "start",
  "pause",
  "unpause",
  "end",
  "stop",
  "kill",
  "oom",
  "startAgain",
  "fall",
  "restart",
  "giveUp",
  "removeCreated",
  "remove",
  "removed",
  "fail",
] as const;
export type Edge = (typeof edges)[number];

export interface Step {
  /** Milliseconds since the epoch; undefined where nobody said when. */
  readonly at: number | undefined;
  /** Undefined for the first, and where it is not known. */
  readonly from: ContainerState | undefined;
  readonly to: ContainerState;
  /** What it took, in order; empty where that is not known. */
  readonly edges: readonly Edge[];
  readonly cause: string;
  /** Of an end. */
  readonly exitCode: number | undefined;
  readonly oomKilled: boolean;
  /** An event told it as it happened, or the engine's record of the container told it afterwards. */
  readonly source: "event" | "record";
  /** Before it something may have happened that nobody here saw. */
  readonly gap: boolean;
}

export interface ContainerHistory {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly steps: readonly Step[];
  /** By the engine's word. */
  readonly state: ContainerState;
  /** The place of its last event in the list of all; -1 without one. */
  readonly lastEvent: number;
  readonly record: ContainerRecord | undefined;
}

export interface NumberedEvent {
  readonly index: number;
  readonly event: LifecycleEvent;
}

/** What the engine does within so many milliseconds was one command. */
const oneCall = 50;

interface Known {
  readonly record: ContainerRecord | undefined;
  readonly policies: readonly PolicySeen[];
  /** Events before this place may be missing. */
  readonly gaps: readonly number[];
}

/** What one container went through, as events told it and, where there are none, its record. */
export function containerHistory(id: string, events: readonly NumberedEvent[], known: Known): ContainerHistory {
  const { record } = known;
  const fold = new Fold(known, events);
  const [first] = events;
  if (first?.event.action !== "create" && record !== undefined) fold.begin(record, first?.event.at);
  for (const each of events) fold.take(each);
  const lastEvent = events.at(-1)?.index ?? -1;
  if (record !== undefined && record.seen > lastEvent) fold.settle(record);
  return {
    id,
    name:
      (record !== undefined && record.seen > lastEvent ? record.name : events.at(-1)?.event.name) ?? id.slice(0, 12),
    image: record?.image ?? first?.event.image ?? "",
    steps: fold.steps,
    state: fold.state ?? "created",
    lastEvent,
    record,
  };
}

class Fold {
  readonly steps: Step[] = [];
  state: ContainerState | undefined;
  /** Signals that were sent to it since it started. */
  #signals: { readonly at: number; readonly signal: number }[] = [];
  #oom = false;
  #failures = 0;
  #last = -1;
  readonly #updates: readonly number[];

  constructor(
    readonly known: Known,
    events: readonly NumberedEvent[],
  ) {
    this.#updates = events.flatMap(({ index, event }) => (event.action === "update" ? [index] : []));
  }

  /** What a record remembers of the time before the first event: when it was made, started last and ended last. */
  begin(record: ContainerRecord, until = Number.POSITIVE_INFINITY): void {
    const { created, startedAt, finishedAt } = record;
    this.#step({ at: created, to: "created", edges: ["create"], cause: "docker create", source: "record" });
    if (startedAt === undefined || startedAt >= until) return;
    // It may have been started and ended any number of times before this one.
    this.state = undefined;
    this.#step({ at: startedAt, to: "running", edges: [], cause: "its last start", source: "record", gap: true });
    if (finishedAt === undefined || finishedAt < startedAt || finishedAt >= until) return;
    const { exitCode, oomKilled } = record;
    this.#step({
      at: finishedAt,
      to: "exited",
      edges: oomKilled ? ["oom"] : [],
      exitCode,
      oomKilled,
      ...unseen(record),
    });
  }

  take({ index, event }: NumberedEvent): void {
    if (this.known.gaps.some((gap) => gap > this.#last && gap <= index) && this.#last >= 0) this.state = undefined;
    this.#last = index;
    const { at, action } = event;
    switch (action) {
      case "create":
        this.#step({ at, to: "created", edges: ["create"], cause: "docker create" });
        return;
      case "start":
        this.#start(at);
        return;
      case "kill":
        this.#signals.push({ at, signal: event.signal ?? 0 });
        return;
      case "oom":
        this.#oom = true;
        return;
      case "die":
        this.#die(index, event);
        return;
      case "stop":
        this.#stop(at);
        return;
      case "restart":
        this.#restarted();
        return;
      case "pause":
        this.#step({ at, to: "paused", edges: ["pause"], cause: "docker pause: its control group is frozen" });
        return;
      case "unpause":
        // Only what is paused is told to be unpaused.
        if (this.state === "running") this.#missed("paused");
        this.state ??= "paused";
        this.#step({ at, to: "running", edges: ["unpause"], cause: "docker unpause: its control group is thawed" });
        return;
      case "destroy":
        this.#destroy(at);
        return;
      case "rename":
      case "update":
        return;
      default:
        action satisfies never;
    }
  }

  /** A record that is newer than every event has the last word on the state. */
  settle(record: ContainerRecord): void {
    if (record.state === this.state) return;
    const last = this.steps.at(-1);
    const ended = last?.exitCode !== undefined && (last.to === "exited" || last.to === "restarting");
    if (ended && record.state === "restarting") this.#fall();
    else if (ended && last.to === "restarting" && record.state === "exited") this.#amend(this.#end(last));
    else if (record.state === "exited") {
      const { finishedAt: at, exitCode, oomKilled } = record;
      this.#step({ at, to: "exited", edges: [], exitCode, oomKilled, ...unseen(record) });
    } else
      this.#step({
        at: record.state === "running" ? record.startedAt : undefined,
        to: record.state,
        edges: [],
        cause: record.state === "gone" ? "removed; nobody here saw how" : "nobody here saw how",
        source: "record",
      });
    this.state = record.state;
  }

  /** It must have come there, before anybody listened. */
  #missed(to: ContainerState): void {
    this.#step({ at: undefined, to, edges: [], cause: "nobody here saw how", source: "record" });
  }

  #start(at: number): void {
    if (this.state === "restarting") {
      const ended = this.steps.at(-1)?.at;
      const after = ended === undefined ? "" : `, after ${duration(at - ended)}`;
      this.#step({ at, to: "running", edges: ["restart"], cause: `restart policy${after}` });
    } else {
      const again = this.state === "exited";
      this.#failures = 0;
      this.#step({ at, to: "running", edges: [again ? "startAgain" : "start"], cause: "docker start" });
    }
    this.#signals = [];
    this.#oom = false;
  }

  #die(index: number, { at, exitCode = 0 }: LifecycleEvent): void {
    if (exitCode !== 0) this.#failures++;
    const rule = policyAt(index, this.known.policies, this.#updates);
    const again = this.#signals.length === 0 && startsAgain(rule, exitCode, this.#failures);
    const oomKilled = this.#oom;
    const step = { at, from: this.state, exitCode, oomKilled, source: "event" as const, gap: this.state === undefined };
    this.#step(this.#end({ ...step, to: "exited", edges: [], cause: "" }));
    if (again) this.#fall();
  }

  /** The engine will start it again: what ended is a fall, not an exit. */
  #fall(): void {
    const last = this.steps.at(-1);
    if (last === undefined) return;
    const rule = this.known.policies.at(-1);
    const policy = rule === undefined ? "it is started again" : `restart policy ${policyText(rule)}`;
    this.#amend({
      ...last,
      to: "restarting",
      edges: ["fall"],
      cause: `${last.cause}; ${policy}`,
    });
  }

  /** How the program came to its end, by the signals that were sent to it. */
  #end(step: Step): Step {
    const exit = { ...step, to: "exited" as const };
    const code = step.exitCode ?? 0;
    if (step.oomKilled) return { ...exit, edges: ["oom"], cause: "out of memory: the kernel killed it" };
    const last = this.#signals.at(-1);
    if (last?.signal === sigkill) return { ...exit, edges: ["kill"], cause: "docker kill: SIGKILL" };
    // Signals such as SIGHUP are often no reason to end, so only those that are, or that the code names, are taken for it.
    const asked = last !== undefined && [2, 3, sigterm, code - 128].includes(last.signal);
    if (last !== undefined && asked) {
      const name = signalName(last.signal);
      return { ...exit, edges: ["kill"], cause: `docker kill --signal ${name.replace(/^SIG|^signal /, "")}: ${name}` };
    }
    if (code > 128 && signalName(code - 128).startsWith("SIG"))
      return { ...exit, edges: ["end"], cause: `${signalName(code - 128)}, which no docker command sent` };
    return { ...exit, edges: ["end"], cause: "the program ended" };
  }

  #stop(at: number): void {
    if (this.state === "restarting") {
      this.#step({ at, to: "exited", edges: ["giveUp"], cause: "docker stop: it is not started again" });
      return;
    }
    // With --rm the removal is told before the stop.
    const place = this.steps.length - (this.state === "gone" ? 2 : 1);
    const exit = this.steps[place];
    if (exit === undefined || exit.source !== "event" || exit.to !== "exited") return;
    this.steps[place] = { ...exit, edges: ["stop"], cause: `docker stop: ${this.#stopSignals()}` };
  }

  #stopSignals(): string {
    const [first] = this.#signals;
    const last = this.#signals.at(-1);
    if (first === undefined || last === undefined) return "it is asked to end";
    if (first === last) return signalName(first.signal);
    return `${signalName(first.signal)}, then after ${duration(last.at - first.at)} ${signalName(last.signal)}`;
  }

  /** Told after the stop and the start that it consists of. */
  #restarted(): void {
    const at = this.steps.length - 1;
    const start = this.steps[at];
    if (start?.to !== "running" || start.source !== "event") return;
    this.steps[at] = { ...start, cause: "docker restart: started again" };
    const stop = this.steps[at - 1];
    if (stop?.cause.startsWith("docker stop: ") !== true || start.at === undefined || stop.at === undefined) return;
    // A container that lay there for a while was stopped by a command of its own.
    if (start.at - stop.at < 5000)
      this.steps[at - 1] = { ...stop, cause: stop.cause.replace("docker stop", "docker restart") };
  }

  #destroy(at: number): void {
    const last = this.steps.at(-1);
    const atOnce = last?.at !== undefined && last.exitCode !== undefined && at - last.at < oneCall;
    const own = this.known.record?.autoRemove ?? (atOnce && last.edges[0] === "end");
    const killed = atOnce && !own && this.#signals.length === 1 && this.#signals[0]?.signal === sigkill;
    if (killed) this.#amend({ ...last, cause: "docker rm -f: SIGKILL" });
    const way: readonly Edge[] =
      this.state === "created"
        ? ["removeCreated", "removed"]
        : this.state === "restarting"
          ? ["giveUp", "remove", "removed"]
          : ["remove", "removed"];
    const cause = own
      ? "removed as soon as it had ended, as --rm asks"
      : killed || this.state === "restarting"
        ? "docker rm -f"
        : "docker rm";
    this.#step({ at, to: "gone", edges: way, cause });
  }

  #step(step: Pick<Step, "at" | "to" | "edges" | "cause"> & Partial<Step>): void {
    const from = this.state;
    const gap = from === undefined && step.to !== "created";
    const filled = { from, exitCode: undefined, oomKilled: false, source: "event" as const, gap, ...step };
    this.steps.push({ ...filled, edges: from === undefined && step.to !== "created" ? [] : filled.edges });
    this.state = step.to;
  }

  #amend(step: Step): void {
    this.steps[this.steps.length - 1] = step;
    this.state = step.to;
  }
}

function unseen({ oomKilled }: ContainerRecord): Pick<Step, "cause" | "source"> {
  const cause = oomKilled ? "out of memory: the kernel killed it" : "it ended; nobody here saw how";
  return { cause, source: "record" };
}

/** Milliseconds as people say them. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${String(Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${String(minutes)} min`;
  return `${String(Math.floor(minutes / 60))} h ${String(minutes % 60)} min`;
}
