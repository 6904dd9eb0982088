/**
 * What the frames say. Everything the host asks is a verb with a code, fields and a reply; everything the guest tells
 * unasked is an event. The C side of the same table is `emulator/guest/agent/protocol.h`; a test compares the two.
 */
import { type Field, type Fields, type Schema, i32, text, u32 } from "./fields.ts";
import { coreEvents, coreVerbs } from "./core.ts";
import { networkEvents, networkVerbs } from "./network.ts";
import { runtimeEvents, runtimeVerbs } from "./runtime.ts";

/**
 * Frames that are neither a verb nor an event. REPLY, FAILURE and PART carry the request's id, the others a stream's.
 * A payload above the limit goes as PARTs, then the frame itself with the rest; no other frame may come between.
 */
export const FrameType = {
  /** Payload: the verb's reply. */
  REPLY: 0x02,
  /** Payload: `failureFields`. */
  FAILURE: 0x03,
  PART: 0x04,
  /** The host gives up request `id`; it is still answered, at the latest now. */
  CANCEL: 0x05,
  /** Bytes of stream `id`, within the receiver's credit. */
  DATA: 0x10,
  /** The receiver takes so many bytes more. Payload: `creditFields`. */
  CREDIT: 0x11,
  /** No more DATA in this direction. A stream is over when both directions have ended. */
  END: 0x12,
  /** The receiver wants no more; the sender answers with END. Payload: `reasonFields`. */
  STOP: 0x13,
  /** Both directions are over at once. Payload: `reasonFields`. */
  RESET: 0x14,
} as const;

/** Bytes a sender may have under way before the first CREDIT. */
export const WINDOW_TO_HOST = 262144;
export const WINDOW_TO_GUEST = 131072;
/** Longest DATA payload either side sends. */
export const DATA_LIMIT = 32768;
/** Longest payload that is put together from PARTs: of a request, and of a reply or an event. */
export const REQUEST_LIMIT = 262144;
export const REPLY_LIMIT = 4194304;

export const failureFields = { errno: i32, message: text };
export const creditFields = { bytes: u32 };
export const reasonFields = { errno: i32 };

export interface Verb<Q extends Schema = Schema, R extends Schema = Schema> {
  readonly code: number;
  readonly request: Q;
  readonly reply: R;
}
export interface GuestEvent<S extends Schema = Schema> {
  readonly code: number;
  readonly fields: S;
}

/** Codes: 0x01 and 0x06 the link's own, 0x1xx the core, 0x2xx runtime, 0x3xx network; events 0x8000 and up alike. */
export const verbs = { ...coreVerbs, ...runtimeVerbs, ...networkVerbs } as const;
export const events = { ...coreEvents, ...runtimeEvents, ...networkEvents } as const;

export type VerbName = keyof typeof verbs;
export type VerbRequest<V extends VerbName> = Fields<(typeof verbs)[V]["request"]>;
export type VerbReply<V extends VerbName> = Fields<(typeof verbs)[V]["reply"]>;
export type EventName = keyof typeof events;
export type EventFields<E extends EventName> = Fields<(typeof events)[E]["fields"]>;
/** Any event, told apart by `name`. */
export type AnyEvent = {
  readonly [E in EventName]: { readonly name: E; readonly id: number } & EventFields<E>;
}[EventName];

export type { Field, Fields, Schema };
