import { inProcess } from "../../client/inprocess.ts";
import type { HttpHandler } from "../../client/inprocess.ts";
import { FileError, type FileAccess, type Invocation, type SignalName } from "../invocation.ts";
import { main } from "../main.ts";
import { tarOf } from "../tar/filter.ts";

export interface RunOptions {
  readonly handler: HttpHandler;
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  /** Columns of a terminal on all three streams. */
  readonly terminal?: number;
  readonly now?: number;
  readonly signals?: { send?: (name: SignalName) => void };
  /** Folders are packed as tars of their files; without it a pack only says of what it is. */
  readonly packs?: boolean;
}

export interface RunResult {
  readonly out: string;
  readonly err: string;
  readonly code: number;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** Calls `docker` with these arguments against an engine in the same process. */
export async function runCli(args: readonly string[], options: RunOptions): Promise<RunResult> {
  const output = { out: "", err: "" };
  const decoder = { out: new TextDecoder(), err: new TextDecoder() };
  const write = (to: "out" | "err") => (bytes: Uint8Array | string) => {
    output[to] += typeof bytes === "string" ? bytes : decoder[to].decode(bytes, { stream: true });
    return Promise.resolve();
  };
  const isTerminal = options.terminal !== undefined;
  const files = new MemoryFiles(options.files ?? {}, options.packs === true);
  const abort = new AbortController();
  const listeners = new Set<(name: SignalName) => void>();
  if (options.signals !== undefined)
    options.signals.send = (name) => {
      if (listeners.size === 0) abort.abort(name);
      else for (const listener of listeners) listener(name);
    };
  const invocation: Invocation = {
    args,
    env: { HOME: "/root", ...options.env },
    cwd: "/work",
    stdin: { isTerminal, open: () => streamOf(options.stdin ?? "") },
    stdout: { isTerminal, write: write("out") },
    stderr: { isTerminal, write: write("err") },
    terminal: isTerminal
      ? {
          columns: options.terminal ?? 80,
          rows: 24,
          onResize: () => () => undefined,
          setRaw: () => Promise.resolve(),
        }
      : undefined,
    files,
    transport: inProcess(options.handler),
    signal: abort.signal,
    onSignal(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    now: () => options.now ?? Date.now(),
  };
  const code = await main(invocation);
  return { ...output, code, files: files.contents() };
}

export function streamOf(text: string | Uint8Array): ReadableStream<Uint8Array> {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      if (bytes.length > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
}

/** Files under `/work`; directories are there where a file is below them. */
class MemoryFiles implements FileAccess {
  readonly #files = new Map<string, Uint8Array>();

  constructor(
    files: Readonly<Record<string, string>>,
    readonly packs: boolean,
  ) {
    for (const [path, text] of Object.entries(files)) this.#files.set(absolute(path), new TextEncoder().encode(text));
  }

  contents(): Record<string, Uint8Array> {
    return Object.fromEntries([...this.#files].map(([path, bytes]) => [path.replace(/^\/work\//, ""), bytes]));
  }

  read(path: string): Promise<Uint8Array> {
    const bytes = this.#files.get(absolute(path));
    if (bytes === undefined) return Promise.reject(new FileError("ENOENT", path, "no such file or directory"));
    return Promise.resolve(bytes);
  }

  async write(path: string, bytes: Uint8Array | ReadableStream<Uint8Array>): Promise<void> {
    if (bytes instanceof Uint8Array) {
      this.#files.set(absolute(path), bytes);
      return;
    }
    const chunks: number[] = [];
    for await (const chunk of bytes) chunks.push(...chunk);
    this.#files.set(absolute(path), Uint8Array.from(chunks));
  }

  stat(path: string): ReturnType<FileAccess["stat"]> {
    const full = absolute(path).replace(/(.)\/+$/, "$1");
    const bytes = this.#files.get(full);
    if (bytes !== undefined) return Promise.resolve({ kind: "file", size: bytes.length, mode: 0o644 });
    const prefix = full === "/" ? "/" : `${full}/`;
    const isDirectory =
      full === "/work" || full === "/" || [...this.#files.keys()].some((key) => key.startsWith(prefix));
    return Promise.resolve(isDirectory ? { kind: "directory", size: 0, mode: 0o755 } : undefined);
  }

  pack(path: string, options?: { readonly rename?: string }): ReadableStream<Uint8Array> {
    const prefix = `${absolute(path).replace(/\/$/, "")}/`;
    const below = [...this.#files].filter(([name]) => name.startsWith(prefix));
    if (this.packs) {
      const top = options?.rename ?? path;
      return streamOf(tarOf(below.map(([name, bytes]) => ({ name: `${top}/${name.slice(prefix.length)}`, bytes }))));
    }
    return streamOf(`tar of ${path}${options?.rename === undefined ? "" : ` as ${options.rename}`}`);
  }

  async unpack(path: string, tar: ReadableStream<Uint8Array>): Promise<void> {
    await this.write(`${path}/unpacked`, tar);
  }
}

function absolute(path: string): string {
  const full = path.startsWith("/") ? path : `/work/${path}`;
  const parts: string[] = [];
  for (const part of full.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}
