import * as v from "valibot";
import type { Transport } from "../../emulator/client/transport.ts";
import { lessonFolder, scriptLimits } from "../../lessons/limits.ts";

const result = v.object({
  exitCode: v.number(),
  stdout: v.string(),
  stderr: v.string(),
  timedOut: v.boolean(),
  /** What it took of the guest's processor. */
  cpuMs: v.optional(v.number(), 0),
});
export type ScriptResult = v.InferOutput<typeof result>;
const refusal = v.object({ message: v.string() });

export { lessonFolder };

/** Runs a script of a lesson in the guest, where nobody typed it. Rejects when it could not be run at all. */
export async function runScript(transport: Transport, script: string, signal: AbortSignal): Promise<ScriptResult> {
  const response = await transport.request({
    method: "POST",
    target: "/inside/scripts/run",
    headers: { "content-type": "application/json" },
    body: new TextEncoder().encode(
      JSON.stringify({ script, cwd: lessonFolder, timeoutMs: scriptLimits.wait, cpuMs: scriptLimits.work }),
    ),
    signal,
  });
  const answer: unknown = await new Response(response.body).json();
  if (response.status === 200) return v.parse(result, answer);
  throw new Error(v.parse(refusal, answer).message);
}

/** Why a check says nothing about its task; undefined when it does. */
export function stuckBecause(result: ScriptResult): string | undefined {
  if (result.timedOut)
    return `The check did not end within ${scriptLimits.work / 1000} seconds of work or ${scriptLimits.wait / 1000} of waiting, so it was stopped. Nothing was changed.`;
  if (result.exitCode > 128) return `The check was ended by signal ${result.exitCode - 128}. Nothing was changed.`;
  if (result.exitCode === 126 || result.exitCode === 127)
    return `The check could not run: ${result.stderr.trim().split("\n").at(-1) ?? ""}`;
  return undefined;
}
