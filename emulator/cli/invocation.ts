import type { Transport } from "../client/transport.ts";

/**
 * One call of `docker`, whoever made it: the stub in the guest, Node, a test. The CLI touches the world only through this.
 */
export interface Invocation {
  /** Without the leading `docker`. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Absolute path in the caller's file system. */
  readonly cwd: string;
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly terminal: ControllingTerminal | undefined;
  readonly files: FileAccess;
  readonly transport: Transport;
  /** Aborts with a SignalName as reason on SIGINT, SIGTERM, SIGHUP, unless a command has taken signals over. */
  readonly signal: AbortSignal;
  /** Takes signals over (`docker run` proxies them to the container); returns the release. */
  onSignal(listener: (name: SignalName) => void): () => void;
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Tells how to go on should the machine be saved from now on; asked at the moment of a save. A command that never calls
   * it is interrupted by a restore.
   */
  checkpoint?(point: () => ResumePoint): void;
}

/** A foreground command as a save keeps it: another command that continues it, or an exec to join again. */
export type ResumePoint =
  | { readonly kind: "command"; readonly args: readonly string[] }
  | {
      readonly kind: "exec";
      readonly id: string;
      readonly tty: boolean;
      readonly stdin: boolean;
      readonly detachKeys: string;
    };

export type SignalName =
  "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGQUIT" | "SIGUSR1" | "SIGUSR2" | "SIGWINCH" | "SIGCONT" | "SIGPIPE";

export interface InputStream {
  readonly isTerminal: boolean;
  /** Reading starts with the first call, so that a command that does not read takes no byte from the caller. */
  open(): ReadableStream<Uint8Array>;
}

export interface OutputStream {
  readonly isTerminal: boolean;
  /** Resolves when more may be written. Rejects with BrokenPipe when the reader is gone. */
  write(bytes: Uint8Array | string): Promise<void>;
}

export interface ControllingTerminal {
  readonly columns: number;
  readonly rows: number;
  onResize(listener: (size: { columns: number; rows: number }) => void): () => void;
  /** Raw mode of the caller's terminal; it is put back when the invocation ends, however it ends. */
  setRaw(raw: boolean): Promise<void>;
}

/** The caller's file system (guest or Node). Paths are absolute or relative to `cwd`. Errors carry `code` (ENOENT, EACCES, …). */
export interface FileAccess {
  read(path: string): Promise<Uint8Array>;
  write(path: string, bytes: Uint8Array | ReadableStream<Uint8Array>): Promise<void>;
  stat(
    path: string,
  ): Promise<{ kind: "file" | "directory" | "symlink" | "other"; size: number; mode: number } | undefined>;
  /** The tree below `path` as a tar, names relative to it; a file gives one entry with its base name. */
  pack(path: string, options?: { readonly followLink?: boolean; readonly rename?: string }): ReadableStream<Uint8Array>;
  /** Extracts a tar below `path`, refusing names that climb out. */
  unpack(path: string, tar: ReadableStream<Uint8Array>): Promise<void>;
}

/** Writing to a pipe or terminal that nobody reads any more. */
export class BrokenPipe extends Error {
  constructor() {
    super("broken pipe");
    this.name = "BrokenPipe";
  }
}

export class FileError extends Error {
  constructor(
    readonly code: string,
    readonly path: string,
    message: string,
  ) {
    super(message);
    this.name = "FileError";
  }
}
