import * as v from "valibot";
import type { Scripts } from "../scripts.ts";
import { InsideError, json, type InsidePart } from "./inside.ts";

const mostScript = 64 * 1024;
const mostWaiting = 16;
/** What a process can be given as an argument. */
const text = v.pipe(
  v.string(),
  v.check((value) => !value.includes("\0"), "text for a process holds no NUL"),
);
const request = v.strictObject({
  script: v.pipe(text, v.maxLength(mostScript)),
  cwd: v.pipe(text, v.startsWith("/"), v.maxLength(4096)),
  env: v.optional(
    v.record(v.pipe(v.string(), v.regex(/^[A-Za-z_][A-Za-z0-9_]*$/)), v.pipe(text, v.maxLength(8192))),
    {},
  ),
  /** Milliseconds. */
  timeoutMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(30_000)), 5000),
  /** Milliseconds of the guest's processor. */
  cpuMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(30_000))),
});

/** `POST /scripts/run` `{script, cwd, env?, timeoutMs?, cpuMs?}`: `{exitCode, stdout, stderr, timedOut, cpuMs}`, when it ended. */
export function scriptsPart(scripts: Scripts): InsidePart {
  return async ({ method, path, body, signal }) => {
    if (method !== "POST" || path !== "/run") throw new InsideError(404, `there is no ${path} of scripts`);
    const parsed = v.safeParse(request, await readJson(body));
    if (!parsed.success) throw new InsideError(400, `a script cannot be run so: ${v.summarize(parsed.issues)}`);
    const { script, cwd, env, timeoutMs, cpuMs } = parsed.output;
    if (scripts.waiting >= mostWaiting) throw new InsideError(409, "too many scripts wait for their turn");
    return json(
      await scripts.run({
        script,
        cwd,
        env,
        timeout: timeoutMs,
        ...(cpuMs === undefined ? {} : { cpu: cpuMs }),
        signal,
      }),
    );
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
