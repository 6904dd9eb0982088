import type { ContainerRecord } from "../../records.ts";

const firstBackoff = 100;
const longestBackoff = 60_000;
/** A run of this many milliseconds was a good one: the next wait is short again. */
const goodRun = 10_000;

/** Milliseconds until the next automatic start, or undefined when the policy lets the container rest. Counts failures. */
export function nextRestart(container: ContainerRecord, exitCode: number, ranFor: number): number | undefined {
  const { restart, hostConfig } = container;
  if (restart.manuallyStopped) return undefined;
  if (!applies(container, exitCode)) return undefined;
  if (exitCode !== 0) restart.failures++;
  const { Name, MaximumRetryCount = 0 } = hostConfig.RestartPolicy ?? {};
  if (Name === "on-failure" && MaximumRetryCount > 0 && restart.failures > MaximumRetryCount) return undefined;
  restart.backoff =
    ranFor >= goodRun || restart.backoff === 0 ? firstBackoff : Math.min(restart.backoff * 2, longestBackoff);
  return restart.backoff;
}

function applies({ hostConfig }: ContainerRecord, exitCode: number): boolean {
  switch (hostConfig.RestartPolicy?.Name) {
    case "always":
    case "unless-stopped":
      return true;
    case "on-failure":
      return exitCode !== 0;
    default:
      return false;
  }
}
