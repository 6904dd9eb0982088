import type { BuildRecord } from "../../spec/build.ts";
import type { Engine } from "../../engine/engine.ts";
import { changes } from "./changes.ts";
import { InsideError, json, type InsidePart } from "./inside.ts";

/**
 * `/builds`: the last builds, newest last. `/builds/stream`: the same records, one JSON object a line, and again whichever
 * changes, until the reader goes. A reader that is slow is told of the last state of each only.
 */
export function buildsPart(builds: Engine["builds"]): InsidePart {
  return (request) => {
    if (request.method !== "GET") return Promise.reject(new InsideError(400, "builds are only read"));
    switch (request.path) {
      case "/":
        return Promise.resolve(json(builds.all()));
      case "/stream":
        return Promise.resolve({
          status: 200,
          headers: { "content-type": "application/x-ndjson" },
          body: changes((tell) => {
            const told = (record: BuildRecord): void => tell(record.id, () => record);
            builds.all().forEach(told);
            return builds.subscribe(told);
          }, request.signal),
        });
      default:
        return Promise.reject(new InsideError(404, `there is no ${request.path} of builds`));
    }
  };
}
