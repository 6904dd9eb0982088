/** Calls back from the event loop: at once but after what is already waiting there, or after some milliseconds. */
export interface Turns {
  soon(callback: () => void): void;
  after(milliseconds: number, callback: () => void): void;
  /** Forgets what `after` has been asked for. */
  cancel(): void;
  close(): void;
}

type SetImmediate = (callback: () => void) => unknown;

/**
 * `setImmediate` where there is one (Node). Elsewhere a MessageChannel, which is neither clamped to 4 ms as nested timers
 * are, nor needs a worker of its own.
 */
export function eventLoopTurns(): Turns {
  const immediate = (globalThis as { setImmediate?: SetImmediate }).setImmediate;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cancel = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  if (typeof immediate === "function") {
    return {
      soon: (callback) => void immediate(callback),
      after: (milliseconds, callback) => {
        cancel();
        timer = setTimeout(callback, milliseconds);
      },
      cancel,
      close: cancel,
    };
  }
  const channel = new MessageChannel();
  const waiting: (() => void)[] = [];
  channel.port1.onmessage = () => waiting.shift()?.();
  const soon = (callback: () => void): void => {
    waiting.push(callback);
    channel.port2.postMessage(0);
  };
  return {
    soon,
    after: (milliseconds, callback) => {
      cancel();
      // From the channel's event, not the timer's, so that the next timer does not count as nested.
      timer = setTimeout(() => soon(callback), milliseconds);
    },
    cancel,
    close: () => {
      cancel();
      channel.port1.close();
    },
  };
}
