import type { Fact, Station, StationLink } from "./station.ts";
import type { CommandTrace, StepTrace } from "./trace.ts";

interface Wording {
  readonly lane: Station["lane"];
  readonly title: string;
  readonly meaning: string;
}

const words: Readonly<Record<StepTrace["name"], Wording>> = {
  download: {
    lane: "engine",
    title: "layer downloaded",
    meaning: "A layer that was not here yet comes from the registry, and its bytes are checked against its digest.",
  },
  unpack: {
    lane: "engine",
    title: "layer opened",
    meaning:
      "The archive is uncompressed, checked against the digest the image's configuration has for it, and indexed. It is kept once, however many images have it.",
  },
  layers: {
    lane: "engine",
    title: "layers prepared",
    meaning:
      "The image's layers stay as they are; the container gets an empty one on top, for everything it writes. Docker answers the request meanwhile.",
  },
  attach: {
    lane: "engine",
    title: "streams attached",
    meaning: "Input and output are joined to your terminal before the program starts, so that no byte of it is missed.",
  },
  mount: {
    lane: "engine",
    title: "root file system mounted",
    meaning: "The kernel joins the layers to one file tree: an overlay.",
  },
  network: {
    lane: "engine",
    title: "network connected",
    meaning:
      "The engine makes the container's network: a namespace, an interface with an address, rules for published ports.",
  },
  files: {
    lane: "engine",
    title: "hosts and resolv.conf written",
    meaning:
      "Docker writes /etc/hosts, /etc/hostname and /etc/resolv.conf for each container, and mounts them over the image's.",
  },
  volumes: {
    lane: "engine",
    title: "volumes mounted",
    meaning: "Volumes and folders of the machine are made ready to be mounted in the container.",
  },
  config: {
    lane: "engine",
    title: "config.json made",
    meaning:
      "Everything the runtime has to know of the container: the program, its namespaces, mounts, rights and limits. It goes into a file, for crun to read.",
  },
  start: {
    lane: "runtime",
    title: "creates and starts",
    meaning:
      "crun reads config.json, asks the kernel for namespaces, a control group and mounts, starts the program in them, and is gone.",
  },
  exec: {
    lane: "runtime",
    title: "joins the container",
    meaning: "crun starts one more program in the namespaces and the control group that are there already.",
  },
  run: {
    lane: "kernel",
    title: "process",
    meaning: "A process of this machine's kernel like any other; only what it can see and use is less.",
  },
  signal: {
    lane: "engine",
    title: "signal sent",
    meaning: "The engine asks the kernel to send a signal to the container's PID 1.",
  },
  release: {
    lane: "engine",
    title: "network given back",
    meaning: "The interface, the address and the published ports are free again.",
  },
  unmount: {
    lane: "engine",
    title: "root file system unmounted",
    meaning: "The overlay is taken apart; what the container wrote stays in its own layer.",
  },
  remove: {
    lane: "engine",
    title: "container's layer removed",
    meaning: "What the container wrote is deleted. The image's layers stay.",
  },
};

/** What the engine did, as a station. */
export function stepStation(step: StepTrace, index: number, trace: CommandTrace): Station {
  const { name, at, doneAt, error, exitCode } = step;
  const { lane, title, meaning } = words[name];
  const pid = name === "run" ? startedPid(step, trace) : step.pid;
  const program = name === "run" ? programOf(step, trace) : "";
  const state = error !== undefined ? "refused" : doneAt === undefined ? "open" : "done";
  return {
    key: `step:${String(index)}`,
    lane,
    title: stepTitle(step, pid, program, title),
    note: error !== undefined ? "refused" : exitCode !== undefined ? `exit code ${String(exitCode)}` : "",
    state,
    at: Math.max(0, at - trace.at),
    until: doneAt === undefined ? undefined : Math.max(0, doneAt - trace.at),
    answered: undefined,
    moments: [],
    meaning,
    message: error,
    facts: stepFacts(step, pid, program, trace),
    document:
      step.document === undefined
        ? undefined
        : name === "config"
          ? { name: "config.json", kind: "config", text: step.document }
          : { name: "process.json, for crun exec --process", kind: "process", text: step.document },
    curl: undefined,
  };
}

const signals: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  9: "SIGKILL",
  15: "SIGTERM",
};

function stepTitle(
  { name, signal, container, id }: StepTrace,
  pid: number | undefined,
  program: string,
  title: string,
): string {
  if (name === "run" && pid !== undefined) return `process ${String(pid)}: ${program}`;
  if (container === "") return title.replace("layer", `layer ${id.replace(/^sha256:/, "").slice(0, 12)}`);
  return signal === undefined ? title : `${signals[signal] ?? `signal ${String(signal)}`} sent`;
}

/** Of the process that a `run` watches. */
function startedPid({ id, exec, at }: StepTrace, { steps }: CommandTrace): number | undefined {
  return steps.findLast((each) => each.id === id && each.exec === exec && each.at <= at && each.pid !== undefined)?.pid;
}

/** What was handed to crun for the process that a `run` watches. */
function documentOf({ id, exec, at }: StepTrace, { steps }: CommandTrace): string | undefined {
  const name = exec === undefined ? "config" : "exec";
  return steps.findLast((each) => each.name === name && each.id === id && each.exec === exec && each.at <= at)
    ?.document;
}

function programOf(step: StepTrace, trace: CommandTrace): string {
  return joined(read(documentOf(step, trace), step.exec === undefined ? ["process", "args"] : ["args"]));
}

function hasOwnPids(step: StepTrace, trace: CommandTrace): boolean {
  const namespaces = read(documentOf(step, trace), ["linux", "namespaces"]);
  return (
    Array.isArray(namespaces) &&
    namespaces.some((each: unknown) => field(each, "type") === "pid" && field(each, "path") === undefined)
  );
}

function stepFacts(step: StepTrace, pid: number | undefined, program: string, trace: CommandTrace): readonly Fact[] {
  const { name, container, id, doneAt } = step;
  const link = (view: StationLink["view"], label: string, focus = `container:${container}`): StationLink => ({
    view,
    label,
    focus,
    container,
  });
  if (container === "") {
    const size =
      step.size === undefined ? [] : [{ name: "Size", value: `${step.size.toLocaleString("en")} bytes, compressed` }];
    return [{ name: "Digest", value: id }, ...size];
  }
  const facts: Fact[] = [{ name: "Container", value: `${container} (${id.slice(0, 12)})` }];
  switch (name) {
    case "layers":
    case "mount":
      facts.push({
        name: "Overlay",
        value: `/var/lib/docker/overlay2/… of ${container}`,
        link: link("layers", `Layers of ${container}`),
      });
      break;
    case "config":
      facts.push(...configFacts(step, link));
      break;
    case "start":
    case "exec":
      if (pid !== undefined) facts.push({ name: "Process", value: String(pid) });
      break;
    case "run":
      if (program !== "") facts.push({ name: "Program", value: program });
      if (pid !== undefined)
        facts.push({
          name: "PID on the machine",
          value: String(pid),
          ...(doneAt === undefined
            ? { link: link("namespaces", `Process ${String(pid)}`, `process:${String(pid)}`) }
            : {}),
        });
      if (step.exec === undefined && hasOwnPids(step, trace)) facts.push({ name: "PID inside", value: "1" });
      break;
    default:
  }
  return facts;
}

/** Where the agent puts what crun reads, as containerd does. */
const bundles = "/run/containerd/io.containerd.runtime.v2.task/moby";

function configFacts(
  { document, container, id }: StepTrace,
  link: (view: StationLink["view"], label: string) => StationLink,
): Fact[] {
  const root = read(document, ["root", "path"]);
  const cgroup = read(document, ["linux", "cgroupsPath"]);
  const namespaces = read(document, ["linux", "namespaces"]);
  const capabilities = read(document, ["process", "capabilities", "effective"]);
  const kinds = Array.isArray(namespaces)
    ? namespaces.map((each: unknown) => field(each, "type")).filter((each) => typeof each === "string")
    : [];
  return [
    { name: "Program", value: joined(read(document, ["process", "args"])) },
    { name: "File", value: `${bundles}/${id}/config.json` },
    {
      name: "Root",
      value: typeof root === "string" ? root : "",
      link: link("layers", `Layers of ${container}`),
    },
    { name: "Namespaces", value: kinds.join(", "), link: link("namespaces", `Namespaces of ${container}`) },
    {
      name: "Control group",
      value: typeof cgroup === "string" ? cgroup : "",
      link: link("cgroups", `Limits of ${container}`),
    },
    {
      name: "Capabilities",
      value: Array.isArray(capabilities) ? `${String(capabilities.length)} of the kernel's` : "",
    },
  ].filter(({ value }) => value !== "");
}

function joined(value: unknown): string {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string").join(" ") : "";
}

function read(document: string | undefined, path: readonly string[]): unknown {
  if (document === undefined) return undefined;
  let value: unknown = JSON.parse(document);
  for (const key of path) value = field(value, key);
  return value;
}

function field(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}
