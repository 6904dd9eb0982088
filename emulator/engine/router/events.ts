import type { HttpResponse } from "../../http/message.ts";
import type { Daemon } from "../daemon/daemon.ts";
import { eventFilter } from "../daemon/system/event-filter.ts";
import { InvalidParameter } from "../errors.ts";
import { parseTimestamp } from "../timestamp.ts";
import type { Call } from "./call.ts";
import { Filters } from "./filters.ts";
import { jsonLine, stream } from "./response.ts";

/** `GET /events`: what has been since `since`, then what comes, until `until` or for as long as the client listens. */
export function streamEvents(daemon: Daemon, call: Call): HttpResponse {
  const now = daemon.world.clock.now();
  const since = time(call.text("since"), now);
  const until = time(call.text("until"), now);
  if (since !== undefined && until !== undefined && until < since)
    throw new InvalidParameter(
      `\`since\` time (${call.text("since")}) cannot be after \`until\` time (${call.text("until")})`,
    );
  const wanted = eventFilter(Filters.parse(call.text("filters"), undefined));
  const past =
    since === undefined ? [] : daemon.events.past(since * 1e6, until === undefined ? undefined : until * 1e6);
  let end: () => void = () => undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const event of past) if (wanted(event)) controller.enqueue(jsonLine(event));
      if (until !== undefined && until < now) {
        controller.close();
        return;
      }
      const unsubscribe = daemon.events.subscribe((event) => {
        if (wanted(event)) controller.enqueue(jsonLine(event));
      });
      const finish = (): void => {
        end();
        controller.close();
      };
      const stopTimer = until === undefined ? undefined : daemon.world.clock.after(until - now, finish);
      for (const signal of [daemon.closed, call.signal]) signal.addEventListener("abort", finish, { once: true });
      end = () => {
        unsubscribe();
        stopTimer?.();
        for (const signal of [daemon.closed, call.signal]) signal.removeEventListener("abort", finish);
      };
    },
    cancel() {
      end();
    },
  });
  return stream(body, "application/json");
}

function time(text: string, now: number): number | undefined {
  return text === "" ? undefined : parseTimestamp(text, now);
}
