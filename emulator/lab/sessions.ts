import * as v from "valibot";
import type { Agent, GuestProcess, StubCall } from "../agent/agent.ts";
import type { ResumePoint } from "../cli/invocation.ts";
import { main } from "../cli/main.ts";
import { resume } from "../cli/resume.ts";
import type { Transport } from "../client/transport.ts";
import { GuestFileError, type Files, type WindowSize } from "../engine/runtime.ts";
import { untyped } from "./scripts.ts";
import { stubInvocation } from "./stub-invocation.ts";
import type { Traces } from "./traces.ts";

/** What a save keeps of foreground calls of `docker`: how each is taken up again, by the session's number in the guest. */
const resumePoint = v.variant("kind", [
  v.object({ kind: v.literal("command"), args: v.array(v.string()) }),
  v.object({ kind: v.literal("exec"), id: v.string(), tty: v.boolean(), stdin: v.boolean(), detachKeys: v.string() }),
]);
export const sessionsState = v.array(v.object({ session: v.number(), point: resumePoint }));
export type SessionsState = v.InferOutput<typeof sessionsState>;

/** The learner's own cgroup. */
const cgroup = "lab";
const shellEnvironment = [
  "HOME=/root",
  "USER=root",
  "LOGNAME=root",
  "SHELL=/bin/sh",
  "TERM=xterm-256color",
  "LANG=C.UTF-8",
];

export interface CommandOptions {
  readonly args: readonly string[];
  readonly stdin: boolean;
  readonly env?: readonly string[];
}

/** Shells of the learner, and the calls of `docker` that they make. */
export class Sessions {
  /** Processes of the shells by name, as long as they live. */
  readonly pids = new Map<string, number>();
  readonly #resumable = new Map<number, () => ResumePoint>();
  readonly #earlier: ReadonlyMap<number, ResumePoint>;

  constructor(
    readonly agent: Agent,
    readonly files: Files,
    readonly traces: Traces,
    earlier: SessionsState = [],
  ) {
    this.#earlier = new Map(earlier.map(({ session, point }) => [session, point]));
  }

  /** Runs the command line for every call of the stub from now on. */
  serve(transport: Transport): void {
    this.agent.onStub((call) => void this.#run(call, transport));
  }

  /** How the calls under way now would be taken up. */
  state(): SessionsState {
    return [...this.#resumable].map(([session, point]) => ({ session, point: v.parse(resumePoint, point()) }));
  }

  /** A login shell on a terminal; the one of that name that a save brought back, if there is one. */
  async shell(
    name: string,
    size: WindowSize,
    folder = "/root",
  ): Promise<{ readonly process: GuestProcess; readonly adopted: boolean }> {
    const key = `shell:${name}`;
    try {
      const process = await this.agent.adopt(key);
      await process.resize(size);
      return { process: this.#named(name, process), adopted: true };
    } catch (error) {
      if (!(error instanceof GuestFileError) || error.code !== "ESRCH") throw error;
    }
    const process = await this.agent.spawn({
      argv: ["/bin/sh", "-l"],
      env: shellEnvironment,
      cwd: folder,
      stdio: { kind: "pty", size },
      cgroup,
      key,
    });
    return { process: this.#named(name, process), adopted: false };
  }

  #named(name: string, process: GuestProcess): GuestProcess {
    this.pids.set(name, process.pid);
    const forget = () => {
      if (this.pids.get(name) === process.pid) this.pids.delete(name);
    };
    process.exited.then(forget, forget);
    return process;
  }

  /** A command of the lab itself, with pipes: `npm run lab -- COMMAND`. */
  command({ args, stdin, env = [] }: CommandOptions): Promise<GuestProcess> {
    return this.agent.spawn({
      argv: args,
      env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ...shellEnvironment, ...env],
      cwd: "/root",
      stdio: { kind: "pipes", stdin },
      cgroup,
    });
  }

  async #run(call: StubCall, transport: Transport): Promise<void> {
    const trace = call.env.includes(untyped) ? undefined : this.traces.begin(call.args, call.cwd, transport);
    const stub = stubInvocation(call, trace?.transport ?? transport, this.files);
    const invocation = {
      ...stub,
      checkpoint: (point: () => ResumePoint) => void this.#resumable.set(call.session, point),
    };
    const point = this.#earlier.get(call.session);
    let code: number;
    if (call.resumed && point === undefined) {
      await stub.stderr
        .write("\r\ndocker: this command was interrupted when the machine was saved\r\n")
        .catch(() => undefined);
      code = 1;
    } else {
      const work = call.resumed && point !== undefined ? resume(invocation, point) : main(invocation);
      code = await work.catch(async (error: unknown) => {
        // A fault of the command line itself: said, and told apart from what a command answers.
        await stub.stderr
          .write(`docker: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
          .catch(() => undefined);
        return 125;
      });
      this.#resumable.delete(call.session);
    }
    trace?.end(code);
    // The stub may be gone, or the machine: then nobody is left to be told.
    await stub.end(code).catch(() => undefined);
  }
}
