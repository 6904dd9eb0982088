import type { ContainerDetail } from "./detail.ts";
import type { ContainerView, LifecycleView } from "./view.ts";

/** `clock`, or with what its program said last: `clock (137)`. */
export function tokenText({ name, exitCode }: Pick<ContainerView, "name" | "exitCode">): string {
  return exitCode === undefined ? name : `${name} (${String(exitCode)})`;
}

/** For who hears the picture: `clock, exited with 137`. */
export function tokenName({ name, state, engineState, exitCode }: ContainerView): string {
  const differs = state === engineState ? "" : `, by the kernel; the engine says ${engineState}`;
  const how = state === "created" ? ", and its start failed with" : " with";
  return `${name}, ${state}${exitCode === undefined ? "" : `${how} ${String(exitCode)}`}${differs}`;
}

/** The diagram as text: a line a state. */
export function lifecycleText({ question, answer, states }: LifecycleView): string {
  const lines = states
    .filter(({ containers }) => containers.length > 0)
    .map(({ state, containers }) => `${state}: ${containers.map(tokenText).join(", ")}`);
  return [question, answer, "", ...lines, ""].join("\n");
}

/** A container's history as text: a line a step. */
export function detailText({ question, answer, rows, facts }: ContainerDetail): string {
  const lines = rows.flatMap(({ time, from, to, cause, exit, stayed, source, gap }) => [
    ...(gap ? ["(what happened before this was not seen)"] : []),
    `${time ?? "at some time"}  ${from ?? "?"} -> ${to}: ${cause}`.replace("? -> created", "created") +
      (exit === undefined ? "" : `; exit code ${exit}`) +
      (stayed === undefined ? "" : `; ${stayed} ${to}`) +
      (source === "record" ? " [from the engine's record]" : ""),
  ]);
  return [
    question,
    answer,
    "",
    ...lines,
    "",
    ...facts.map(({ text, source, at }) => `${source}: ${text} (${at})`),
    "",
  ].join("\n");
}
