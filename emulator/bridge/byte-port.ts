import * as v from "valibot";

/**
 * A byte stream over a MessagePort, with credit: the reading side grants bytes, the writing side sends no more than was
 * granted. Transferable streams would do the same, but Safari has none. A port carries one direction.
 */

/** Bytes in flight at most, in each direction. */
const window = 256 * 1024;
/** A chunk larger than this is split, so that one message never holds the thread for long. */
const largestChunk = 64 * 1024;

const fromWriter = v.variant("kind", [
  v.object({ kind: v.literal("data"), bytes: v.custom<Uint8Array>((value) => value instanceof Uint8Array) }),
  v.object({ kind: v.literal("end") }),
  v.object({ kind: v.literal("error"), message: v.string() }),
]);
const fromReader = v.variant("kind", [
  v.object({ kind: v.literal("credit"), bytes: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
  v.object({ kind: v.literal("cancel") }),
]);

/** The other side ended the stream with an error, or stopped reading. */
export class PortStreamError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PortStreamError";
  }
}

/** The reading end of `port`. The port is closed when the stream ends, fails or is cancelled. */
export function readableFromPort(port: MessagePort): ReadableStream<Uint8Array> {
  let ungranted = 0;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        port.onmessage = ({ data }) => {
          const message = v.safeParse(fromWriter, data);
          if (!message.success) {
            controller.error(new PortStreamError("malformed message on a byte port"));
            port.close();
            return;
          }
          switch (message.output.kind) {
            case "data":
              ungranted += message.output.bytes.byteLength;
              controller.enqueue(message.output.bytes);
              return;
            case "end":
              controller.close();
              port.close();
              return;
            case "error":
              controller.error(new PortStreamError(message.output.message));
              port.close();
              return;
            default:
              message.output satisfies never;
          }
        };
        port.start();
        port.postMessage({ kind: "credit", bytes: window });
      },
      pull() {
        if (ungranted === 0) return;
        port.postMessage({ kind: "credit", bytes: ungranted });
        ungranted = 0;
      },
      cancel() {
        // What is under way still arrives, and nobody reads it.
        port.onmessage = null;
        port.postMessage({ kind: "cancel" });
        port.close();
      },
    },
    { highWaterMark: 1 },
  );
}

/** The writing end of `port`. A write resolves when its last byte was sent under credit. */
export function writableToPort(port: MessagePort): WritableStream<Uint8Array> {
  let credit = 0;
  let cancelled = false;
  let wake: (() => void) | undefined;
  return new WritableStream<Uint8Array>({
    start(controller) {
      port.onmessage = ({ data }) => {
        const message = v.safeParse(fromReader, data);
        if (message.success && message.output.kind === "credit") credit += message.output.bytes;
        else {
          cancelled = true;
          controller.error(new PortStreamError("the reader has gone"));
          port.close();
        }
        wake?.();
      };
      port.start();
    },
    async write(bytes) {
      for (let at = 0; at < bytes.byteLength;) {
        while (credit === 0 && !cancelled) await new Promise<void>((resolve) => (wake = resolve));
        if (cancelled) throw new PortStreamError("the reader has gone");
        const length = Math.min(credit, largestChunk, bytes.byteLength - at);
        const piece = bytes.slice(at, at + length);
        credit -= length;
        at += length;
        port.postMessage({ kind: "data", bytes: piece }, [piece.buffer]);
      }
    },
    close() {
      port.postMessage({ kind: "end" });
    },
    abort(reason) {
      port.postMessage({ kind: "error", message: reason instanceof Error ? reason.message : String(reason) });
      port.close();
    },
  });
}
