import { GuestFileError } from "../engine/runtime.ts";
import type { EventFields } from "../protocol/messages.ts";
import type { StubCall } from "./agent.ts";
import type { Link } from "./link.ts";

/** Turns STUB events into calls. Those that come before a listener is there wait for it. */
export function stubCalls(link: Link): (listener: (call: StubCall) => void) => void {
  const early: StubCall[] = [];
  let listener: ((call: StubCall) => void) | undefined;
  link.on("STUB", (event) => {
    const call = stubCall(link, event);
    if (listener === undefined) early.push(call);
    else listener(call);
  });
  return (added) => {
    listener = added;
    for (const call of early.splice(0)) added(call);
  };
}

function stubCall(link: Link, event: EventFields<"STUB">): StubCall {
  const { session } = event;
  const gone = new AbortController();
  const signals = new Set<(signal: number) => void>();
  const sizes = new Set<(size: { columns: number; rows: number }) => void>();
  const removals = [
    link.on("STUB_SIGNAL", (e) => {
      if (e.session === session) for (const listener of signals) listener(e.signal);
    }),
    link.on("STUB_RESIZE", (e) => {
      if (e.session === session) for (const listener of sizes) listener({ columns: e.columns, rows: e.rows });
    }),
    link.on("STUB_GONE", (e) => {
      if (e.session === session) end();
    }),
  ];
  const end = () => {
    for (const remove of removals) remove();
    gone.abort();
  };
  const stdin =
    event.stdin === 0 ? undefined : link.streams.open(event.stdin, { read: true, write: false, withoutCredit: true });
  const stdout = output(link, event.stdout);
  const stderr = output(link, event.stderr);
  return {
    session,
    resumed: event.resumed,
    args: event.args,
    env: event.env,
    cwd: event.cwd,
    pid: event.pid,
    uid: event.uid,
    isTerminal: {
      stdin: (event.terminal & 1) !== 0,
      stdout: (event.terminal & 2) !== 0,
      stderr: (event.terminal & 4) !== 0,
    },
    size: event.columns === 0 ? undefined : { columns: event.columns, rows: event.rows },
    openStdin: () => stdin?.readable ?? new ReadableStream<Uint8Array>({ start: (controller) => controller.close() }),
    stdout,
    stderr,
    async setRaw(raw) {
      await link.call("STUB_RAW", { session, raw });
    },
    onSignal(listener) {
      signals.add(listener);
      return () => signals.delete(listener);
    },
    onResize(listener) {
      sizes.add(listener);
      return () => sizes.delete(listener);
    },
    gone: gone.signal,
    async exit(code) {
      if (gone.signal.aborted) return;
      try {
        await link.call("STUB_EXIT", { session, code });
      } catch (error) {
        // It went while the call was under way.
        if (!(error instanceof GuestFileError) || error.code !== "ESRCH") throw error;
      }
      for (const remove of removals) remove();
    },
  };
}

function output(link: Link, id: number): WritableStream<Uint8Array> {
  if (id === 0) return new WritableStream<Uint8Array>();
  return link.streams.open(id, { read: false, write: true }).writable;
}
