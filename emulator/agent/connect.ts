import { GuestFileError, type Change, type ChangeKind, type FileStat } from "../engine/runtime.ts";
import type { ConsolePort } from "../machine/machine.ts";
import type { VerbReply } from "../protocol/messages.ts";
import type { Agent, GuestConnection, NewEntry } from "./agent.ts";
import { adoptProcess, spawnProcess } from "./guest-process.ts";
import { Link } from "./link.ts";
import { stubCalls } from "./stub-call.ts";
import { unixListeners } from "./unix-listeners.ts";

const protocolVersion = 1;

export interface ConnectOptions {
  /** Larger than every earlier epoch of this machine. */
  readonly epoch: number;
  /** Calls of the stub that an earlier epoch left are announced again, with `resumed`. */
  readonly keepStubs: boolean;
}

/** The agent, and the link that the engine's drivers (`runtime.ts`, `network.ts`, `files.ts`) are built on. */
export interface ConnectedAgent extends Agent {
  readonly link: Link;
  /** Ends the epoch on this side: everything that waits rejects with EpochEnded. */
  close(error?: Error): void;
}

/** Says HELLO. Resolves with the agent of a new epoch; the calls of the stub wait until `onStub` has a listener. */
export async function connect(port: ConsolePort, options: ConnectOptions): Promise<ConnectedAgent> {
  const link = new Link(port, options.epoch);
  const stubs = stubCalls(link);
  const hello = await link.call("HELLO", { version: protocolVersion, keepStubs: options.keepStubs });
  return {
    link,
    facts: {
      protocolVersion: hello.version,
      kernel: hello.kernel,
      bootId: hello.bootId,
      memoryTotal: Number(hello.memoryTotal),
    },
    close: (error) => link.end(error),
    spawn: (request) => spawnProcess(link, request),
    adopt: (key) => adoptProcess(link, key),
    async barrier(hold = false) {
      await link.call("BARRIER", { hold });
    },
    async release() {
      await link.call("RELEASE", {});
    },
    async refresh(now, entropy) {
      await link.call("REFRESH", { now: Math.round(now * 1000), entropy });
    },
    readFile: (path) => readFile(link, "", path),
    async writeFile(path, bytes, mode = -1) {
      await writeFile(link, "", path, bytes, { mode });
    },
    stat: (path, follow = false) => stat(link, "", path, follow),
    async makeDirectory(path, mode = 0o755, parents = false) {
      await link.call("MKDIR", { root: "", path, mode, uid: -1, gid: -1, parents }, { path });
    },
    async remove(path, recursive = false) {
      await link.call("REMOVE", { root: "", path, recursive }, { path });
    },
    async symlink(target, path) {
      await link.call("SYMLINK", { root: "", path, target }, { path });
    },
    async list(path) {
      return (await link.call("LIST", { root: "", path }, { path })).names;
    },
    async create(directory, entries) {
      await link.call("CREATE", { directory, entries: entries.map(newEntry) }, { path: directory });
    },
    async changes(upper, lowers) {
      const { changes } = await link.call("CHANGES", { upper, lowers }, { path: upper });
      return changes.map(({ path, kind }): Change => ({ path, kind: changeKinds[kind] ?? "modified" }));
    },
    packLayer: (upper, signal) => pack(link, { root: "", path: upper, name: "", contents: true, layer: true }, signal),
    async usage(path) {
      return Number((await link.call("USAGE", { root: "", path }, { path })).bytes);
    },
    async mount({ cwd = "", ...call }) {
      await link.call("MOUNT", { cwd, ...call }, { path: call.target });
    },
    async unmount(target, lazy = false) {
      await link.call("UNMOUNT", { target, lazy }, { path: target });
    },
    listenUnix: unixListeners(link),
    async dial(address, port_, dialOptions = {}): Promise<GuestConnection> {
      const id = link.streams.allocate();
      const { readable, writable } = link.streams.open(id, { read: true, write: true });
      try {
        await link.call(
          "DIAL",
          { address, port: port_, netns: dialOptions.netns ?? "", stream: id },
          dialOptions.signal ? { signal: dialOptions.signal } : {},
        );
      } catch (error) {
        link.streams.forget(id);
        throw error;
      }
      return { readable, writable };
    },
    onStub: stubs,
  };
}

const changeKinds: readonly ChangeKind[] = ["modified", "added", "deleted"];

function newEntry(entry: NewEntry) {
  const none = { mode: 0, uid: -1, gid: -1, bytes: new Uint8Array(), target: "" };
  switch (entry.kind) {
    case "directory":
      return { ...none, kind: 0, path: entry.path, mode: entry.mode, uid: entry.uid ?? -1, gid: entry.gid ?? -1 };
    case "file":
      return { ...none, kind: 1, path: entry.path, mode: entry.mode, bytes: entry.bytes };
    case "symlink":
      return { ...none, kind: 2, path: entry.path, target: entry.target };
    default:
      return entry satisfies never;
  }
}

/** The whole file. */
export async function readFile(link: Link, root: string, path: string): Promise<Uint8Array> {
  const id = link.streams.allocate();
  const stream = link.streams.open(id, { read: true, write: false });
  let reply: VerbReply<"READ_FILE">;
  try {
    reply = await link.call("READ_FILE", { root, path, stream: id }, { path });
  } catch (error) {
    link.streams.forget(id);
    throw error;
  }
  if (!reply.more) {
    link.streams.forget(id);
    return reply.bytes;
  }
  const chunks = [reply.bytes];
  for await (const chunk of stream.readable) chunks.push(chunk);
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** Larger content than this goes over a stream. */
const writeAtOnce = 128 * 1024;

export async function writeFile(
  link: Link,
  root: string,
  path: string,
  bytes: Uint8Array,
  attributes: { mode?: number; uid?: number; gid?: number },
): Promise<void> {
  const { mode = -1, uid = -1, gid = -1 } = attributes;
  if (bytes.length <= writeAtOnce) {
    await link.call("WRITE_FILE", { root, path, mode, uid, gid, bytes, stream: 0 }, { path });
    return;
  }
  const id = link.streams.allocate();
  const { writable } = link.streams.open(id, { read: false, write: true });
  const writer = writable.getWriter();
  const written = link.call(
    "WRITE_FILE",
    { root, path, mode, uid, gid, bytes: new Uint8Array(), stream: id },
    { path },
  );
  // The verb's own failure says why; the stream's only that it broke.
  writer.closed.catch(() => undefined);
  written.catch(() => link.streams.forget(id));
  writer
    .write(bytes)
    .then(() => writer.close())
    .catch(() => undefined);
  await written;
}

export function pack(
  link: Link,
  request: { root: string; path: string; name: string; contents: boolean; layer: boolean },
  signal?: AbortSignal,
): ReadableStream<Uint8Array> {
  const id = link.streams.allocate();
  const { readable } = link.streams.open(id, { read: true, write: false });
  const done = link.call("PACK", { ...request, stream: id }, { path: request.path, ...(signal && { signal }) });
  done.catch(() => link.streams.forget(id));
  const reader = readable.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = await reader.read();
        if (!next.done) {
          controller.enqueue(next.value);
          return;
        }
        await done;
        controller.close();
      } catch (error) {
        // The archive broke because packing failed, and that failure says why.
        await done;
        throw error;
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

const kinds: Readonly<Record<number, FileStat["kind"]>> = {
  0o100000: "file",
  0o040000: "directory",
  0o120000: "symlink",
  0o020000: "character",
  0o060000: "block",
  0o010000: "fifo",
  0o140000: "socket",
};

export async function stat(link: Link, root: string, path: string, follow: boolean): Promise<FileStat | undefined> {
  const reply = await link.call("STAT", { root, path, follow }, { path });
  if (!reply.found) return undefined;
  const kind = kinds[reply.mode & 0o170000];
  if (kind === undefined) throw new GuestFileError("EINVAL", path, `stat ${path}: mode 0${reply.mode.toString(8)}`);
  const device = Number(reply.device);
  return {
    kind,
    mode: reply.mode & 0o7777,
    uid: reply.uid,
    gid: reply.gid,
    size: Number(reply.size),
    mtime: Number(reply.mtime),
    target: kind === "symlink" ? reply.target : undefined,
    ...(kind === "character" || kind === "block"
      ? { device: { major: (device >> 8) & 0xfff, minor: (device & 0xff) | ((device >> 12) & 0xfff00) } }
      : {}),
  };
}
