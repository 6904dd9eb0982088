import * as v from "valibot";
import type { ProcessReading, ProcessSight } from "./facts.ts";

/** What came over a wire and is none of these facts. */
export class MalformedReading extends Error {
  constructor(reason: string) {
    super(`what the machine told of its processes cannot be read: ${reason}`);
    this.name = "MalformedReading";
  }
}

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const texts = v.array(v.string());
// JSON leaves out what is undefined: a namespace that could not be read.
const inode = v.optional(whole);

const process = v.object({
  pid: whole,
  parent: whole,
  pids: v.array(whole),
  session: whole,
  threads: whole,
  name: v.string(),
  command: texts,
  state: v.string(),
  uid: whole,
  gid: whole,
  startedAt: v.number(),
  cpuTime: whole,
  virtualBytes: whole,
  residentBytes: whole,
  capabilities: texts,
  bounding: texts,
  cgroup: v.string(),
  namespaces: v.pipe(
    v.object({
      cgroup: inode,
      ipc: inode,
      mnt: inode,
      net: inode,
      pid: inode,
      time: inode,
      user: inode,
      uts: inode,
    }),
    v.transform(({ cgroup, ipc, mnt, net, pid, time, user, uts }) => ({ cgroup, ipc, mnt, net, pid, time, user, uts })),
  ),
});

const reading = v.object({ at: v.number(), cut: v.boolean(), processes: v.array(process) });

const seen = v.pipe(
  v.object({
    hostname: v.optional(v.string()),
    pids: v.optional(v.array(whole)),
    procNamespace: v.optional(whole),
    links: v.optional(v.array(v.object({ name: v.string(), kind: v.string(), up: v.boolean(), addresses: texts }))),
    mounts: v.optional(whole),
    root: v.optional(v.object({ type: v.string(), source: v.string(), superOptions: texts })),
  }),
  v.transform(({ hostname, pids, procNamespace, links, mounts, root }) => ({
    hostname,
    pids,
    procNamespace,
    links,
    mounts,
    root,
  })),
);

const sight = v.pipe(
  v.object({ pid: whole, root: v.optional(v.string()), seen, host: seen }),
  v.transform(({ pid, root, seen, host }) => ({ pid, root, seen, host })),
);

function parse<Schema extends v.GenericSchema>(schema: Schema, value: unknown): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new MalformedReading(`${v.getDotPath(issue) ?? "it"}: ${issue.message}`);
}

/** Throws MalformedReading. */
export const decodeProcesses = (value: unknown): ProcessReading => parse(reading, value);
/** Throws MalformedReading. */
export const decodeSight = (value: unknown): ProcessSight => parse(sight, value);
