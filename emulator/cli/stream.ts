import { stdcopy } from "../client/stdcopy.ts";
import type { HijackedConnection } from "../client/transport.ts";
import type { Cli } from "./command.ts";

/** The user typed the keys that leave the container running. */
export class Detached extends Error {
  constructor() {
    super("read escape sequence");
  }
}

export interface StreamOptions {
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** Go's notation: `ctrl-p,ctrl-q`. */
  readonly detachKeys: string;
}

/**
 * Joins the caller's stdio with a container's until the output ends (or the input, when there is no output). Puts the
 * terminal in raw mode while it lasts. Rejects with Detached.
 */
export async function stream(cli: Cli, connection: HijackedConnection, options: StreamOptions): Promise<void> {
  const terminal = cli.invocation.terminal;
  const raw = options.tty && options.stdin && cli.invocation.stdin.isTerminal && terminal !== undefined;
  if (raw) await terminal.setRaw(true);
  const stop = new AbortController();
  try {
    const output = options.stdout || options.stderr ? copyOutput(cli, connection.readable, options) : undefined;
    const input = copyInput(cli, connection.writable, options, stop.signal);
    if (output === undefined) await input;
    else await Promise.race([output, detachOf(input)]);
  } finally {
    stop.abort();
    if (raw) await terminal.setRaw(false);
    connection.readable.cancel().catch(() => undefined);
  }
}

/** Never settles but by a detach: the end of the input is not the end of the session. */
async function detachOf(input: Promise<void>): Promise<never> {
  await input;
  return new Promise<never>(() => undefined);
}

async function copyOutput(cli: Cli, from: ReadableStream<Uint8Array>, options: StreamOptions): Promise<void> {
  if (options.tty) {
    for await (const chunk of from) await cli.out(chunk);
    return;
  }
  for await (const { stream: name, payload } of stdcopy(from)) {
    if (name === "stderr") {
      if (options.stderr) await cli.err(payload);
    } else if (options.stdout) await cli.out(payload);
  }
}

/** What may be on its way: a container that does not read must not keep the detach keys from being seen. */
const IN_FLIGHT = 64 * 1024;

async function copyInput(
  cli: Cli,
  to: WritableStream<Uint8Array>,
  options: StreamOptions,
  stop: AbortSignal,
): Promise<void> {
  const writer = to.getWriter();
  if (options.stdin) {
    const reader = cli.invocation.stdin.open().getReader();
    const cancel = (): void => void reader.cancel().catch(() => undefined);
    stop.addEventListener("abort", cancel, { once: true });
    const outcome = await pump(reader, writer, options, stop);
    if (outcome !== "ended") cancel();
    if (outcome === "detached") throw new Detached();
    // A container that has closed its input still writes.
    if (outcome === "refused") return;
  }
  if (!stop.aborted) await writer.close().catch(() => undefined);
}

async function pump(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  writer: WritableStreamDefaultWriter<Uint8Array>,
  options: StreamOptions,
  stop: AbortSignal,
): Promise<"ended" | "detached" | "refused"> {
  const keys = options.tty ? new KeySequence(parseDetachKeys(options.detachKeys)) : undefined;
  let refused = false;
  let inFlight = 0;
  for (;;) {
    const next = await reader.read();
    if (next.done || stop.aborted) return "ended";
    const { bytes, complete } = keys?.feed(next.value) ?? { bytes: next.value, complete: false };
    let written: Promise<void> = Promise.resolve();
    if (bytes.length > 0) {
      inFlight += bytes.length;
      written = writer.write(bytes).then(
        () => void (inFlight -= bytes.length),
        () => void (refused = true),
      );
    }
    if (complete) return "detached";
    if (inFlight > IN_FLIGHT) await written;
    if (refused) return "refused";
  }
}

/** Holds back the bytes of a sequence that has begun, and lets them go when it breaks off. */
class KeySequence {
  readonly #keys: Uint8Array;
  #matched = 0;

  constructor(keys: Uint8Array) {
    this.#keys = keys;
  }

  feed(chunk: Uint8Array): { bytes: Uint8Array; complete: boolean } {
    if (this.#keys.length === 0) return { bytes: chunk, complete: false };
    const passed: number[] = [];
    for (const byte of chunk) {
      if (byte === this.#keys[this.#matched]) {
        this.#matched++;
        if (this.#matched === this.#keys.length) return { bytes: Uint8Array.from(passed), complete: true };
        continue;
      }
      passed.push(...this.#keys.subarray(0, this.#matched));
      this.#matched = byte === this.#keys[0] ? 1 : 0;
      if (this.#matched === 0) passed.push(byte);
    }
    return { bytes: Uint8Array.from(passed), complete: false };
  }
}

const DEFAULT_KEYS = "ctrl-p,ctrl-q";

/** Throws on a key that is neither one character nor `ctrl-` and one of `a-z@[\]^_`. */
export function parseDetachKeys(text: string): Uint8Array {
  const codes = (text === "" ? DEFAULT_KEYS : text).split(",").map((key) => {
    const control = /^ctrl-([a-z@[\\\]^_])$/.exec(key)?.[1];
    if (control !== undefined) return control.toUpperCase().charCodeAt(0) & 0x1f;
    if ([...key].length === 1 && key.charCodeAt(0) < 128) return key.charCodeAt(0);
    throw new Error(`Unknown character: '${key}'`);
  });
  return Uint8Array.from(codes);
}
