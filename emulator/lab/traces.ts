import type { Transport } from "../client/transport.ts";
import type { EngineEvent } from "../engine/events.ts";
import type { ContainerStep, LayerStep, Step, StepObserver, StepOutcome } from "../engine/steps.ts";
import type { CommandTrace } from "../observe/command/trace.ts";
import { shownTrace } from "./shown-trace.ts";
import { createdName, namesContainer, pathOf, startedExec } from "./trace-targets.ts";
import { tracedTransport, type RequestNote } from "./traced-transport.ts";

const mostCommands = 20;
const mostRequests = 60;
const mostSteps = 120;
const mostEvents = 60;
/** Of containers whose command is not known yet. */
const mostUnclaimed = 40;

type Container = Pick<ContainerStep["container"], "id" | "name">;

export interface StepNote {
  readonly name: Step["name"];
  readonly of:
    { readonly container: Container; readonly exec: string | undefined } | { readonly layer: LayerStep["layer"] };
  readonly at: number;
  doneAt?: number;
  outcome?: StepOutcome;
  /** Of the command that it was done for. */
  request?: number;
}

export interface EventNote {
  readonly event: EngineEvent;
  readonly at: number;
}

export interface Command {
  readonly number: number;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly at: number;
  doneAt?: number;
  exitCode?: number;
  readonly requests: RequestNote[];
  omitted: number;
  readonly steps: StepNote[];
  readonly events: EventNote[];
}

/** One call of `docker`, as long as it runs. */
export interface OpenTrace {
  readonly transport: Transport;
  end(exitCode: number): void;
}

/**
 * What the last calls of `docker` did: their requests, what the engine did for those, and the events of it. Noting is some
 * writes of fields; text is made when somebody asks.
 */
export class Traces {
  readonly #commands: Command[] = [];
  readonly #listeners = new Set<(number: number) => void>();
  /** Of containers that one of several commands makes; which one is told by its next request. */
  readonly #unclaimed: StepNote[] = [];
  #last = 0;

  constructor(readonly now: () => number) {}

  begin(args: readonly string[], cwd: string, transport: Transport): OpenTrace {
    const command: Command = {
      number: ++this.#last,
      args,
      cwd,
      at: this.now(),
      requests: [],
      omitted: 0,
      steps: [],
      events: [],
    };
    this.#commands.push(command);
    if (this.#commands.length > mostCommands) this.#commands.shift();
    this.#tell(command);
    const traced = tracedTransport(transport, {
      now: this.now,
      begin: (note) => this.#asked(command, note),
      changed: () => this.#tell(command),
    });
    return {
      transport: traced,
      end: (exitCode) => {
        command.doneAt = this.now();
        command.exitCode = exitCode;
        for (const request of command.requests) request.endedAt ??= command.doneAt;
        this.#tell(command);
      },
    };
  }

  /** For the engine's world. */
  readonly onStep: StepObserver = (step) => {
    const note = noteOf(step, this.now());
    const asking = this.#asking(note, "container" in step && step.container.build !== undefined);
    if (asking === "several") {
      this.#unclaimed.push(note);
      if (this.#unclaimed.length > mostUnclaimed) this.#unclaimed.shift();
    }
    let owner = typeof asking === "object" ? this.#add(asking.command, note, asking.request) : undefined;
    return (outcome) => {
      note.doneAt = this.now();
      note.outcome = outcome;
      owner ??= this.#commands.find(({ steps }) => steps.includes(note));
      if (owner !== undefined) this.#tell(owner);
    };
  };

  /** An event of the engine: noted in each command under way that has to do with its object. */
  readonly onEvent = (event: EngineEvent): void => {
    const at = event.timeNano / 1e6;
    for (const command of this.#commands) {
      if (command.doneAt !== undefined || command.events.length >= mostEvents || !concerns(command, event)) continue;
      command.events.push({ event, at });
      this.#tell(command);
    }
  };

  /** Oldest first. */
  all(): readonly CommandTrace[] {
    return this.#commands.map(shownTrace);
  }

  get(number: number): CommandTrace | undefined {
    const command = this.#commands.find((each) => each.number === number);
    return command && shownTrace(command);
  }

  /** Calls `listener` with the number of a command whenever there is more to say of it. */
  subscribe(listener: (number: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell({ number }: Command): void {
    for (const listener of this.#listeners) listener(number);
  }

  #asked(command: Command, note: RequestNote): boolean {
    if (command.requests.length >= mostRequests) {
      command.omitted++;
      return false;
    }
    command.requests.push(note);
    this.#claim(command, note.target);
    this.#tell(command);
    return true;
  }

  /** What was done for a container that this command now names with its whole id. */
  #claim(command: Command, target: string): void {
    if (this.#unclaimed.length === 0) return;
    const created = command.requests.findIndex((each) => createdName(each.target) !== undefined);
    for (const note of [...this.#unclaimed]) {
      if (created < 0 || !("container" in note.of) || !pathOf(target).includes(note.of.container.id)) continue;
      this.#unclaimed.splice(this.#unclaimed.indexOf(note), 1);
      this.#add(command, note, created);
    }
  }

  #add(command: Command, note: StepNote, request: number): Command | undefined {
    if (command.steps.length >= mostSteps) return undefined;
    note.request = request;
    command.steps.push(note);
    this.#tell(command);
    return command;
  }

  /** Whose request this is done for: of those that can be, the one that was made last. */
  #asking(note: StepNote, isBuild: boolean): { command: Command; request: number } | "several" | undefined {
    const open = this.#commands.flatMap((command) =>
      command.requests.flatMap((request, index) =>
        request.endedAt === undefined && asksFor(request, note, isBuild)
          ? [{ command, request: index, note: request }]
          : [],
      ),
    );
    const last = open.reduce<(typeof open)[number] | undefined>(
      (best, each) => (best === undefined || each.note.at >= best.note.at ? each : best),
      undefined,
    );
    const isNew = last !== undefined && createdName(last.note.target) === "";
    return isNew && open.length > 1 ? "several" : last;
  }
}

function noteOf(step: Step, at: number): StepNote {
  const { name } = step;
  if ("layer" in step) return { name, of: { layer: step.layer }, at };
  const { id, name: named } = step.container;
  return { name, of: { container: { id, name: named }, exec: step.exec }, at };
}

function asksFor({ method, target }: RequestNote, { name, of }: StepNote, isBuild: boolean): boolean {
  if (method === "GET" || method === "HEAD") return false;
  const path = pathOf(target);
  if ("layer" in of) return path === "/images/create" || path === "/build";
  const { container, exec } = of;
  if (isBuild) return path === "/build";
  if (exec !== undefined) return startedExec(target) === exec;
  if (namesContainer(target, container)) return true;
  const created = createdName(target);
  if (created !== undefined) return isOfCreation(name) && (created === "" || created === container.name);
  return path === "/containers/prune" && name === "remove";
}

/** What is done before the container's id is known to who asked. A root is mounted then to make its working directory. */
function isOfCreation(name: Step["name"]): boolean {
  return name === "layers" || name === "mount" || name === "unmount";
}

function concerns({ requests, steps }: Command, { Type, Action, Actor }: EngineEvent): boolean {
  const { Attributes } = Actor;
  const id = Type === "container" ? Actor.ID : Attributes["container"];
  const changing = requests.filter(({ method }) => method !== "GET" && method !== "HEAD");
  if (id !== undefined) {
    const name = Type === "container" ? (Attributes["name"] ?? "") : "";
    if (steps.some(({ of }) => "container" in of && of.container.id === id)) return true;
    if (changing.some(({ target }) => namesContainer(target, { id, name: name === "" ? id : name }))) return true;
    return Action === "create" && changing.some(({ target }) => name !== "" && createdName(target) === name);
  }
  const open = changing.filter(({ endedAt }) => endedAt === undefined).map(({ target }) => pathOf(target));
  switch (Type) {
    case "image":
      return open.some((path) => /^\/(?:images|build|commit)(?:\/|$)/.test(path));
    case "network":
      return open.some((path) => path.startsWith("/networks/"));
    case "volume":
      return open.some((path) => path.startsWith("/volumes/") || path === "/containers/create");
    default:
      return false;
  }
}
