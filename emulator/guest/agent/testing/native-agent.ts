import { spawn, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import type { Duplex } from "node:stream";
import { dirname, join } from "node:path";
import { connect, type ConnectedAgent } from "../../../agent/connect.ts";
import type { ConsolePort } from "../../../machine/machine.ts";
import { installCompiler, root } from "../../../node/install.mjs";

const sources = dirname(import.meta.dirname);
/** Natively built and instrumented, apart from what the guest gets. */
export const out = join(root, ".cache", "agent-native");

/** Runs make in the agent's folder; throws with what it printed when it fails. */
export function make(...targets: string[]): string {
  if (!installCompiler())
    throw new Error(
      "no C compiler: the agent's tests need gcc, make and libc6-dev (apt-get install gcc libc6-dev make)",
    );
  mkdirSync(out, { recursive: true });
  // Test files run side by side and need the same build.
  const result = spawnSync("flock", [out, "make", "--silent", "-j2", `OUT=${out}`, ...targets], {
    cwd: sources,
    encoding: "utf8",
  });
  if (result.status !== 0) throw new Error(`make ${targets.join(" ")} failed\n${result.stdout}${result.stderr}`);
  return result.stdout;
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

export interface NativeAgent {
  readonly port: ConsolePort;
  readonly ended: Promise<Ended>;
  /** Closes the control connection; resolves when the agent has ended by itself, with all it printed. */
  stop(): Promise<Ended>;
}

/**
 * The agent under the address sanitizer, as process 1 of a pid namespace and with a /run of its own, so that it neither
 * meets the agents of other tests nor leaves processes behind. The network and every other file are this machine's.
 */
export function startNativeAgent(): NativeAgent {
  const isolate = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  if (process.getuid?.() !== 0) isolate.unshift("--user", "--map-root-user");
  const child = spawn(
    "unshare",
    [...isolate, "sh", "-c", 'mount -t tmpfs run /run && exec "$0" --control 3', join(out, "native", "agent")],
    {
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      env: {
        PATH: process.env["PATH"],
        ASAN_OPTIONS: "detect_leaks=1:abort_on_error=0",
        UBSAN_OPTIONS: "print_stacktrace=1",
      },
    },
  );
  const control = child.stdio[3] as Duplex;
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text: Buffer) => (output += text.toString()));
  let receiver: ((bytes: Uint8Array) => void) | undefined;
  control.on("data", (bytes: Buffer) => receiver?.(Uint8Array.from(bytes)));
  // The exit code tells of a connection that broke.
  control.on("error", () => undefined);
  const ended = new Promise<Ended>((resolve) => child.on("close", (code) => resolve({ code, output })));
  return {
    port: {
      send: (bytes) =>
        new Promise((resolve, reject) => control.write(bytes, (error) => (error ? reject(error) : resolve()))),
      receive(next) {
        receiver = next;
      },
    },
    ended,
    stop() {
      control.end();
      return ended;
    },
  };
}

/** The `docker` stub, natively. */
export const nativeStub = join(out, "native", "docker");

/** A running agent and the hosts that said HELLO to it, one after the other. */
export class Guest {
  readonly #native = startNativeAgent();
  #epoch = 0;

  readonly port = this.#native.port;

  /** A new epoch. */
  async connect(keepStubs = false): Promise<ConnectedAgent> {
    const agent = await connect(this.port, { epoch: ++this.#epoch, keepStubs });
    void this.#native.ended.then(({ output }) => agent.close(new Error(`the agent has ended: ${output}`)));
    return agent;
  }
  /** The epoch of the last `connect`. */
  get epoch(): number {
    return this.#epoch;
  }
  /** Ends the agent, which must have nothing to complain about: no leak, no undefined behaviour. */
  async stop(): Promise<void> {
    const { code, output } = await this.#native.stop();
    if (code !== 0 || output !== "") throw new Error(`the agent ended with ${code}\n${output}`);
  }
}

export async function readAll(stream: ReadableStream<Uint8Array> | undefined): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  if (stream !== undefined) for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
