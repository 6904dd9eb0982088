import type { Duplex } from "../../../http/message.ts";
import type { TaskStreams } from "../../runtime.ts";
import { stderrStream, stdcopyFrame, stdoutStream, type StdStream } from "../../stdcopy.ts";
import { DetachFilter } from "./detach-keys.ts";

export interface BridgeOptions {
  /** One raw stream instead of frames. */
  readonly raw: boolean;
  /** Detach keys, looked for in the input; undefined: all input passes. */
  readonly detachKeys: Uint8Array | undefined;
  /** Aborts when the client is gone, which ends the task's stdin as its end of input would. */
  readonly signal: AbortSignal;
  /** Aborts when the engine closes: the task is let go of, and its stdin stays open for the engine that takes over. */
  readonly closed: AbortSignal;
  /** Sent before anything else. */
  readonly before?: ReadableStream<Uint8Array>;
  /** Awaited between the end of the output and the end of the connection. */
  readonly beforeClose?: () => Promise<void>;
}

/**
 * Joins a task's streams with a hijacked connection until the output has ended, the client is gone, or it detaches. Input
 * that ends closes the task's stdin and lets the output go on. The connection is closed when this settles.
 */
export async function bridgeStreams(
  connection: Duplex,
  streams: TaskStreams,
  options: BridgeOptions,
): Promise<"ended" | "detached" | "gone" | "closed"> {
  const writer = connection.writable.getWriter();
  const outputs = [
    ...(streams.stdout === undefined ? [] : [{ kind: stdoutStream, reader: streams.stdout.getReader() } as const]),
    ...(streams.stderr === undefined ? [] : [{ kind: stderrStream, reader: streams.stderr.getReader() } as const]),
  ];
  const input = connection.readable.getReader();
  let outcome: "ended" | "detached" | "gone" | "closed" = "ended";
  const finish = (how: "detached" | "gone" | "closed"): void => {
    if (outcome === "ended") outcome = how;
    // Cancelled readers see the end, and the pumps below come to theirs.
    for (const { reader } of outputs) void reader.cancel().catch(() => undefined);
    void input.cancel().catch(() => undefined);
  };
  const gone = (): void => {
    finish("gone");
  };
  const closed = (): void => {
    finish("closed");
  };
  options.closed.addEventListener("abort", closed, { once: true });
  if (options.closed.aborted) closed();
  options.signal.addEventListener("abort", gone, { once: true });
  if (options.signal.aborted) gone();
  writer.closed.catch(gone);

  const write = async (bytes: Uint8Array): Promise<boolean> => {
    try {
      await writer.ready;
      await writer.write(bytes);
      return true;
    } catch {
      gone();
      return false;
    }
  };
  if (options.before !== undefined) for await (const bytes of options.before) if (!(await write(bytes))) break;
  const inputDone = pumpInput(input, streams.stdin, options.detachKeys, options.closed).then((detached) => {
    if (detached) finish("detached");
  });
  const pumps = outputs.map(({ kind, reader }) => pumpOutput(reader, options.raw ? undefined : kind, write));
  // Without any output the attachment lasts as long as its input, if that goes anywhere.
  if (pumps.length > 0) await Promise.all(pumps);
  else if (streams.stdin !== undefined) await inputDone;
  options.signal.removeEventListener("abort", gone);
  options.closed.removeEventListener("abort", closed);
  await input.cancel().catch(() => undefined);
  await inputDone;
  if (outcome === "ended") await options.beforeClose?.();
  await writer.close().catch(() => undefined);
  return outcome;
}

async function pumpOutput(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  kind: StdStream | undefined,
  write: (bytes: Uint8Array) => Promise<boolean>,
): Promise<void> {
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (!(await write(kind === undefined ? value : stdcopyFrame(kind, value)))) return;
    }
  } catch {
    // The task's stream broke off: for the client that is its end.
  }
}

/** True when the detach keys came. */
async function pumpInput(
  input: ReadableStreamDefaultReader<Uint8Array>,
  stdin: WritableStream<Uint8Array> | undefined,
  detachKeys: Uint8Array | undefined,
  closed: AbortSignal,
): Promise<boolean> {
  const writer = stdin?.getWriter();
  const filter = detachKeys === undefined ? undefined : new DetachFilter(detachKeys);
  let detached = false;
  try {
    while (!detached) {
      const { done, value } = await input.read();
      if (done) break;
      const filtered = filter?.push(value) ?? { pass: value, detached: false };
      detached = filtered.detached;
      if (filtered.pass.length > 0) await writer?.write(filtered.pass);
    }
  } catch {
    // Either side broke off; what is left to do is the same as at the end.
  }
  if (detached || closed.aborted) await writer?.abort().catch(() => undefined);
  else await writer?.close().catch(() => undefined);
  return detached;
}
