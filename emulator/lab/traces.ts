import type { ClientRequest, Transport } from "../client/transport.ts";
import type { Runtime } from "../engine/runtime.ts";
import { redactArguments, redactJson, redactTarget } from "../observe/command/redact.ts";
import type { CommandTrace } from "../observe/command/trace.ts";

const mostCommands = 20;
const mostRequests = 60;
const mostTasks = 20;
/** Bytes of a request's body that are kept, and characters of what is shown of a body or a spec. */
const mostBody = 64 * 1024;
const mostShown = 32 * 1024;

interface Request {
  readonly method: string;
  readonly target: string;
  readonly at: number;
  answeredAt?: number;
  status?: number;
  readonly body: Uint8Array | undefined;
}

interface Task {
  readonly kind: "start" | "exec";
  readonly id: string;
  readonly at: number;
  doneAt?: number;
  pid?: number;
  error?: string;
  readonly spec: unknown;
}

interface Command {
  readonly number: number;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly at: number;
  doneAt?: number;
  exitCode?: number;
  readonly requests: Request[];
  omitted: number;
  readonly tasks: Task[];
}

/** One call of `docker`, as long as it runs. */
export interface OpenTrace {
  readonly transport: Transport;
  end(exitCode: number): void;
}

/**
 * What the last calls of `docker` did. Noting is some writes of fields; text is made when somebody asks, and headers, which
 * carry credentials, are never noted.
 */
export class Traces {
  readonly #commands: Command[] = [];
  readonly #listeners = new Set<(number: number) => void>();
  #last = 0;

  constructor(readonly now: () => number) {}

  begin(args: readonly string[], cwd: string, transport: Transport): OpenTrace {
    const command: Command = { number: ++this.#last, args, cwd, at: this.now(), requests: [], omitted: 0, tasks: [] };
    this.#commands.push(command);
    if (this.#commands.length > mostCommands) this.#commands.shift();
    this.#tell(command);
    return {
      transport: this.#observed(command, transport),
      end: (exitCode) => {
        command.doneAt = this.now();
        command.exitCode = exitCode;
        this.#tell(command);
      },
    };
  }

  /** The runtime, with a note of what it starts in the command that asked for it. */
  runtime(runtime: Runtime): Runtime {
    const noted = async (
      kind: Task["kind"],
      id: string,
      key: string,
      spec: unknown,
      work: Promise<{ pid: number }>,
    ) => {
      const command = this.#asking(id, key);
      if (command === undefined || command.tasks.length >= mostTasks) return work;
      const task: Task = { kind, id, at: this.now(), spec };
      command.tasks.push(task);
      this.#tell(command);
      try {
        const started = await work;
        task.pid = started.pid;
        return started;
      } catch (error) {
        task.error = error instanceof Error ? error.message : String(error);
        throw error;
      } finally {
        task.doneAt = this.now();
        this.#tell(command);
      }
    };
    return new Proxy(runtime, {
      get(target, name, receiver): unknown {
        if (name === "start")
          return (start: Parameters<Runtime["start"]>[0]) =>
            noted("start", start.id, start.id, start.spec, target.start(start));
        if (name === "exec")
          return (exec: Parameters<Runtime["exec"]>[0]) =>
            noted("exec", exec.id, exec.execId, exec.process, target.exec(exec));
        const value: unknown = Reflect.get(target, name, receiver);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
  }

  /** Oldest first. */
  all(): readonly CommandTrace[] {
    return this.#commands.map(shown);
  }

  get(number: number): CommandTrace | undefined {
    const command = this.#commands.find((each) => each.number === number);
    return command && shown(command);
  }

  /** Calls `listener` with the number of a command whenever there is more to say of it. */
  subscribe(listener: (number: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell({ number }: Command): void {
    for (const listener of this.#listeners) listener(number);
  }

  #observed(command: Command, transport: Transport): Transport {
    const noted = async <T>(request: ClientRequest, send: () => Promise<T>, statusOf: (answer: T) => number) => {
      if (command.requests.length >= mostRequests) {
        command.omitted++;
        return send();
      }
      const { method, target, body } = request;
      const kept = body instanceof Uint8Array && body.length <= mostBody ? body : undefined;
      const note: Request = { method, target, at: this.now(), body: kept };
      command.requests.push(note);
      this.#tell(command);
      try {
        const answer = await send();
        note.status = statusOf(answer);
        return answer;
      } catch (error) {
        const status: unknown = typeof error === "object" && error !== null && "status" in error ? error.status : 0;
        if (typeof status === "number" && status > 0) note.status = status;
        throw error;
      } finally {
        note.answeredAt = this.now();
        this.#tell(command);
      }
    };
    return {
      request: (request) =>
        noted(
          request,
          () => transport.request(request),
          ({ status }) => status,
        ),
      hijack: (request) =>
        noted(
          request,
          () => transport.hijack(request),
          () => 101,
        ),
    };
  }

  /** The command with a request under way that starts this; undefined when that cannot be told. */
  #asking(id: string, key: string): Command | undefined {
    const open = this.#commands
      .filter(({ doneAt }) => doneAt === undefined)
      .flatMap((command) =>
        command.requests.flatMap(({ method, target, answeredAt }) => {
          const name = /\/(?:containers|exec)\/([^/?]+)\/(?:start|restart)(?:\?|$)/.exec(target)?.[1];
          const isStart = method === "POST" && (name !== undefined || /\/build(?:\?|$)/.test(target));
          return isStart ? [{ command, name, isUnderWay: answeredAt === undefined }] : [];
        }),
      );
    // An exec's stream is answered before its process starts.
    const exact = open.find(({ name }) => name !== undefined && (name === id || name === key));
    if (exact !== undefined) return exact.command;
    const [only, ...others] = open.filter(
      ({ name, isUnderWay }) => isUnderWay && (name === undefined || !/^[0-9a-f]{64}$/.test(name)),
    );
    return others.length === 0 ? only?.command : undefined;
  }
}

function shown(command: Command): CommandTrace {
  return {
    ...command,
    args: redactArguments(command.args),
    requests: command.requests.map(({ body, target, ...rest }) => {
      const text = body && bodyText(target, body);
      return { ...rest, target: redactTarget(target), ...(text === undefined ? {} : { body: text }) };
    }),
    tasks: command.tasks.map(({ spec, ...rest }) => ({
      ...rest,
      spec: cut(JSON.stringify(redactJson(spec), null, 2)),
    })),
  };
}

function bodyText(target: string, body: Uint8Array): string | undefined {
  // All of it is a credential.
  if (/\/auth(?:\?|$)/.test(target)) return undefined;
  try {
    return cut(JSON.stringify(redactJson(JSON.parse(new TextDecoder().decode(body))), null, 2));
  } catch {
    return undefined; // no JSON: an archive, which is not for reading
  }
}

function cut(text: string): string {
  return text.length > mostShown ? `${text.slice(0, mostShown)}\n… (${String(text.length)} characters)` : text;
}
