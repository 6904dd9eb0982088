import type { BuildRecord, BuildStage, BuildStep } from "../../spec/build.ts";
import type { Dockerfile } from "../../dockerfile/instruction.ts";
import type { Daemon } from "../daemon/daemon.ts";
import { identity } from "./identity.ts";
import type { Op } from "./op.ts";
import type { Plan } from "./plan.ts";

/** Builds that are remembered. */
const kept = 20;

type Listener = (record: BuildRecord) => void;

/** The last builds, as pictures and margins show them. Plain data in the store; whoever listens hears every change. */
export class BuildRecords {
  readonly #daemon: Daemon;
  readonly #listeners = new Set<Listener>();

  constructor(daemon: Daemon) {
    this.#daemon = daemon;
  }

  all(): readonly BuildRecord[] {
    return this.#daemon.store.builds;
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  open(build: Pick<BuildRecord, "dockerfileName" | "tags" | "target">): OpenRecord {
    const { store, world } = this.#daemon;
    const record: BuildRecord = {
      ...build,
      id: identity(world.random),
      startedAt: world.clock.now(),
      endedAt: undefined,
      state: "running",
      dockerfile: "",
      imageId: undefined,
      error: undefined,
      stages: [],
    };
    store.builds.push(record);
    store.builds.splice(0, Math.max(0, store.builds.length - kept));
    return new OpenRecord(record, (changed) => {
      const at = store.builds.findIndex(({ id }) => id === changed.id);
      if (at >= 0) store.builds[at] = changed;
      for (const listener of [...this.#listeners]) listener(changed);
    });
  }

  /** What was running when the engine ended does not run any more. */
  restore(): void {
    const { store } = this.#daemon;
    for (const [at, record] of store.builds.entries())
      if (record.state === "running") store.builds[at] = canceled(record, record.startedAt);
  }
}

/** A build that is under way. */
export class OpenRecord {
  #record: BuildRecord;
  readonly #tell: Listener;

  constructor(record: BuildRecord, tell: Listener) {
    this.#record = record;
    this.#tell = tell;
    tell(record);
  }

  get id(): string {
    return this.#record.id;
  }

  change(change: Partial<BuildRecord>): void {
    this.#record = { ...this.#record, ...change };
    this.#tell(this.#record);
  }

  /** Stages and steps as planned; configuration is done, files are waited for. */
  planned(dockerfile: Dockerfile, { target, stages }: Plan): void {
    const used = new Set<number>();
    const visit = (op: Op | undefined): void => {
      if (op?.place !== undefined) used.add(op.place.stage);
      op?.inputs.forEach(visit);
    };
    visit(target.op);
    used.add(target.index);
    this.change({
      stages: stages.map((stage, index): BuildStage => {
        const source = dockerfile.stages[index];
        const isUsed = used.has(index);
        const from = source?.from;
        const instructions = source === undefined || from === undefined ? [] : [from, ...source.instructions];
        const triggers = stage.commands.filter(({ onbuild }) => onbuild).length;
        return {
          name: stage.name ?? `stage-${String(index)}`,
          line: from?.lines.start ?? 1,
          base: stage.baseName,
          baseStage: stage.base?.index,
          used: isUsed,
          steps: instructions.map((instruction, at): BuildStep => {
            const command = at === 0 ? undefined : stage.commands[at - 1 + triggers];
            // What another stage made is that one's work.
            const isStage = instruction.kind === "FROM" && (stage.base !== undefined || stage.baseName === "scratch");
            const makesFiles = ["FROM", "RUN", "COPY", "ADD", "WORKDIR"].includes(instruction.kind);
            return {
              vertex: "",
              instruction: instruction.kind,
              text: instruction.original,
              lines: instruction.lines,
              state: !isUsed ? "unused" : makesFiles && !isStage ? "waiting" : "done",
              startedAt: undefined,
              endedAt: undefined,
              diffId: undefined,
              size: undefined,
              fromStages: (command?.sources ?? []).flatMap((from_) => (from_?.from === undefined ? [] : [from_.index])),
              because: undefined,
            };
          }),
        };
      }),
    });
  }

  /** `step` counts triggers of ONBUILD, which have no line of their own and belong to FROM. */
  step(place: Op["place"], change: Partial<BuildStep>, triggers: number): void {
    if (place === undefined) return;
    const at = place.step === 0 ? 0 : Math.max(0, place.step - triggers);
    this.change({
      stages: this.#record.stages.map((stage, index) =>
        index !== place.stage
          ? stage
          : { ...stage, steps: stage.steps.map((step, i) => (i === at ? { ...step, ...change } : step)) },
      ),
    });
  }

  end(change: Partial<BuildRecord> & Pick<BuildRecord, "state">, now: number): void {
    const ended = change.state === "completed" ? this.#record : canceled(this.#record, now);
    this.#record = { ...ended, ...change, endedAt: now };
    this.#tell(this.#record);
  }
}

function canceled(record: BuildRecord, now: number): BuildRecord {
  return {
    ...record,
    state: "canceled",
    endedAt: now,
    stages: record.stages.map((stage) => ({ ...stage, steps: withoutWhatNeverCame(stage.steps) })),
  };
}

/** What had not ended is canceled, and so is what stands after it, settings included. */
function withoutWhatNeverCame(steps: readonly BuildStep[]): BuildStep[] {
  const first = steps.findIndex(({ state }) => ["running", "waiting", "failed", "canceled"].includes(state));
  return steps.map((step, at) =>
    first >= 0 && at >= first && ["running", "waiting", "done"].includes(step.state)
      ? { ...step, state: "canceled" }
      : step,
  );
}
