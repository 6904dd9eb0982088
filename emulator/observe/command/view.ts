import type { CommandTrace } from "./trace.ts";

export interface Station {
  readonly kind: "terminal" | "request" | "config" | "process" | "exit";
  readonly title: string;
  /** Milliseconds after the command began. */
  readonly at: number;
  /** Milliseconds; undefined while it goes on, and for what has no length. */
  readonly took: number | undefined;
  /** One sentence on what this station is. */
  readonly meaning: string;
  /** What was sent or written there; undefined when there is nothing to read. */
  readonly body: string | undefined;
}

export interface CommandView {
  readonly question: string;
  readonly answer: string;
  readonly stations: readonly Station[];
}

/** The path of a command, in the order of time. */
export function commandView(trace: CommandTrace): CommandView {
  const span = (at: number, end: number | undefined) => ({
    at: Math.max(0, at - trace.at),
    took: end === undefined ? undefined : Math.max(0, end - at),
  });
  const between: Station[] = [
    ...trace.requests.map(({ method, target, at, answeredAt, status, body }): Station => ({
      kind: "request",
      title: `${method} ${target} ${answeredAt === undefined ? "waits" : String(status ?? "failed")}`,
      ...span(at, answeredAt),
      meaning: "The docker command asks the engine over its HTTP API; any client can send the same.",
      body,
    })),
    ...trace.tasks.flatMap(({ kind, id, at, doneAt, pid, error, spec }): Station[] => [
      {
        kind: "config",
        title: kind === "start" ? `config.json of ${id.slice(0, 12)}` : `process of an exec in ${id.slice(0, 12)}`,
        ...span(at, at),
        meaning: "What the engine hands to the runtime: the program, its namespaces, mounts and limits.",
        body: spec,
      },
      {
        kind: "process",
        title:
          error !== undefined
            ? `crun refused: ${error}`
            : pid === undefined
              ? "crun starts"
              : `crun started ${String(pid)}`,
        ...span(at, doneAt),
        meaning: "The runtime asks the kernel for namespaces, a cgroup and mounts, and starts the program in them.",
        body: undefined,
      },
    ]),
  ];
  const ended: Station[] =
    trace.doneAt === undefined
      ? []
      : [
          {
            kind: "exit",
            title: `exit code ${String(trace.exitCode ?? "unknown")}`,
            ...span(trace.doneAt, trace.doneAt),
            meaning: "The shell has its prompt back; echo $? prints this number.",
            body: undefined,
          },
        ];
  const typed: Station = {
    kind: "terminal",
    title: commandLine(trace),
    ...span(trace.at, trace.doneAt),
    meaning: `The docker command was called in ${trace.cwd}.`,
    body: undefined,
  };
  return {
    question: "What happened when I pressed Enter?",
    answer: answer(trace),
    stations: [typed, ...between.toSorted((a, b) => a.at - b.at), ...ended],
  };
}

export function commandLine({ args }: Pick<CommandTrace, "args">): string {
  return ["docker", ...args.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`))].join(" ");
}

export function milliseconds(count: number): string {
  return count < 10 ? `${String(Math.round(count * 10) / 10)} ms` : `${String(Math.round(count))} ms`;
}

function answer(trace: CommandTrace): string {
  const requests = trace.requests.length + trace.omitted;
  const made = `${requests === 0 ? "no API request" : requests === 1 ? "1 API request" : `${String(requests)} API requests`}`;
  const name = ["docker", trace.args.find((word) => !word.startsWith("-"))].filter(Boolean).join(" ");
  if (trace.doneAt === undefined) return `${name} has made ${made} and goes on.`;
  const started = trace.tasks.flatMap(({ at, doneAt }) => (doneAt === undefined ? [] : [doneAt - at]));
  const crun = started.reduce((sum, took) => sum + took, 0);
  const share = started.length === 0 ? "" : `; crun took ${milliseconds(crun)} of it`;
  return `${name} made ${made} and took ${milliseconds(trace.doneAt - trace.at)}${share}.`;
}

/** The picture as text: a line a station. */
export function toText({ question, answer: said, stations }: CommandView): string {
  const lines = stations.map(
    ({ at, took, title }) => `+${milliseconds(at)} ${title}${took === undefined ? "" : ` (${milliseconds(took)})`}`,
  );
  return [question, said, "", ...lines, ""].join("\n");
}
