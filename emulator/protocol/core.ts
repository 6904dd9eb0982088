/**
 * Verbs and events of the agent's core: link, processes, files, sockets, the stub. A stream named in a request is chosen
 * by the host (odd ids), one named in an event by the guest (even ids); 0 is none. A `root` bounds every path below it
 * ("" is the guest's own root). Octal modes, numeric ids, errno numbers, signal numbers as Linux has them.
 */
import { bool, bytes, i32, list, record, text, u32, u64 } from "./fields.ts";

const size = { columns: u32, rows: u32 };
const nothing = {};

export const coreVerbs = {
  /** Begins the epoch in the frame's header. `keepStubs`: calls of the stub that are under way are announced again. */
  HELLO: {
    code: 0x01,
    request: { version: u32, keepStubs: bool },
    reply: { version: u32, kernel: text, bootId: text, memoryTotal: u64 },
  },
  /** Answered when all frames before it were handled. `hold`: then the guest sends nothing until RELEASE or HELLO. */
  BARRIER: { code: 0x06, request: { hold: bool }, reply: nothing },
  RELEASE: { code: 0x07, request: nothing, reply: nothing },

  /** Sets CLOCK_REALTIME (microseconds since 1970), mixes entropy into the kernel's pool and reseeds. */
  REFRESH: { code: 0x101, request: { now: u64, entropy: bytes }, reply: nothing },

  /**
   * stdio: 0 null, 1 pipes, 2 pty (all of it on stream `stdout`, both directions). `key`: the process outlives the epoch
   * and ADOPT finds it again. uid and gid -1: unchanged.
   */
  SPAWN: {
    code: 0x110,
    request: {
      argv: list(text),
      env: list(text),
      cwd: text,
      cgroup: text,
      key: text,
      uid: i32,
      gid: i32,
      stdio: u32,
      ...size,
      stdin: u32,
      stdout: u32,
      stderr: u32,
    },
    reply: { pid: u32 },
  },
  /** New streams for a process that was spawned with this key. Its EXIT comes (again) when it has ended. */
  ADOPT: { code: 0x111, request: { key: text, stdin: u32, stdout: u32, stderr: u32 }, reply: { pid: u32, pty: bool } },
  SIGNAL: { code: 0x112, request: { pid: u32, signal: u32 }, reply: nothing },
  RESIZE: { code: 0x113, request: { pid: u32, ...size }, reply: nothing },

  /** The file's first bytes; when `more`, the rest follows on `stream`. */
  READ_FILE: { code: 0x120, request: { root: text, path: text, stream: u32 }, reply: { bytes: bytes, more: bool } },
  /** Truncates or creates; with a stream, `bytes` is only the beginning. mode, uid, gid -1: unchanged (0644 when new). */
  WRITE_FILE: {
    code: 0x121,
    request: { root: text, path: text, mode: i32, uid: i32, gid: i32, bytes: bytes, stream: u32 },
    reply: nothing,
  },
  /** `found` false instead of ENOENT and ENOTDIR. `mode` is st_mode; `mtime` in milliseconds. */
  STAT: {
    code: 0x122,
    request: { root: text, path: text, follow: bool },
    reply: { found: bool, mode: u32, uid: u32, gid: u32, size: u64, mtime: u64, device: u64, target: text },
  },
  MKDIR: {
    code: 0x123,
    request: { root: text, path: text, mode: u32, uid: i32, gid: i32, parents: bool },
    reply: nothing,
  },
  /** Never follows a symlink, never crosses into another mount. */
  REMOVE: { code: 0x124, request: { root: text, path: text, recursive: bool }, reply: nothing },
  SYMLINK: { code: 0x125, request: { root: text, path: text, target: text }, reply: nothing },
  LIST: { code: 0x126, request: { root: text, path: text }, reply: { names: list(text) } },
  /** Allocated bytes (512 per block), a hard-linked file once, other mounts left out. */
  USAGE: { code: 0x127, request: { root: text, path: text }, reply: { bytes: u64 } },
  /** An upperdir against its lowerdirs (topmost first). kind: 0 modified, 1 added, 2 deleted. In no order. */
  CHANGES: {
    code: 0x128,
    request: { upper: text, lowers: list(text) },
    reply: { changes: list(record({ path: text, kind: u32 })) },
  },
  /** Tar of `path` on `stream`. `layer`: `path` is an upperdir, written as an OCI layer. */
  PACK: {
    code: 0x129,
    request: { root: text, path: text, name: text, contents: bool, layer: bool, stream: u32 },
    reply: nothing,
  },
  /** Tar from `stream` into directory `path`. uid and gid -1: as the entries say. */
  UNPACK: {
    code: 0x12a,
    request: { root: text, path: text, uid: i32, gid: i32, noOverwriteDirNonDir: bool, stream: u32 },
    reply: nothing,
  },
  MOUNT: {
    code: 0x12b,
    request: { source: text, target: text, type: text, flags: u32, options: text, cwd: text },
    reply: nothing,
  },
  /**
   * Entries below `directory`, in order; kind 0 directory, 1 file, 2 symlink. A directory or symlink that is there stays, a
   * file is written anew. uid, gid -1: unchanged.
   */
  CREATE: {
    code: 0x12d,
    request: {
      directory: text,
      entries: list(record({ kind: u32, path: text, mode: u32, uid: i32, gid: i32, bytes: bytes, target: text })),
    },
    reply: nothing,
  },
  UNMOUNT: { code: 0x12c, request: { target: text, lazy: bool }, reply: nothing },

  /** A unix stream socket; one that an earlier epoch left at this path is taken over with those that wait in it. */
  LISTEN_UNIX: { code: 0x130, request: { path: text, mode: u32 }, reply: { listener: u32 } },
  UNLISTEN: { code: 0x131, request: { listener: u32 }, reply: nothing },
  /** TCP over IPv4. `netns`: a path to a network namespace, or "". */
  DIAL: { code: 0x132, request: { address: text, port: u32, netns: text, stream: u32 }, reply: nothing },

  STUB_RAW: { code: 0x140, request: { session: u32, raw: bool }, reply: nothing },
  /** Answered when the output before it is written, the terminal is restored and the stub has its status. */
  STUB_EXIT: { code: 0x141, request: { session: u32, code: u32 }, reply: nothing },
} as const;

export const coreEvents = {
  /** The process was reaped and what it had written was sent. `signal` 0: it ended by itself with `code`. */
  EXIT: { code: 0x8110, fields: { pid: u32, code: u32, signal: u32 } },
  /** A connection on a listener, as `stream`. */
  ACCEPT: { code: 0x8130, fields: { listener: u32, stream: u32, pid: u32, uid: u32 } },
  /**
   * The `docker` stub was called. `terminal`: bits 1, 2, 4 say which of its descriptors are terminals; the size is 0
   * when none is. Stream `stdin` begins without credit: nothing is taken from the caller before the host grants some.
   */
  STUB: {
    code: 0x8140,
    fields: {
      session: u32,
      args: list(text),
      env: list(text),
      cwd: text,
      pid: u32,
      uid: u32,
      terminal: u32,
      ...size,
      resumed: bool,
      stdin: u32,
      stdout: u32,
      stderr: u32,
    },
  },
  STUB_SIGNAL: { code: 0x8141, fields: { session: u32, signal: u32 } },
  STUB_RESIZE: { code: 0x8142, fields: { session: u32, ...size } },
  STUB_GONE: { code: 0x8143, fields: { session: u32 } },
} as const;
