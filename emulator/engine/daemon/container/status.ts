import type { ContainerRecord, ContainerStateRecord } from "../../records.ts";

export type ContainerStatus = "created" | "running" | "paused" | "restarting" | "removing" | "exited" | "dead";

export const statuses: readonly ContainerStatus[] = [
  "created",
  "running",
  "paused",
  "restarting",
  "removing",
  "exited",
  "dead",
];

/** `State.Status` of `docker inspect`. A container that restarts counts as running, as everywhere in Docker. */
export function statusOf(state: ContainerStateRecord): ContainerStatus {
  if (state.running) return state.paused ? "paused" : state.restarting ? "restarting" : "running";
  if (state.removing) return "removing";
  if (state.dead) return "dead";
  return state.startedAt === undefined ? "created" : "exited";
}

/** The STATUS column of `docker ps`. */
export function describeStatus({ state, health }: ContainerRecord, now: number): string {
  const since = (time: number | undefined): string => humanDuration(now - (time ?? now));
  if (state.running) {
    if (state.paused) return `Up ${since(state.startedAt)} (Paused)`;
    if (state.restarting) return `Restarting (${String(state.exitCode)}) ${since(state.finishedAt)} ago`;
    if (health !== undefined)
      return `Up ${since(state.startedAt)} (${health.status === "starting" ? "health: starting" : health.status})`;
    return `Up ${since(state.startedAt)}`;
  }
  if (state.removing) return "Removal In Progress";
  if (state.dead) return "Dead";
  if (state.startedAt === undefined) return "Created";
  return `Exited (${String(state.exitCode)}) ${since(state.finishedAt)} ago`;
}

/** Go's units.HumanDuration. */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 1) return "Less than a second";
  if (seconds === 1) return "1 second";
  if (seconds < 60) return `${String(seconds)} seconds`;
  const minutes = Math.floor(seconds / 60);
  if (minutes === 1) return "About a minute";
  if (minutes < 60) return `${String(minutes)} minutes`;
  const exact = milliseconds / 3_600_000;
  const hours = Math.floor(exact + 0.5);
  if (hours === 1) return "About an hour";
  if (hours < 48) return `${String(hours)} hours`;
  if (hours < 24 * 7 * 2) return `${String(Math.floor(hours / 24))} days`;
  if (hours < 24 * 30 * 2) return `${String(Math.floor(hours / 24 / 7))} weeks`;
  if (hours < 24 * 365 * 2) return `${String(Math.floor(hours / 24 / 30))} months`;
  return `${String(Math.floor(Math.floor(exact) / 24 / 365))} years`;
}
