import { EngineFault, messageOf } from "../../errors.ts";
import type { ContainerRecord } from "../../records.ts";
import { RuntimeError } from "../../runtime.ts";
import { concat } from "../../streams.ts";
import { hex } from "../../world.ts";
import type { Daemon } from "../daemon.ts";
import { sigkill } from "../signals.ts";
import { execProcess } from "./exec-process.ts";

const keptOutput = 4096;

/** Runs one health probe in the container. What cannot even be started counts as failed, with the reason as output. */
export async function runProbe(
  daemon: Daemon,
  container: ContainerRecord,
  probe: { readonly command: readonly string[]; readonly timeout: number; readonly signal: AbortSignal },
): Promise<{ exitCode: number; output: string }> {
  const { runtime, clock } = daemon.world;
  const execId = hex(daemon.world.random(32));
  const stdio = { terminal: undefined, stdin: false, stdinOnce: false, log: undefined };
  const command = probe.command.join(" ");
  try {
    const process = await execProcess(daemon, container, {
      args: probe.command,
      env: [],
      user: "",
      workingDir: "",
      tty: false,
      privileged: false,
      consoleSize: undefined,
    });
    await runtime.prepare(execId, stdio);
    const { stdout, stderr } = await runtime.attach(execId, { stdin: false, stdout: true, stderr: true });
    daemon.containers.publish(container, `exec_create: ${command}`, { execID: execId });
    daemon.containers.publish(container, `exec_start: ${command}`, { execID: execId });
    await runtime.exec({ id: container.id, execId, process, stdio, signal: probe.signal });
    const output = collect([stdout, stderr]);
    let timedOut = false;
    const cancel = clock.after(probe.timeout, () => {
      timedOut = true;
      daemon.containers.inBackground("ending a health probe", runtime.signal(execId, sigkill));
    });
    const exit = await runtime.wait(execId).finally(cancel);
    daemon.containers.publish(container, "exec_die", { execID: execId, exitCode: String(exit.exitCode) });
    if (timedOut) return { exitCode: -1, output: `Health check exceeded timeout (${goDuration(probe.timeout)})` };
    return { exitCode: exit.exitCode, output: await output };
  } catch (error) {
    if (error instanceof RuntimeError || error instanceof EngineFault)
      return { exitCode: -1, output: messageOf(error) };
    throw error;
  } finally {
    await runtime.remove(execId).catch((error: unknown) => {
      if (!probe.signal.aborted) daemon.world.report("ending a health probe", error);
    });
  }
}

async function collect(streams: readonly (ReadableStream<Uint8Array> | undefined)[]): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  await Promise.all(
    streams.map(async (stream) => {
      if (stream === undefined) return;
      for await (const chunk of stream) {
        if (length < keptOutput) chunks.push(chunk.subarray(0, keptOutput - length));
        length += chunk.length;
      }
    }),
  );
  return new TextDecoder().decode(concat(chunks)) + (length > keptOutput ? "..." : "");
}

function goDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${String(milliseconds)}ms`;
  const seconds = milliseconds / 1000;
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${String(seconds)}s` : `${String(minutes)}m${String(seconds % 60)}s`;
}
