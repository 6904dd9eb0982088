import type { ExitStatus, GuestProcess, SpawnRequest } from "./agent.ts";
import type { Link } from "./link.ts";

const stdioKinds = { null: 0, pipes: 1, pty: 2 } as const;

/** Starts a process; its streams are open before it runs. */
export async function spawnProcess(link: Link, request: SpawnRequest): Promise<GuestProcess> {
  const { stdio } = request;
  const streams = openStreams(link, stdio.kind, stdio.kind === "pipes" && stdio.stdin);
  const size = stdio.kind === "pty" ? stdio.size : { columns: 0, rows: 0 };
  const exits = collectExits(link);
  try {
    const { pid } = await link.call("SPAWN", {
      argv: request.argv,
      env: request.env,
      cwd: request.cwd,
      cgroup: request.cgroup ?? "",
      key: request.key ?? "",
      uid: request.uid ?? -1,
      gid: request.gid ?? -1,
      stdio: stdioKinds[stdio.kind],
      ...size,
      ...streams.ids,
    });
    return process(link, pid, streams, exits.of(pid));
  } catch (error) {
    exits.stop();
    streams.forget();
    throw error;
  }
}

/** Takes a process on that an earlier epoch spawned with this key; undefined when there is none. */
export async function adoptProcess(link: Link, key: string): Promise<GuestProcess> {
  // Which streams it has shows in the reply; a terminal uses stdout alone, both ways.
  const streams = openStreams(link, "pty", false);
  const exits = collectExits(link);
  try {
    const { pid } = await link.call("ADOPT", { key, ...streams.ids });
    return process(link, pid, streams, exits.of(pid));
  } catch (error) {
    exits.stop();
    streams.forget();
    throw error;
  }
}

interface ProcessStreams {
  readonly ids: { readonly stdin: number; readonly stdout: number; readonly stderr: number };
  readonly stdin: WritableStream<Uint8Array> | undefined;
  readonly stdout: ReadableStream<Uint8Array> | undefined;
  readonly stderr: ReadableStream<Uint8Array> | undefined;
  forget(): void;
}

function openStreams(link: Link, kind: keyof typeof stdioKinds, withStdin: boolean): ProcessStreams {
  const { streams } = link;
  if (kind === "null")
    return {
      ids: { stdin: 0, stdout: 0, stderr: 0 },
      stdin: undefined,
      stdout: undefined,
      stderr: undefined,
      forget: () => undefined,
    };
  if (kind === "pty") {
    const id = streams.allocate();
    const both = streams.open(id, { read: true, write: true });
    return {
      ids: { stdin: 0, stdout: id, stderr: 0 },
      stdin: both.writable,
      stdout: both.readable,
      stderr: undefined,
      forget: () => streams.forget(id),
    };
  }
  const ids = { stdin: withStdin ? streams.allocate() : 0, stdout: streams.allocate(), stderr: streams.allocate() };
  const stdin = withStdin ? streams.open(ids.stdin, { read: false, write: true }) : undefined;
  const stdout = streams.open(ids.stdout, { read: true, write: false });
  const stderr = streams.open(ids.stderr, { read: true, write: false });
  return {
    ids,
    stdin: stdin?.writable,
    stdout: stdout.readable,
    stderr: stderr.readable,
    forget: () => {
      for (const id of Object.values(ids)) streams.forget(id);
    },
  };
}

/** A process may end before the reply that names it is handled: exits are kept until it is known whose they are. */
function collectExits(link: Link): { of(pid: number): Promise<ExitStatus>; stop(): void } {
  const early = new Map<number, ExitStatus>();
  let waiting: { pid: number; resolve: (status: ExitStatus) => void } | undefined;
  const stop = link.on("EXIT", (event) => {
    const status = { code: event.code, signal: event.signal === 0 ? undefined : event.signal };
    if (waiting === undefined) early.set(event.pid, status);
    else if (waiting.pid === event.pid) {
      stop();
      waiting.resolve(status);
    }
  });
  return {
    stop,
    of: (pid) =>
      new Promise((resolve, reject) => {
        const status = early.get(pid);
        if (status !== undefined) {
          stop();
          resolve(status);
          return;
        }
        const remove = link.onEnd(reject);
        waiting = { pid, resolve: (ended) => (remove(), resolve(ended)) };
      }),
  };
}

function process(link: Link, pid: number, streams: ProcessStreams, exited: Promise<ExitStatus>): GuestProcess {
  // Nobody has to wait for a process.
  exited.catch(() => undefined);
  return {
    pid,
    stdin: streams.stdin,
    stdout: streams.stdout,
    stderr: streams.stderr,
    exited,
    async signal(signal) {
      await link.call("SIGNAL", { pid, signal });
    },
    async resize(size) {
      await link.call("RESIZE", { pid, ...size });
    },
  };
}
