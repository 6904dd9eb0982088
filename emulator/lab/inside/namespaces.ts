import type { ConnectedAgent } from "../../agent/connect.ts";
import { GuestFileError } from "../../engine/runtime.ts";
import { parseMount } from "../../observe/mounts.ts";
import { observe } from "../../observe/observe.ts";
import type { ProcessReading, ProcessSight, Sight } from "../../observe/namespaces/facts.ts";
import type { Network, Process } from "../../observe/reading.ts";
import { InsideError, json, type InsidePart } from "./inside.ts";

/**
 * `/inside/namespaces/…`, all GET, all from the guest's kernel:
 * - `processes`: every process, with its namespaces
 * - `processes/<pid>`: what one of them sees, beside what the machine's first process sees
 */
export function namespacesPart(agent: ConnectedAgent): InsidePart {
  return async ({ method, path }) => {
    if (method !== "GET") throw new InsideError(400, `namespaces are only read, so there is no ${method}`);
    if (path === "/processes") return json(await processReading(agent));
    const pid = /^\/processes\/([1-9]\d{0,6})$/.exec(path)?.[1];
    if (pid !== undefined) return json(await processSight(agent, Number(pid)));
    throw new InsideError(404, `nothing is known of namespaces${path}`);
  };
}

export async function processReading(agent: ConnectedAgent): Promise<ProcessReading> {
  const { at, cut, processes } = await observe(agent, { processes: true });
  return { at, cut, processes };
}

export async function processSight(agent: ConnectedAgent, pid: number): Promise<ProcessSight> {
  const { processes, networks } = await observe(agent, { processes: true, networks: true });
  const process = processes.find((each) => each.pid === pid);
  const first = processes.find((each) => each.pid === 1);
  if (process === undefined || first === undefined) throw new InsideError(404, `there is no process ${pid} any more`);
  const [root, seen, host] = await Promise.all([
    link(agent, `/proc/${pid}/root`),
    sight(agent, process, networks),
    sight(agent, first, networks),
  ]);
  return { pid, root, seen, host };
}

async function sight(agent: ConnectedAgent, process: Process, networks: readonly Network[]): Promise<Sight> {
  const { pid, namespaces } = process;
  const [hostname, pids, procNamespace, mountinfo] = await Promise.all([
    namespaces.uts === undefined ? undefined : hostnameOf(agent, pid),
    unlessGone(async () => (await agent.list(`/proc/${pid}/root/proc`)).filter((name) => /^\d+$/.test(name))),
    link(agent, `/proc/${pid}/root/proc/1/ns/pid`),
    unlessGone(async () => new TextDecoder().decode(await agent.readFile(`/proc/${pid}/mountinfo`))),
  ]);
  const mounts = mountinfo?.split("\n").flatMap((line) => parseMount(line) ?? []);
  const top = mounts?.findLast(({ target }) => target === "/");
  const inode = /^pid:\[(\d+)\]$/.exec(procNamespace ?? "")?.[1];
  return {
    hostname,
    pids: pids?.map(Number).sort((a, b) => a - b),
    procNamespace: inode === undefined ? undefined : Number(inode),
    links: networks
      .find(({ namespace }) => namespace === namespaces.net)
      ?.links.map(({ name, kind, up, addresses }) => ({ name, kind, up, addresses })),
    mounts: mounts?.length,
    root: top && { type: top.type, source: top.source, superOptions: top.superOptions },
  };
}

/** The kernel tells a hostname only to who is in the uts namespace; the agent is in the first. */
async function hostnameOf(agent: ConnectedAgent, pid: number): Promise<string | undefined> {
  if (pid === 1) return new TextDecoder().decode(await agent.readFile("/proc/sys/kernel/hostname")).trimEnd();
  const uname = await agent.spawn({
    argv: ["/usr/bin/nsenter", `--uts=/proc/${pid}/ns/uts`, "/bin/uname", "-n"],
    env: ["PATH=/usr/bin:/bin"],
    cwd: "/",
    stdio: { kind: "pipes", stdin: false },
  });
  const [name, said] = await Promise.all([new Response(uname.stdout).text(), new Response(uname.stderr).text()]);
  const { code } = await uname.exited;
  if (code === 0) return name.trimEnd();
  // The process may end between two questions: then it sees nothing any more.
  if ((await agent.stat(`/proc/${pid}/ns/uts`)) === undefined) return undefined;
  throw new InsideError(500, `the hostname of ${pid} could not be read: ${said.trim()}`);
}

async function link(agent: ConnectedAgent, path: string): Promise<string | undefined> {
  return unlessGone(async () => (await agent.stat(path))?.target);
}

/** A process that is ending has no files, root and mounts any more; then the answer is undefined. */
async function unlessGone<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof GuestFileError) return undefined;
    throw error;
  }
}
