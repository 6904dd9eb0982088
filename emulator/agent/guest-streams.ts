import { decodeFields, encodeFields, ProtocolError } from "../protocol/fields.ts";
import {
  creditFields,
  DATA_LIMIT,
  FrameType,
  reasonFields,
  WINDOW_TO_GUEST,
  WINDOW_TO_HOST,
} from "../protocol/messages.ts";
import { EPIPE, errnoName } from "./errno.ts";

/** A stream of the guest broke: the reader has gone (EPIPE), a connection was reset, the machine was restored. */
export class GuestStreamError extends Error {
  constructor(readonly code: string) {
    super(`the stream of the guest ended: ${code}`);
    this.name = "GuestStreamError";
  }
}

interface Directions {
  /** Bytes come from the guest. */
  readonly read: boolean;
  /** Bytes go to the guest. */
  readonly write: boolean;
  /** The guest waits for credit before its first byte (`docker`'s stdin): it is granted when somebody reads. */
  readonly withoutCredit?: boolean;
}

export interface GuestStream {
  readonly id: number;
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

interface Entry {
  controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  reading: boolean;
  writing: boolean;
  owed: number;
  credit: number;
  wake: (() => void) | undefined;
  broken: Error | undefined;
  writer: WritableStreamDefaultController | undefined;
}

/** Byte streams of one epoch, as Web Streams with the protocol's credit. */
export class GuestStreams {
  readonly #entries = new Map<number, Entry>();
  #next = 1;

  constructor(readonly send: (type: number, id: number, payload: Uint8Array) => void) {}

  /** An id for a stream that a request names: odd. */
  allocate(): number {
    const id = this.#next;
    this.#next += 2;
    return id;
  }

  /** Before the request that names it is sent, or when an event named it. */
  open(id: number, directions: Directions): GuestStream {
    const entry: Entry = {
      controller: undefined,
      reading: directions.read,
      writing: directions.write,
      owed: directions.withoutCredit === true ? WINDOW_TO_HOST : 0,
      credit: WINDOW_TO_GUEST,
      wake: undefined,
      broken: undefined,
      writer: undefined,
    };
    this.#entries.set(id, entry);
    // Pull is asked for only while less than this waits here, so a reader that stops holds the guest back.
    const lowWater = {
      highWaterMark: directions.withoutCredit === true ? 0 : 65536,
      size: (chunk: Uint8Array) => chunk.byteLength,
    };
    const readable = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          entry.controller = controller;
          if (!directions.read) controller.close();
        },
        pull: () => this.#grant(id, entry),
        cancel: () => {
          if (entry.reading) this.send(FrameType.STOP, id, encodeFields(reasonFields, { errno: EPIPE }));
          entry.controller = undefined;
        },
      },
      lowWater,
    );
    const writable = new WritableStream<Uint8Array>({
      start: (controller) => {
        entry.writer = controller;
        // A write that waits for credit would keep the abort itself waiting.
        controller.signal.addEventListener("abort", () => {
          entry.broken ??= new GuestStreamError("EPIPE");
          entry.wake?.();
        });
      },
      write: (bytes) => this.#write(id, entry, bytes),
      close: () => this.#finishWriting(id, entry),
      abort: () => {
        if (!entry.writing) return;
        this.send(FrameType.RESET, id, encodeFields(reasonFields, { errno: EPIPE }));
        this.#drop(id, entry, undefined);
      },
    });
    return { id, readable, writable };
  }

  /** A request that named the stream failed: it does not exist in the guest. */
  forget(id: number): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) this.#drop(id, entry, new GuestStreamError("ECONNRESET"));
  }

  frame(type: number, id: number, payload: Uint8Array): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    switch (type) {
      case FrameType.DATA:
        entry.owed += payload.length;
        if (entry.owed > WINDOW_TO_HOST) throw new ProtocolError(`stream ${id} sent more than it had credit for`);
        entry.controller?.enqueue(payload);
        // Cancelled: what was under way is thrown away until the guest's END.
        if (entry.controller === undefined) this.#grant(id, entry);
        return;
      case FrameType.END:
        entry.reading = false;
        entry.controller?.close();
        entry.controller = undefined;
        this.#forgetWhenOver(id, entry);
        return;
      case FrameType.STOP: {
        const { errno } = decodeFields(reasonFields, payload);
        this.#breakWriting(entry, new GuestStreamError(errnoName(errno)));
        this.#finishWriting(id, entry);
        return;
      }
      case FrameType.RESET: {
        const { errno } = decodeFields(reasonFields, payload);
        this.#drop(id, entry, new GuestStreamError(errnoName(errno)));
        return;
      }
    }
  }

  credit(id: number, bytes: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.credit += bytes;
    if (entry.credit > WINDOW_TO_GUEST) throw new ProtocolError(`stream ${id} was given more credit than its window`);
    entry.wake?.();
  }

  end(error: Error): void {
    for (const [id, entry] of this.#entries) this.#drop(id, entry, error);
  }

  #grant(id: number, entry: Entry): void {
    if (!entry.reading || entry.owed < WINDOW_TO_HOST / 4) return;
    this.send(FrameType.CREDIT, id, encodeFields(creditFields, { bytes: entry.owed }));
    entry.owed = 0;
  }

  async #write(id: number, entry: Entry, bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      while (entry.credit === 0 && entry.broken === undefined)
        await new Promise<void>((resolve) => (entry.wake = resolve));
      if (entry.broken !== undefined) throw entry.broken;
      if (!entry.writing) throw new GuestStreamError("EPIPE");
      const length = Math.min(bytes.length - at, entry.credit, DATA_LIMIT);
      entry.credit -= length;
      this.send(FrameType.DATA, id, bytes.subarray(at, at + length));
      at += length;
    }
  }

  #finishWriting(id: number, entry: Entry): void {
    if (!entry.writing) return;
    entry.writing = false;
    this.send(FrameType.END, id, new Uint8Array());
    this.#forgetWhenOver(id, entry);
  }

  #breakWriting(entry: Entry, error: Error): void {
    entry.broken ??= error;
    entry.writer?.error(error);
    entry.wake?.();
  }

  #forgetWhenOver(id: number, entry: Entry): void {
    if (!entry.reading && !entry.writing) this.#entries.delete(id);
  }

  #drop(id: number, entry: Entry, error: Error | undefined): void {
    this.#entries.delete(id);
    const { controller, reading } = entry;
    entry.reading = entry.writing = false;
    entry.controller = undefined;
    if (controller !== undefined && reading) {
      if (error === undefined) controller.close();
      else controller.error(error);
    }
    this.#breakWriting(entry, error ?? new GuestStreamError("EPIPE"));
  }
}
