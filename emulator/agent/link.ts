import { GuestFileError } from "../engine/runtime.ts";
import type { ConsolePort } from "../machine/machine.ts";
import { decodeFields, encodeFields, ProtocolError } from "../protocol/fields.ts";
import { encodeFrame, FrameDecoder, PAYLOAD_LIMIT, type Frame } from "../protocol/frame.ts";
import {
  creditFields,
  events,
  failureFields,
  FrameType,
  REPLY_LIMIT,
  REQUEST_LIMIT,
  verbs,
  type AnyEvent,
  type EventFields,
  type EventName,
  type GuestEvent,
  type Verb,
  type VerbName,
  type VerbReply,
  type VerbRequest,
} from "../protocol/messages.ts";
import { errnoName } from "./errno.ts";
import { GuestStreams } from "./guest-streams.ts";

/** The connection's epoch is over: another host took the guest on, or the machine ended. */
export class EpochEnded extends Error {
  constructor(reason = "the connection to the guest has ended") {
    super(reason);
    this.name = "EpochEnded";
  }
}

interface Pending {
  readonly verb: Verb;
  readonly path: string;
  resolve(reply: never): void;
  reject(error: Error): void;
}

const namesOfEvents = new Map<number, EventName>(
  Object.entries(events).map(([name, event]) => [(event as GuestEvent).code, name as EventName]),
);

/** Requests, replies, events and streams over the control port, in one epoch. */
export class Link {
  readonly streams: GuestStreams;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<EventName, Set<(event: never) => void>>();
  readonly #decoder: FrameDecoder;
  #parts: { id: number; bytes: Uint8Array[]; length: number } | undefined;
  #nextId = 1;
  #ended: Error | undefined;
  readonly #enders = new Set<(error: Error) => void>();

  constructor(
    readonly port: ConsolePort,
    readonly epoch: number,
  ) {
    this.streams = new GuestStreams((type, id, payload) => this.#send(type, id, payload));
    this.#decoder = new FrameDecoder((header) => header.epoch === epoch);
    port.receive((bytes) => this.#receive(bytes));
  }

  /** One request. Rejects with GuestFileError (the guest's errno) or EpochEnded; an abort is answered by the guest. */
  call<V extends VerbName>(
    name: V,
    request: VerbRequest<V>,
    options: { readonly signal?: AbortSignal; readonly path?: string } = {},
  ): Promise<VerbReply<V>> {
    return new Promise<VerbReply<V>>((resolve, reject) => {
      if (this.#ended !== undefined) throw this.#ended;
      options.signal?.throwIfAborted();
      const verb: Verb = verbs[name];
      const id = this.#nextId++;
      const payload = encodeFields(verb.request, request);
      if (payload.length > REQUEST_LIMIT)
        throw new GuestFileError("E2BIG", options.path ?? "", `${name} of ${payload.length} bytes is too long`);
      const cancel = () => this.#send(FrameType.CANCEL, id, new Uint8Array());
      const finish = () => options.signal?.removeEventListener("abort", cancel);
      options.signal?.addEventListener("abort", cancel, { once: true });
      this.#pending.set(id, {
        verb,
        path: options.path ?? "",
        resolve: (reply) => (finish(), resolve(reply as VerbReply<V>)),
        reject: (error) => (
          finish(),
          reject(options.signal?.aborted === true ? (options.signal.reason as Error) : error)
        ),
      });
      let rest = payload;
      for (; rest.length > PAYLOAD_LIMIT; rest = rest.subarray(PAYLOAD_LIMIT))
        this.#send(FrameType.PART, id, rest.subarray(0, PAYLOAD_LIMIT));
      this.#send(verb.code, id, rest);
    });
  }

  /** Calls `listener` for each event of this name, in order. Returns the removal. */
  on<E extends EventName>(name: E, listener: (event: EventFields<E>) => void): () => void {
    const set = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, set);
    set.add(listener as (event: never) => void);
    return () => set.delete(listener as (event: never) => void);
  }

  /** Calls `listener` once, when the epoch ends on this side. Returns the removal. */
  onEnd(listener: (error: Error) => void): () => void {
    if (this.#ended === undefined) this.#enders.add(listener);
    else listener(this.#ended);
    return () => this.#enders.delete(listener);
  }

  /** Fails all that waits. The guest is told by the next epoch's HELLO. */
  end(error: Error = new EpochEnded()): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    this.port.receive(undefined);
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
    this.streams.end(error);
    for (const listener of this.#enders) listener(error);
    this.#enders.clear();
  }

  #send(type: number, id: number, payload: Uint8Array): void {
    if (this.#ended !== undefined) return;
    this.port
      .send(encodeFrame({ type, epoch: this.epoch, id, payload }))
      .catch((error: unknown) => this.end(error instanceof Error ? error : new EpochEnded(String(error))));
  }

  #receive(bytes: Uint8Array): void {
    try {
      for (const frame of this.#decoder.push(bytes)) if (frame.epoch === this.epoch) this.#frame(frame);
    } catch (error) {
      // What is not our protocol cannot be resynchronised; everything that waits learns why.
      if (!(error instanceof ProtocolError)) throw error;
      this.end(error);
    }
  }

  #frame(frame: Frame): void {
    if (frame.type === FrameType.PART) {
      if (this.#parts?.id !== frame.id) this.#parts = { id: frame.id, bytes: [], length: 0 };
      this.#parts.length += frame.payload.length;
      if (this.#parts.length > REPLY_LIMIT) throw new ProtocolError(`a message above ${REPLY_LIMIT} bytes`);
      this.#parts.bytes.push(frame.payload);
      return;
    }
    const payload = this.#whole(frame);
    switch (frame.type) {
      case FrameType.REPLY: {
        const pending = this.#take(frame.id);
        pending?.resolve(decodeFields(pending.verb.reply, payload) as never);
        return;
      }
      case FrameType.FAILURE: {
        const { errno, message } = decodeFields(failureFields, payload);
        const pending = this.#take(frame.id);
        pending?.reject(new GuestFileError(errnoName(errno), pending.path, message));
        return;
      }
      case FrameType.DATA:
      case FrameType.END:
      case FrameType.STOP:
      case FrameType.RESET:
        this.streams.frame(frame.type, frame.id, payload);
        return;
      case FrameType.CREDIT:
        this.streams.credit(frame.id, decodeFields(creditFields, payload).bytes);
        return;
      default:
        this.#event(frame.type, frame.id, payload);
    }
  }

  #whole(frame: Frame): Uint8Array {
    const parts = this.#parts;
    if (parts === undefined) return frame.payload;
    if (parts.id !== frame.id) throw new ProtocolError("another frame between the parts of a message");
    this.#parts = undefined;
    const whole = new Uint8Array(parts.length + frame.payload.length);
    let at = 0;
    for (const part of [...parts.bytes, frame.payload]) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #event(code: number, id: number, payload: Uint8Array): void {
    const name = namesOfEvents.get(code);
    if (name === undefined) throw new ProtocolError(`unknown message 0x${code.toString(16)}`);
    const schema: GuestEvent = events[name];
    const event = { name, id, ...decodeFields(schema.fields, payload) } as AnyEvent;
    for (const listener of this.#listeners.get(name) ?? []) listener(event as never);
  }
}
