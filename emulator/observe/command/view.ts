import { duration, type Span } from "./axis.ts";
import { curlLine, quoted } from "./curl.ts";
import { documentKindOf } from "./explain.ts";
import { lanes, laneNames, type Moment, type Station } from "./station.ts";
import { stepStation } from "./step-station.ts";
import type { CommandTrace, EventTrace, RequestTrace } from "./trace.ts";

export interface CommandView {
  readonly question: string;
  readonly answer: string;
  /** In the order of time. */
  readonly stations: readonly Station[];
  /** What to look at first: who refused, or else what the engine handed to the runtime, or asked for. */
  readonly first: string;
  readonly isOpen: boolean;
  /** Every moment that the picture has to show, in milliseconds after the command began. */
  readonly moments: readonly number[];
  /** When engine or runtime were at work. */
  readonly busy: readonly Span[];
}

/** The path of a command, from the terminal to the kernel. */
export function commandView(trace: CommandTrace): CommandView {
  const refusing = refusingStation(trace);
  const between = [
    ...trace.requests.map((request, i) => requestStation(request, i, trace)),
    ...trace.steps.map((step, i) => stepStation(step, i, trace)),
  ].toSorted((a, b) => a.at - b.at || lanes.indexOf(a.lane) - lanes.indexOf(b.lane));
  const stations = [
    typedStation(trace),
    ...(trace.requests.length === 0 ? [] : [eventsStation(trace)]),
    ...between,
    ...(trace.doneAt === undefined ? [] : [endStation(trace, trace.doneAt)]),
  ];
  return {
    question: "What happened when I pressed Enter?",
    answer: answer(trace, stations, refusing),
    stations,
    first: refusing ?? firstOf(stations),
    isOpen: trace.doneAt === undefined,
    busy: between.flatMap(({ lane, at, until }) =>
      (lane === "engine" || lane === "runtime") && until !== undefined ? [{ from: at, to: until }] : [],
    ),
    moments: stations.flatMap(({ at, until, answered, moments }) => [
      at,
      ...(until === undefined ? [] : [until]),
      ...(answered === undefined ? [] : [answered]),
      ...moments.map((each) => each.at),
    ]),
  };
}

export function commandLine({ args }: Pick<CommandTrace, "args">): string {
  return ["docker", ...args.map(quoted)].join(" ");
}

/** `docker run`, `docker container run`. */
export function commandName({ args }: Pick<CommandTrace, "args">): string {
  const plain = args.filter((word) => !word.startsWith("-"));
  const nouns = ["builder", "buildx", "container", "context", "image", "network", "system", "volume"];
  return ["docker", ...plain.slice(0, nouns.includes(plain[0] ?? "") ? 2 : 1)].join(" ");
}

const quiet = { answered: undefined, moments: [], message: undefined, document: undefined, curl: undefined } as const;

function typedStation(trace: CommandTrace): Station {
  const { requests, doneAt, exitCode, at } = trace;
  return {
    ...quiet,
    key: "terminal",
    lane: "terminal",
    title: commandLine(trace),
    note: "",
    state: doneAt === undefined ? "open" : "done",
    at: 0,
    until: doneAt === undefined ? undefined : doneAt - at,
    meaning:
      requests.length === 0 && doneAt !== undefined
        ? exitCode === 0
          ? "The docker command is a client. For this it did not have to ask the engine anything."
          : "The docker command is a client. It could not do anything with what you typed, said so, and asked the engine nothing."
        : "The docker command is a client: it reads what you typed, and asks the engine for everything over HTTP.",
    facts: [{ name: "Called in", value: trace.cwd }],
  };
}

function endStation({ exitCode, doneAt: _, at }: CommandTrace, doneAt: number): Station {
  return {
    ...quiet,
    key: "exit",
    lane: "terminal",
    title: `exit code ${exitCode === undefined ? "unknown" : String(exitCode)}`,
    note: "",
    state: exitCode === 0 ? "done" : "refused",
    at: doneAt - at,
    until: doneAt - at,
    meaning: exitMeaning(exitCode),
    facts: [],
  };
}

function exitMeaning(code: number | undefined): string {
  const prompt = "The shell has its prompt back; echo $? prints this number.";
  switch (code) {
    case 125:
      return `${prompt} 125 is Docker's own: the container was not started.`;
    case 126:
      return `${prompt} 126: the program is there, and cannot be run.`;
    case 127:
      return `${prompt} 127: there is no such program in the container.`;
    default:
      return code !== undefined && code > 128 && code < 160
        ? `${prompt} It is 128 and ${String(code - 128)}, the number of the signal that ended the program.`
        : prompt;
  }
}

function requestStation(request: RequestTrace, index: number, trace: CommandTrace): Station {
  const { method, target, at, answeredAt, endedAt, status, message, body, hijack } = request;
  const isRefused = message !== undefined || (status ?? 0) >= 400;
  const after = (moment: number | undefined) => (moment === undefined ? undefined : Math.max(0, moment - trace.at));
  const path = target.split("?", 1)[0] ?? "";
  return {
    key: `request:${String(index)}`,
    lane: "api",
    title: `${method} ${readable(path, 4)}`,
    note: answeredAt === undefined ? "waits" : status === undefined ? "failed" : String(status),
    state: isRefused ? "refused" : endedAt === undefined ? "open" : "done",
    at: Math.max(0, at - trace.at),
    until: after(endedAt),
    answered: after(answeredAt),
    moments: [],
    meaning: requestMeaning(request, path),
    message,
    facts: [
      ...(readable(path, 4) === path ? [] : [{ name: "Path", value: path }]),
      ...(target.includes("?") ? [{ name: "Query", value: readableQuery(target.slice(path.length + 1)) }] : []),
      {
        name: "Answer",
        value:
          answeredAt === undefined
            ? "not yet"
            : `${String(status ?? "none")}${hijack ? ", and the connection is a raw stream from then on" : ""} after ${duration(answeredAt - at)}`,
      },
      ...(path === "/build" ? [{ name: "Build", value: "each step of it, with its cache", link: buildLink }] : []),
      ...imageFact(target, path),
    ],
    document:
      body === undefined ? undefined : { name: "Body of the request", kind: documentKindOf(target), text: body },
    curl: curlLine(request),
  };
}

const buildLink = { label: "The build", view: "build", focus: undefined, container: undefined } as const;

function imageFact(target: string, path: string): Station["facts"] {
  const asked = new URLSearchParams(target.split("?", 2)[1] ?? "");
  const image = asked.get("fromImage");
  if (path !== "/images/create" || image === null) return [];
  const tag = asked.get("tag") ?? "";
  const reference = tag === "" ? image : `${image}${tag.startsWith("sha256:") ? "@" : ":"}${tag}`;
  return [
    {
      name: "Image",
      value: reference,
      link: { label: `Layers of ${reference}`, view: "layers", focus: `image:${reference}`, container: undefined },
    },
  ];
}

function requestMeaning({ hijack, answeredAt, endedAt, status }: RequestTrace, path: string): string {
  if (/\/wait$/.test(path))
    return "Asks to be told when the container ends: the answer comes then, and holds the exit code.";
  if (hijack) return "The connection stays open and carries what you type and what the program prints.";
  if (path === "/containers/create" && status === 404)
    return "The image is not on this machine: docker run pulls it then, and asks again.";
  if (path === "/containers/create")
    return "Asks for a container. Nothing runs yet: it is written down, and gets an id.";
  if (/^\/containers\/[^/]+\/start$/.test(path))
    return "Asks to start it. Below is what the engine does before it answers.";
  if (path === "/images/create") return "Asks to pull an image; how far it is comes as a stream of JSON.";
  if (path === "/build") return "Sends the build's files, and gets a stream of what each step prints.";
  if (/\/exec$/.test(path)) return "Asks for one more program in the container. It does not run yet.";
  if (endedAt !== undefined && answeredAt !== undefined && endedAt - answeredAt > 1000)
    return "The answer is a stream: it goes on while there is something to tell.";
  return "The docker command asks the engine over its HTTP API; any client can ask the same.";
}

function eventsStation(trace: CommandTrace): Station {
  const moments = trace.events.map((event): Moment => ({
    at: Math.max(0, event.at - trace.at),
    label: eventLabel(event),
  }));
  const [first, last] = [moments[0]?.at ?? 0, moments.at(-1)?.at ?? 0];
  return {
    ...quiet,
    key: "events",
    lane: "engine",
    title: moments.length === 0 ? "no events" : moments.length === 1 ? "1 event" : `${String(moments.length)} events`,
    note: "",
    state: "done",
    at: first,
    until: last,
    moments,
    meaning:
      moments.length === 0
        ? "The engine tells of everything that changes; docker events shows it. This command has changed nothing."
        : "The engine tells of everything that changes; docker events shows the same.",
    facts: moments.map(({ at, label }) => ({ name: `+${duration(at)}`, value: label })),
  };
}

function eventLabel({ type, action, of, exitCode }: EventTrace): string {
  return `${type} ${action} ${of}${exitCode === undefined ? "" : `, exit code ${exitCode}`}`;
}

/** Ids by their beginning, so that what stands behind them can be seen. */
function readable(text: string, digits: number): string {
  return decodeURIComponent(text).replace(/\b[0-9a-f]{64}\b/g, (id) => `${id.slice(0, digits)}…`);
}

function readableQuery(query: string): string {
  return [...new URLSearchParams(query)].map(([name, value]) => `${name}=${value}`).join("  ");
}

/** Of a command that failed: who said no. Some refusals are a part of the way, as that of an image that is pulled then. */
function refusingStation({ exitCode, doneAt, steps, requests }: CommandTrace): string | undefined {
  if (doneAt === undefined || exitCode === 0) return undefined;
  const step = steps.findLastIndex(({ error }) => error !== undefined);
  if (step >= 0) return `step:${String(step)}`;
  const request = requests.findLastIndex(({ status, message }) => message !== undefined || (status ?? 0) >= 400);
  return request >= 0 ? `request:${String(request)}` : undefined;
}

function firstOf(stations: readonly Station[]): string {
  const found =
    stations.find(({ document }) => document?.kind === "config" || document?.kind === "process") ??
    stations.findLast(({ document }) => document !== undefined) ??
    stations.find(({ lane }) => lane === "api");
  return found?.key ?? "terminal";
}

function answer(trace: CommandTrace, stations: readonly Station[], refusing: string | undefined): string {
  const name = commandName(trace);
  const count = trace.requests.length + trace.omitted;
  const made = count === 0 ? "no API request" : count === 1 ? "1 API request" : `${String(count)} API requests`;
  if (trace.doneAt === undefined) {
    const running = stations.findLast(({ lane, state }) => lane === "kernel" && state === "open");
    return `${name} has made ${made} and goes on${running === undefined ? "" : `; ${running.title.split(":", 1)[0] ?? ""} runs`}.`;
  }
  const code = trace.exitCode ?? 0;
  if (count === 0)
    return code === 0
      ? `${name} answered by itself, without the engine.`
      : `${name} made no API request: the docker command itself refused, with exit code ${String(code)}.`;
  const refused = stations.find(({ key }) => key === refusing);
  if (refused !== undefined) return `${name} was refused${refusal(refused)}`;
  const crun = trace.steps.filter(
    (each) => (each.name === "start" || each.name === "exec") && each.doneAt !== undefined,
  );
  const took = crun.reduce((sum, { at, doneAt = at }) => sum + doneAt - at, 0);
  const share = crun.length === 0 ? "" : `; crun took ${duration(took)} of it`;
  return `${name} made ${made} and took ${duration(trace.doneAt - trace.at)}${share}.`;
}

function refusal({ lane, title, note, message = "it did not say why" }: Station): string {
  const said = message.trim().replace(/\.$/, "");
  if (lane === "api") return ` by the engine: ${title} answered ${note}: ${said}.`;
  return lane === "runtime" ? ` by crun: ${said}.` : ` at “${title}”: ${said}.`;
}

/** The picture as text: a line a station or event, in the order of time. */
export function toText({ question, answer: said, stations }: CommandView): string {
  const lines = stations.flatMap(({ lane, at, until, title, note, message, key, moments }) => {
    if (key === "events")
      return moments.map((each) => ({ at: each.at, text: `+${duration(each.at)} ${"event".padEnd(9)}${each.label}` }));
    const took = until === undefined ? " goes on" : until > at ? ` ${duration(until - at)}` : "";
    const noted = note === "" ? "" : ` (${note})`;
    const why = message === undefined ? "" : `\n    ${message.trim()}`;
    return [{ at, text: `+${duration(at)} ${laneNames[lane].padEnd(9)}${title}${noted}${took}${why}` }];
  });
  const ordered = lines.toSorted((a, b) => a.at - b.at).map(({ text }) => text);
  return [question, said, "", ...ordered, ""].join("\n");
}
