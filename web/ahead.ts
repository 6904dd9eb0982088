import { machineWorkers } from "./machine-worker.ts";
import { savesData } from "./offline.ts";

/** Loads what a lesson needs to begin, before one is chosen: the workbench, and a worker with the machine's snapshot. */
export function getReady(): void {
  if (savesData()) return;
  machineWorkers.prepare();
  // Whoever opens it is told what went wrong.
  import("./Workbench.svelte").catch(() => undefined);
}

/** The same when the page has nothing else to do. Call the result to not begin. */
export function getReadyWhenIdle(): () => void {
  if (typeof requestIdleCallback === "undefined") {
    const timer = setTimeout(getReady, 500);
    return () => clearTimeout(timer);
  }
  const idle = requestIdleCallback(getReady, { timeout: 2000 });
  return () => cancelIdleCallback(idle);
}
