import type { HttpResponse } from "../../http/message.ts";
import type { Emit } from "../daemon/image/progress.ts";
import { messageOf } from "../errors.ts";
import { jsonLine, stream } from "./response.ts";

/**
 * An answer that is a stream of progress, one JSON object a line. A failure is its last line, as the status has been
 * sent by then. The signal aborts when the client is gone.
 */
export function progressStream(
  requestSignal: AbortSignal,
  work: (emit: Emit, signal: AbortSignal) => void | Promise<void>,
): HttpResponse {
  const gone = new AbortController();
  const signal = AbortSignal.any([requestSignal, gone.signal]);
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const emit: Emit = (message) => {
        if (!signal.aborted) controller.enqueue(jsonLine(message));
      };
      try {
        await work(emit, signal);
      } catch (error) {
        const message = messageOf(error);
        emit({ errorDetail: { message }, error: message });
      }
      if (!gone.signal.aborted) controller.close();
    },
    cancel() {
      gone.abort();
    },
  });
  return stream(body, "application/json");
}
