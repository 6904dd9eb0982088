import { humanSize } from "./human-size.ts";

/** One line of a stream of progress: pull, load, import, push. */
export interface ProgressMessage {
  readonly status?: string;
  readonly stream?: string;
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly progress?: string;
  readonly aux?: Readonly<Record<string, unknown>>;
  readonly error?: string;
  readonly errorDetail?: { readonly message: string };
}

export type Emit = (message: ProgressMessage) => void;

/** `Pulling fs layer`, `Pull complete`: a step without numbers. */
export function step(id: string, status: string): ProgressMessage {
  return { status, progressDetail: {}, id };
}

/** A step with its bar, drawn as the engine sends it to clients that draw none. */
export function bar(id: string, status: string, current: number, total: number): ProgressMessage {
  const filled = Math.min(50, Math.floor(Math.floor((current / Math.max(1, total)) * 100) / 2));
  const box = `[${"=".repeat(filled)}>${" ".repeat(50 - filled)}] `;
  const numbers = `${humanSize(current).padStart(8)}/${humanSize(total)}`;
  return { status, progressDetail: { current, total }, progress: `${box} ${numbers}`, id };
}

/** Passes a step's numbers on when they have moved by a sixteenth, and at the end. */
export function meter(emit: Emit, id: string, status: string, total: number): (current: number) => void {
  let shown = -1;
  return (current) => {
    const sixteenth = total === 0 ? 16 : Math.floor((current * 16) / total);
    if (sixteenth === shown) return;
    shown = sixteenth;
    emit(bar(id, status, current, total));
  };
}
