import { exitMeaning } from "./exit.ts";
import type { ContainerState, KernelFacts } from "./facts.ts";
import { duration, type Step } from "./history.ts";
import { policyText } from "./policy.ts";
import { actions, type ContainerView } from "./view.ts";

export interface HistoryRow {
  /** `10:42:47 UTC`; undefined where nobody said when. */
  readonly time: string | undefined;
  readonly from: ContainerState | undefined;
  readonly to: ContainerState;
  readonly cause: string;
  /** The exit code with its meaning, of an end. */
  readonly exit: string | undefined;
  /** How long it was in `to`; undefined: it still is, or that is not known. */
  readonly stayed: string | undefined;
  readonly source: Step["source"];
  /** Before this row something may have happened that nobody here saw. */
  readonly gap: boolean;
}

/** A fact, and who says it: `kernel`, the control group and /proc; `engine`, docker inspect. */
export interface Fact {
  readonly text: string;
  readonly source: "kernel" | "engine";
  /** Where to look for it by hand. */
  readonly at: string;
}

export interface ContainerDetail {
  readonly question: string;
  readonly answer: string;
  readonly rows: readonly HistoryRow[];
  readonly facts: readonly Fact[];
  readonly commands: readonly string[];
}

/** The last rows are shown; a container that restarts all night has many. */
const rowsKept = 60;

export function containerDetail(view: ContainerView, kernel: KernelFacts | undefined): ContainerDetail {
  const { name, history } = view;
  const rows = history.steps.map((step, at) => row(step, history.steps[at + 1]));
  return {
    question: `What happened to ${name}?`,
    answer: detailAnswer(view),
    rows: rows.slice(-rowsKept),
    facts: facts(view, kernel),
    // Docker does what its own record allows.
    commands: actions(view.engineState, name),
  };
}

function row(step: Step, next: Step | undefined): HistoryRow {
  const { at, from, to, cause, exitCode, oomKilled, source, gap } = step;
  const stayed = at === undefined || next?.at === undefined || next.gap ? undefined : duration(next.at - at);
  return {
    time: at === undefined ? undefined : time(at),
    from,
    to,
    cause,
    exit: exitCode === undefined ? undefined : exitMeaning(exitCode, oomKilled),
    stayed,
    source,
    gap,
  };
}

function detailAnswer({ state, engineState, history }: ContainerView): string {
  const last = history.steps.at(-1);
  const since = last?.at === undefined ? "" : ` since ${time(last.at)}`;
  if (state !== engineState) return `The kernel shows it ${state}; the engine's record still says ${engineState}.`;
  const known = history.steps.some(({ gap }) => gap) ? " Some of its past was not seen." : "";
  if (state === "gone")
    return `It was removed${last?.at === undefined ? "" : ` at ${time(last.at)}`}; only this page remembers it.`;
  return `It is ${state}${since}.${known}`;
}

function facts(view: ContainerView, kernel: KernelFacts | undefined): Fact[] {
  return [...kernelSays(view, kernel), ...engineSays(view)];
}

function kernelSays({ id, state, history }: ContainerView, kernel: KernelFacts | undefined): Fact[] {
  if (kernel === undefined || kernel.seen <= history.lastEvent) return [];
  const folder = `/sys/fs/cgroup/docker/${id.slice(0, 12)}…`;
  const group = kernel.groups.get(id);
  const said = (text: string, at: string): Fact => ({ text, source: "kernel", at });
  const [main, ...others] = group?.processes ?? [];
  if (main === undefined) {
    if (kernel.cut) return [];
    const none: Partial<Record<ContainerState, string>> = {
      created: "It has no process yet.",
      gone: "It has no process and no control group.",
    };
    return [said(none[state] ?? "It has no process.", "/proc")];
  }
  const inner = main.inner === main.pid ? "" : `, which is process ${String(main.inner)} inside`;
  const more = others.length === 0 ? "" : `, and ${String(others.length)} more beside it`;
  const process = said(
    `Its program is process ${String(main.pid)} of the machine${inner}: ${main.command}${more}.`,
    `/proc/${String(main.pid)}`,
  );
  return group?.frozen === true
    ? [
        said(
          "Its control group is frozen: the processes are there, with their memory, and get no time.",
          `${folder}/cgroup.freeze is 1`,
        ),
        process,
      ]
    : [process, said("Its control group is not frozen.", `${folder}/cgroup.freeze is 0`)];
}

function engineSays({ state, history }: ContainerView): Fact[] {
  const { record } = history;
  const said = (text: string, at: string): Fact => ({ text, source: "engine", at });
  if (record === undefined || state === "gone")
    return state === "gone"
      ? [said("There is no record of it any more: name, settings, logs and files went with it.", "docker inspect")]
      : [];
  const found: Fact[] = [];
  if (state === "created")
    found.push(said("It has a name, settings and an empty writable layer of its own.", "docker inspect"));
  if (state === "exited")
    found.push(
      said(
        "Its writable layer is still there, with every file it wrote; so are its logs.",
        "GraphDriver.Data.UpperDir, LogPath",
      ),
    );
  if (record.error !== "")
    found.push(said(`Its last start failed (${exitMeaning(record.exitCode)}): ${record.error}`, "State.Error"));
  if (record.policy.name !== "no")
    found.push(
      said(
        `Its restart policy is ${policyText(record.policy)}; it was started again ${times(record.restartCount)}.`,
        "HostConfig.RestartPolicy, RestartCount",
      ),
    );
  if (record.autoRemove) found.push(said("It will be removed when it ends: --rm.", "HostConfig.AutoRemove"));
  return found;
}

function times(count: number): string {
  return count === 0 ? "never so far" : count === 1 ? "once" : count === 2 ? "twice" : `${String(count)} times`;
}

/** Time of day as the machine's own `date` says it. */
export function time(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`;
}
