import type { ClientRequest, Transport } from "../client/transport.ts";

const mostBody = 64 * 1024;
/** Bytes at the end of an answer in which Docker says why it refused. */
const mostSaid = 16 * 1024;

export interface RequestNote {
  readonly method: string;
  readonly target: string;
  readonly at: number;
  readonly hijack: boolean;
  readonly sent: "nothing" | "bytes" | "stream";
  /** Undefined where it is long, or no bytes. */
  readonly body: Uint8Array | undefined;
  answeredAt?: number;
  endedAt?: number;
  status?: number;
  message?: string;
}

export interface RequestListener {
  now(): number;
  /** False: this one is not noted. */
  begin(note: RequestNote): boolean;
  changed(): void;
}

/** The transport, with a note of each request. Headers, which carry credentials, are never noted. */
export function tracedTransport(transport: Transport, listener: RequestListener): Transport {
  const begin = ({ method, target, body }: ClientRequest, hijack: boolean): RequestNote | undefined => {
    const bytes = body instanceof Uint8Array ? body : undefined;
    const sent = body === undefined || bytes?.length === 0 ? "nothing" : bytes === undefined ? "stream" : "bytes";
    const kept = bytes !== undefined && bytes.length <= mostBody ? bytes : undefined;
    const note: RequestNote = { method, target, at: listener.now(), hijack, sent, body: kept };
    return listener.begin(note) ? note : undefined;
  };
  const ended = (note: RequestNote, message: string | undefined): void => {
    note.endedAt = listener.now();
    if (message !== undefined) note.message = message;
    listener.changed();
  };
  const failed = (note: RequestNote, error: unknown): void => {
    note.answeredAt = listener.now();
    const status: unknown = typeof error === "object" && error !== null && "status" in error ? error.status : 0;
    if (typeof status === "number" && status > 0) note.status = status;
    ended(note, error instanceof Error ? error.message : String(error));
  };
  return {
    async request(request) {
      const note = begin(request, false);
      if (note === undefined) return transport.request(request);
      try {
        const answer = await transport.request(request);
        note.answeredAt = listener.now();
        note.status = answer.status;
        listener.changed();
        const says = answer.status >= 400 || tellsInItsStream(note);
        return { ...answer, body: watched(answer.body, says, (said) => ended(note, refusal(said))) };
      } catch (error) {
        failed(note, error);
        throw error;
      }
    },
    async hijack(request) {
      const note = begin(request, true);
      if (note === undefined) return transport.hijack(request);
      try {
        const connection = await transport.hijack(request);
        note.answeredAt = listener.now();
        note.status = 101;
        listener.changed();
        return { ...connection, readable: watched(connection.readable, false, () => ended(note, undefined)) };
      } catch (error) {
        failed(note, error);
        throw error;
      }
    },
  };
}

/** Pulls and builds have answered 200 long before they fail. */
function tellsInItsStream({ method, target }: RequestNote): boolean {
  return method === "POST" && /\/(?:images\/create|images\/load|build)(?:\?|$)/.test(target);
}

/** The stream; `onEnd` is called once when it has been read, was given up, or broke, with the end of it where `keeps`. */
function watched(
  body: ReadableStream<Uint8Array>,
  keeps: boolean,
  onEnd: (said: Uint8Array | undefined) => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let said: Uint8Array | undefined;
  let isOver = false;
  const over = (): void => {
    if (isOver) return;
    isOver = true;
    onEnd(said);
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await reader.read();
          if (next.done) {
            over();
            controller.close();
            return;
          }
          if (keeps) said = next.value.slice(-mostSaid);
          controller.enqueue(next.value);
        } catch (error) {
          over();
          throw error;
        }
      },
      async cancel(reason) {
        over();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/** Docker's words, of `{"message": …}` or of the last line of a stream with `{"error": …}`. */
function refusal(said: Uint8Array | undefined): string | undefined {
  const line = said && new TextDecoder().decode(said).trimEnd().split("\n").at(-1);
  if (line === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null) return undefined;
    const message: unknown = "message" in value ? value.message : "error" in value ? value.error : undefined;
    return typeof message === "string" ? message : undefined;
  } catch {
    return undefined; // a part of a line, or text: the status says that it was refused
  }
}
