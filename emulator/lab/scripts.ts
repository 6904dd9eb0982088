import type { Agent, GuestProcess } from "../agent/agent.ts";
import { Mutex } from "../engine/mutex.ts";

/** Where scripts run: beside the learner's own shell, with little of everything. */
const cgroup = "scripts";
const root = `/sys/fs/cgroup/${cgroup}`;
const memoryMax = 24 * 1024 * 1024;
const pidsMax = 64;
/** Milliseconds. */
const killAgain = 200;
/** A script that may have used up its processor time is looked at so often, in milliseconds. */
const cpuLook = 500;
/** Of each output; what comes after is dropped. */
const mostOutput = 64 * 1024;
/** A script that writes more is ended for it. */
const endlessOutput = 1024 * 1024;

export interface ScriptRequest {
  readonly script: string;
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds; then everything of it is killed. */
  readonly timeout: number;
  /** Milliseconds of the guest's processor that it may use itself; what it waits for is not counted. */
  readonly cpu?: number;
  readonly signal: AbortSignal;
}

export interface ScriptResult {
  /** As a shell has it: 128 + signal when a signal ended it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** It was killed for the time it took, be it all in all or of the processor. */
  readonly timedOut: boolean;
  /** What it used of the guest's processor, in milliseconds. */
  readonly cpuMs: number;
}

type ScriptAgent = Pick<Agent, "spawn" | "makeDirectory" | "writeFile" | "readFile" | "stat">;

/** In the environment of what nobody typed, so that its calls of `docker` are in no picture. */
export const untyped = "DRYDOCK_UNTYPED=1";

const environment = [
  untyped,
  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  "HOME=/root",
  "USER=root",
  "LOGNAME=root",
  "TERM=dumb",
  // The shortest of outputs is wanted: no progress that is drawn over itself.
  "BUILDKIT_PROGRESS=plain",
];

/**
 * Stays outside of the cgroup, so that it can end all of it when the script itself has ended: what was left running would
 * hold the outputs open.
 */
const keeper = `/bin/sh -c 'echo $$ > ${root}/cgroup.procs && exec /bin/sh -c "$0"' "$1"
status=$?
echo 1 > ${root}/cgroup.kill
exit $status`;

/**
 * Runs scripts in the guest that nobody typed: checks and hints of lessons. One at a time, each in a process group of its
 * own and a cgroup with limits, out of every shell's history; what it left running is killed with it.
 */
export class Scripts {
  readonly #agent: ScriptAgent;
  /** Of the guest's processor, by all scripts so far, in milliseconds. */
  #used = 0;
  readonly #turn = new Mutex();
  #prepared: Promise<void> | undefined;
  /** Those that run or wait for their turn. */
  waiting = 0;

  constructor(agent: ScriptAgent) {
    this.#agent = agent;
  }

  /** Rejects with the signal's reason when it aborts; the script has been killed by then. */
  async run(request: ScriptRequest): Promise<ScriptResult> {
    this.waiting++;
    try {
      return await this.#inTurn(request);
    } finally {
      this.waiting--;
    }
  }

  #inTurn(request: ScriptRequest): Promise<ScriptResult> {
    return this.#turn.run(async () => {
      request.signal.throwIfAborted();
      this.#prepared ??= this.#prepare();
      await this.#prepared.catch((error: unknown) => {
        this.#prepared = undefined;
        throw error;
      });
      const cwd = (await this.#agent.stat(request.cwd, true))?.kind === "directory" ? request.cwd : "/root";
      const process = await this.#agent.spawn({
        argv: ["/bin/sh", "-c", keeper, "scripts", request.script],
        env: [...environment, ...Object.entries(request.env ?? {}).map(([name, value]) => `${name}=${value}`)],
        cwd,
        stdio: { kind: "pipes", stdin: false },
      });
      return this.#follow(process, request);
    });
  }

  async #follow(process: GuestProcess, { timeout, cpu, signal }: ScriptRequest): Promise<ScriptResult> {
    const before = this.#used;
    const ended = new AbortController();
    let timedOut = false;
    let again: ReturnType<typeof setTimeout> | undefined;
    const kill = (): void => {
      // All of it at once, also what forked away. Who keeps it then ends by itself.
      this.#agent.writeFile(`${root}/cgroup.kill`, new TextEncoder().encode("1")).catch(() => undefined);
      // It may not have joined the cgroup yet.
      clearTimeout(again);
      again = setTimeout(kill, killAgain);
    };
    const expire = (): void => {
      timedOut = true;
      kill();
    };
    const timer = setTimeout(expire, timeout);
    if (cpu !== undefined)
      // The guest is gone, or busy beyond answering: the other limit holds.
      this.#watchCpu(before + cpu, cpu, ended.signal).then(
        (isOver) => isOver && expire(),
        () => undefined,
      );
    signal.addEventListener("abort", kill, { once: true });
    // It aborted while the process was made.
    if (signal.aborted) kill();
    try {
      const [stdout, stderr, { code }] = await Promise.all([
        bounded(process.stdout, kill),
        bounded(process.stderr, kill),
        process.exited,
      ]);
      this.#used = await this.#cpuUsed();
      signal.throwIfAborted();
      return { exitCode: code, stdout, stderr, timedOut, cpuMs: this.#used - before };
    } finally {
      ended.abort();
      clearTimeout(timer);
      clearTimeout(again);
      signal.removeEventListener("abort", kill);
    }
  }

  /** True once all scripts together have used `limit`, false when `ended` is aborted before. One has `cpu` left. */
  async #watchCpu(limit: number, cpu: number, ended: AbortSignal): Promise<boolean> {
    for (let left = cpu; !ended.aborted; left = limit - (await this.#cpuUsed())) {
      if (left <= 0) return true;
      // In less time than is left it cannot have used it up.
      await pause(Math.max(left, cpuLook), ended);
    }
    return false;
  }

  async #cpuUsed(): Promise<number> {
    const text = new TextDecoder().decode(await this.#agent.readFile(`${root}/cpu.stat`));
    return Number(/^usage_usec (\d+)$/m.exec(text)?.[1] ?? 0) / 1000;
  }

  async #prepare(): Promise<void> {
    if ((await this.#agent.stat(root)) === undefined) await this.#agent.makeDirectory(root, 0o755);
    const write = (name: string, value: number): Promise<void> =>
      this.#agent.writeFile(`${root}/${name}`, new TextEncoder().encode(String(value)));
    await write("memory.max", memoryMax);
    await write("pids.max", pidsMax);
    // Against the learner's shell and the containers, each with 100.
    await write("cpu.weight", 50);
    this.#used = await this.#cpuUsed();
  }
}

/** Ends early with `signal`. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}

/** The beginning of a stream, which is read to its end. */
async function bounded(stream: ReadableStream<Uint8Array> | undefined, isEndless: () => void): Promise<string> {
  if (stream === undefined) return "";
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const bytes of stream) {
    if (text.length < mostOutput) text += decoder.decode(bytes, { stream: true });
    if (size <= endlessOutput && size + bytes.length > endlessOutput) isEndless();
    size += bytes.length;
  }
  return text.slice(0, mostOutput);
}
