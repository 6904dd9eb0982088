import {
  containerStates,
  type ContainerRecord,
  type ContainerState,
  type KernelFacts,
  type LifecycleEvent,
  type PolicySeen,
} from "./facts.ts";
import { containerHistory, type ContainerHistory, type NumberedEvent, type Step } from "./history.ts";
import { kernelState } from "./kernel.ts";

/** All that is known at one moment. */
export interface LifecycleFacts {
  /** The number of the first event of the list: those before it are no longer kept. */
  readonly from: number;
  readonly events: readonly LifecycleEvent[];
  /** Of containers that are there, and of those that were, the last one that was read. */
  readonly records: readonly ContainerRecord[];
  readonly policies: ReadonlyMap<string, readonly PolicySeen[]>;
  /** Events before these places may be missing. */
  readonly gaps: readonly number[];
  readonly kernel: KernelFacts | undefined;
}

export interface ContainerView {
  readonly id: string;
  readonly name: string;
  /** Where it stands in the picture: what the kernel shows, where that is newer than what the engine said last. */
  readonly state: ContainerState;
  /** By the engine's word. */
  readonly engineState: ContainerState;
  /** Of one that has ended, or that could not be started. */
  readonly exitCode: number | undefined;
  readonly history: ContainerHistory;
}

export interface StateView {
  readonly state: ContainerState;
  readonly containers: readonly ContainerView[];
}

export interface LifecycleView {
  readonly question: string;
  readonly answer: string;
  readonly states: readonly StateView[];
  /** In the order they were made, those that are gone last. */
  readonly containers: readonly ContainerView[];
  /** The step that was taken last of all, if one was seen. */
  readonly last: { readonly container: ContainerView; readonly step: Step } | undefined;
}

export const question = "What state is each container in, and what took it there?";
/** Of those that are gone, the latest stay in the picture. */
const goneKept = 8;

export function lifecycleView(facts: LifecycleFacts): LifecycleView {
  const all = histories(facts).map((history) => containerView(history, facts.kernel));
  const there = all.filter(({ state }) => state !== "gone");
  const gone = all.filter(({ state }) => state === "gone").sort((a, b) => a.history.lastEvent - b.history.lastEvent);
  const containers = [...there, ...gone.slice(-goneKept).reverse()];
  const states = containerStates.map((state) => ({
    state,
    containers: containers.filter((each) => each.state === state),
  }));
  const last = lastStep(containers);
  return { question, answer: answer(states, last), states, containers, last };
}

function histories({ from, events, records, policies, gaps }: LifecycleFacts): ContainerHistory[] {
  const byId = new Map<string, NumberedEvent[]>();
  const known = new Map(records.map((record) => [record.id, record]));
  for (const { id } of records) byId.set(id, []);
  events.forEach((event, at) => {
    const index = from + at;
    const own = byId.get(event.id);
    if (own === undefined) byId.set(event.id, [{ index, event }]);
    else own.push({ index, event });
  });
  return [...byId]
    .map(([id, own]) => containerHistory(id, own, { record: known.get(id), policies: policies.get(id) ?? [], gaps }))
    .sort((a, b) => madeAt(a) - madeAt(b));
}

const madeAt = ({ steps, record }: ContainerHistory): number => record?.created ?? steps[0]?.at ?? 0;

function containerView(history: ContainerHistory, kernel: KernelFacts | undefined): ContainerView {
  const { id, name, state: engineState, lastEvent } = history;
  // A reading that was asked for before the last event came may be older than it.
  const newer = kernel !== undefined && kernel.seen > lastEvent && engineState !== "gone";
  const state = newer ? kernelState(engineState, id, kernel) : engineState;
  const exitCode = state === "exited" ? lastExitCode(history) : state === "created" ? failedStart(history) : undefined;
  return { id, name, state, engineState, exitCode, history };
}

const lastExitCode = ({ steps }: ContainerHistory) => steps.findLast((step) => step.exitCode !== undefined)?.exitCode;

/** No event tells of a start that fails: it leaves its reason in the record. */
const failedStart = ({ record }: ContainerHistory) =>
  record === undefined || record.error === "" ? undefined : record.exitCode;

function lastStep(containers: readonly ContainerView[]): LifecycleView["last"] {
  const [container] = containers
    .filter(({ history }) => history.steps.at(-1)?.source === "event")
    .sort((a, b) => b.history.lastEvent - a.history.lastEvent);
  const step = container?.history.steps.at(-1);
  return container === undefined || step === undefined ? undefined : { container, step };
}

function answer(states: readonly StateView[], last: LifecycleView["last"]): string {
  const counted = states.filter(({ state, containers }) => containers.length > 0 && state !== "gone");
  const counts = counted.map(({ state, containers }) => `${String(containers.length)} ${state}`).join(", ");
  const moved = last === undefined ? undefined : stepSentence(last.container.name, last.step);
  if (counts === "")
    return moved === undefined ? "There is no container; docker create makes one." : `No container is left: ${moved}`;
  const only = counted.length === 1 && counted[0]?.containers.length === 1;
  return moved ?? `${counts}. What took ${only ? "it" : "them"} there was not seen.`;
}

/** `clock went from running to exited (docker stop: SIGTERM).` */
export function stepSentence(name: string, { from, to, cause }: Step): string {
  const way =
    from === undefined ? (to === "created" ? "was created" : `came to be ${to}`) : `went from ${from} to ${to}`;
  return `${name} ${way}${cause === "docker create" ? "" : ` (${cause})`}.`;
}

/** Commands that are legal in a state, most usual first. */
export function actions(state: ContainerState, name: string): string[] {
  switch (state) {
    case "created":
      return [`docker start ${name}`, `docker rm ${name}`];
    case "running":
      return [
        `docker pause ${name}`,
        `docker stop ${name}`,
        `docker kill ${name}`,
        `docker restart ${name}`,
        `docker rm -f ${name}`,
      ];
    case "paused":
      return [`docker unpause ${name}`, `docker stop ${name}`, `docker rm -f ${name}`];
    case "restarting":
      return [`docker stop ${name}`, `docker rm -f ${name}`];
    case "exited":
      return [`docker start ${name}`, `docker rm ${name}`];
    case "dead":
      return [`docker rm -f ${name}`];
    case "removing":
    case "gone":
      return [];
  }
}
