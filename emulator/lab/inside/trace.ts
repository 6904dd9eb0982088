import type { Traces } from "../traces.ts";
import { changes } from "./changes.ts";
import { InsideError, json, type InsidePart } from "./inside.ts";

/** Changes come in bursts, and the machine has other work: milliseconds between two answers to a reader. */
const settle = 50;

/**
 * `GET /`: the last calls of `docker`, oldest first. `GET /stream`: the same, one JSON object a line, and again whichever
 * changes, until the reader goes. A reader that is slow is told of the last state of each only.
 */
export function tracePart(traces: Traces): InsidePart {
  return ({ method, path, signal }) => {
    if (method !== "GET") return Promise.reject(new InsideError(400, "commands are only read"));
    switch (path) {
      case "/":
        return Promise.resolve(json(traces.all()));
      case "/stream":
        return Promise.resolve({
          status: 200,
          headers: { "content-type": "application/x-ndjson" },
          body: changes(
            (tell) => {
              const told = (number: number): void => tell(number, () => traces.get(number));
              for (const { number } of traces.all()) told(number);
              return traces.subscribe(told);
            },
            signal,
            settle,
          ),
        });
      default:
        return Promise.reject(new InsideError(404, `there is no ${path} of commands`));
    }
  };
}
