import type { HttpResponse } from "../../http/message.ts";
import type { ProgressMessage } from "../daemon/image/progress.ts";
import { messageOf } from "../errors.ts";
import { jsonLine, stream } from "./response.ts";

/**
 * An answer that is a stream of progress, one JSON object a line. A failure is its last line, as the status has been
 * sent by then. The signal aborts when the client is gone.
 */
export function progressStream<M extends object = ProgressMessage>(
  requestSignal: AbortSignal,
  work: (emit: (message: M) => void, signal: AbortSignal) => void | Promise<void>,
  failure: (error: unknown) => object = plainFailure,
): HttpResponse {
  const gone = new AbortController();
  const signal = AbortSignal.any([requestSignal, gone.signal]);
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const emit = (message: object): void => {
        if (!signal.aborted) controller.enqueue(jsonLine(message));
      };
      try {
        await work(emit, signal);
      } catch (error) {
        emit(failure(error));
      }
      if (!gone.signal.aborted) controller.close();
    },
    cancel() {
      gone.abort();
    },
  });
  return stream(body, "application/json");
}

function plainFailure(error: unknown): ProgressMessage {
  const message = messageOf(error);
  return { errorDetail: { message }, error: message };
}
