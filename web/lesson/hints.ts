import type { Transport } from "../../emulator/client/transport.ts";
import type { Task } from "../../lessons/lesson.ts";
import { runScript } from "./script.ts";

/** A hint is offered after so long without progress, in milliseconds. */
const offerAfter = 90_000;

/** What the first of a task's hints that has something to say makes of the machine; undefined when none has. */
export async function hintOf(task: Task, transport: Transport, signal: AbortSignal): Promise<string | undefined> {
  for (const { script } of task.hints) {
    const { stdout, timedOut } = await runScript(transport, script, signal);
    const said = timedOut ? "" : stdout.trim();
    if (said !== "") return said;
  }
  return undefined;
}

/** Tells `onOffer` when nothing went on for a while. */
export class HintOffer {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly onOffer: () => void) {}

  /** Something went on. */
  restart(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.onOffer, offerAfter);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
