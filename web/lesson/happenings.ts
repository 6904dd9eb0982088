import * as system from "../../emulator/client/system.ts";
import type { Transport } from "../../emulator/client/transport.ts";
import type { Happening } from "./recheck.ts";

/** A stream of events that ended with its machine is asked for again after so long, in milliseconds. */
const followAgain = 1000;
/** A server in a container that was started answers so long after its event, which nothing tells: it is looked at then. */
const warmUps = [3000, 9000];

/** Where something may happen: a machine's terminals, the files the page writes, the engine. */
export interface Places {
  /** Told whether a shell waits at its prompt now. */
  onOutput(listener: (atPrompt: boolean) => void): () => void;
  onWrite(listener: () => void): () => void;
  /** Throws while there is no machine. */
  transport(): Transport;
}

/** Tells `happened` of everything that may have changed the machine, until `signal` aborts. */
export function followHappenings(places: Places, happened: (what: Happening) => void, signal: AbortSignal): void {
  const unread = places.onOutput((atPrompt) => happened(atPrompt ? "prompt" : "output"));
  const unwritten = places.onWrite(() => happened("file"));
  const leave = () => {
    unread();
    unwritten();
  };
  signal.addEventListener("abort", leave, { once: true });
  void followEvents(places, happened, signal);
}

async function followEvents(places: Places, happened: (what: Happening) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const event of await system.events({ transport: places.transport(), signal })) {
        if (signal.aborted) return;
        // A container's health checks are no news.
        if (String(event["Action"]).startsWith("exec_")) continue;
        happened("engine");
        if (event["Action"] !== "start") continue;
        for (const time of warmUps) void pause(time, signal).then(() => signal.aborted || happened("engine"));
      }
    } catch {
      // The machine stopped, which the page shows; it may start again.
    }
    await pause(followAgain, signal);
  }
}

/** Resolves after `time` milliseconds, or when `signal` aborts. */
export function pause(time: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, time);
    signal.addEventListener("abort", end, { once: true });
  });
}
