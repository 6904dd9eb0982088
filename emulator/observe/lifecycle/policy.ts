import type { PolicySeen, RestartRule } from "./facts.ts";

/**
 * The restart policy that held when an event came, where it is known: one that was read, with no `update` between that
 * and the event.
 */
export function policyAt(
  index: number,
  read: readonly PolicySeen[],
  updates: readonly number[],
): RestartRule | undefined {
  return read.findLast(({ seen }) => !updates.some((at) => at >= Math.min(index, seen) && at < Math.max(index, seen)));
}

/** Whether the policy starts a container again whose program ended. `failures`: in a row, this one among them. */
export function startsAgain(rule: RestartRule | undefined, exitCode: number, failures: number): boolean {
  switch (rule?.name) {
    case "always":
    case "unless-stopped":
      return true;
    case "on-failure":
      return exitCode !== 0 && (rule.maximum === 0 || failures <= rule.maximum);
    default:
      return false;
  }
}

export function policyText({ name, maximum }: RestartRule): string {
  return name === "on-failure" && maximum > 0 ? `on-failure:${String(maximum)}` : name;
}
