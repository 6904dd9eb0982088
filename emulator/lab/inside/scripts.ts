import * as v from "valibot";
import type { Scripts } from "../scripts.ts";
import { InsideError, json, type InsidePart } from "./inside.ts";

const mostScript = 64 * 1024;
const request = v.strictObject({
  script: v.pipe(v.string(), v.maxLength(mostScript)),
  cwd: v.pipe(v.string(), v.startsWith("/"), v.maxLength(4096)),
  /** Milliseconds. */
  timeoutMs: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(30_000)),
});

/** `POST /scripts/run` `{script, cwd, timeoutMs}`: `{exitCode, stdout, stderr, timedOut}`, when it has ended. */
export function scriptsPart(scripts: Scripts): InsidePart {
  return async ({ method, path, body, signal }) => {
    if (method !== "POST" || path !== "/run") throw new InsideError(404, `there is no ${path} of scripts`);
    const parsed = v.safeParse(request, await readJson(body));
    if (!parsed.success) throw new InsideError(400, `a script cannot be run so: ${v.summarize(parsed.issues)}`);
    const { script, cwd, timeoutMs } = parsed.output;
    return json(await scripts.run({ script, cwd, timeout: timeoutMs, signal }));
  };
}

async function readJson(body: ReadableStream<Uint8Array> | null): Promise<unknown> {
  let text = "";
  const decoder = new TextDecoder();
  if (body !== null)
    for await (const bytes of body) {
      text += decoder.decode(bytes, { stream: true });
      if (text.length > 2 * mostScript) throw new InsideError(400, "the script is too long");
    }
  try {
    return JSON.parse(text);
  } catch {
    throw new InsideError(400, "the request is no JSON");
  }
}
