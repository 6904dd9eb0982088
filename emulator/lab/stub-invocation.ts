import type { StubCall } from "../agent/agent.ts";
import { BrokenPipe, type Invocation, type OutputStream, type SignalName } from "../cli/invocation.ts";
import type { Transport } from "../client/transport.ts";
import type { Files } from "../engine/runtime.ts";
import { guestFileAccess } from "./guest-file-access.ts";

/** Linux signal numbers (i386) of the signals a stub passes on. */
const signalNames: Readonly<Record<number, SignalName>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  10: "SIGUSR1",
  12: "SIGUSR2",
  13: "SIGPIPE",
  15: "SIGTERM",
  18: "SIGCONT",
  28: "SIGWINCH",
};
const ending: ReadonlySet<SignalName> = new Set(["SIGINT", "SIGTERM", "SIGHUP"]);

/** What is left to do when the command has its exit code. */
export interface StubInvocation extends Invocation {
  /** Writes out what is under way and ends the stub with this exit status. */
  end(code: number): Promise<void>;
}

/** A call of the guest's `docker` as an invocation of the command line on the host. */
export function stubInvocation(call: StubCall, transport: Transport, files: Files): StubInvocation {
  const abort = new AbortController();
  const listeners = new Set<(name: SignalName) => void>();
  call.onSignal((number) => {
    const name = signalNames[number];
    if (name === undefined) return;
    if (listeners.size > 0) for (const listener of listeners) listener(name);
    else if (ending.has(name)) abort.abort(name);
  });
  call.gone.addEventListener("abort", () => abort.abort("SIGHUP"), { once: true });
  const env = Object.fromEntries(
    call.env.map((entry) => {
      const at = entry.indexOf("=");
      return at < 0 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
  const stdout = output(call.stdout, call.isTerminal.stdout);
  const stderr = output(call.stderr, call.isTerminal.stderr);
  let size = call.size;
  call.onResize((changed) => (size = changed));
  return {
    args: call.args,
    env,
    cwd: call.cwd,
    stdin: { isTerminal: call.isTerminal.stdin, open: () => call.openStdin() },
    stdout,
    stderr,
    terminal:
      size === undefined
        ? undefined
        : {
            get columns() {
              return size?.columns ?? 80;
            },
            get rows() {
              return size?.rows ?? 24;
            },
            onResize: (listener) => call.onResize(listener),
            setRaw: (raw) => call.setRaw(raw),
          },
    files: guestFileAccess(files, call.cwd),
    transport,
    signal: abort.signal,
    onSignal(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    now: () => performance.timeOrigin + performance.now(),
    async end(code) {
      await Promise.all([stdout.close(), stderr.close()]);
      await call.exit(code);
    },
  };
}

function output(stream: WritableStream<Uint8Array>, isTerminal: boolean): OutputStream & { close(): Promise<void> } {
  const writer = stream.getWriter();
  // A reader that goes is told by the next write; nobody waits for this promise.
  writer.closed.catch(() => undefined);
  const encoder = new TextEncoder();
  return {
    isTerminal,
    async write(bytes) {
      try {
        await writer.write(typeof bytes === "string" ? encoder.encode(bytes) : bytes);
      } catch {
        throw new BrokenPipe();
      }
    },
    // A stream that broke has ended already.
    close: () => writer.close().catch(() => undefined),
  };
}
