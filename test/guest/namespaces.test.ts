import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Lab, type Snapshot } from "../../emulator/index.ts";
import { processReading, processSight } from "../../emulator/lab/inside/namespaces.ts";
import { TypedShell } from "../../emulator/node/bench/typed-shell.ts";
import { loadSnapshot } from "../../emulator/node/snapshot.ts";
import { folderSource } from "../../emulator/node/source.ts";
import { decodeProcesses, decodeSight } from "../../emulator/observe/namespaces/decode.ts";
import { sightView } from "../../emulator/observe/namespaces/sight.ts";
import { namespacesView, type GroupView, type NamespacesView } from "../../emulator/observe/namespaces/view.ts";
import { namespaceTypes, type Process } from "../../emulator/observe/reading.ts";
import type { ProcessReading } from "../../emulator/observe/namespaces/facts.ts";

const patience = 120_000;
let base: Snapshot;
let lab: Lab;
let shell: TypedShell;

beforeAll(async () => {
  base = await loadSnapshot(() => undefined);
  lab = await Lab.restore(await folderSource(), base);
  shell = await TypedShell.open(lab);
}, patience);
afterEach(async () => {
  await shell.run(
    "jobs -p | xargs -r kill -9 2>/dev/null; wait 2>/dev/null; docker unpause $(docker ps -q --filter status=paused) >/dev/null 2>&1; docker rm -f $(docker ps -aq) >/dev/null 2>&1",
  );
});
afterAll(() => lab.close());

/** What the guest's own tools print; nothing of ours is between. */
async function guest(command: string): Promise<string> {
  const process = await lab.agent.spawn({
    argv: ["/usr/bin/bash", "-c", command],
    env: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
    cwd: "/",
    stdio: { kind: "pipes", stdin: false },
  });
  const text = await new Response(process.stdout).text();
  await process.exited;
  return text.trim();
}

/** As a page gets it: through JSON, and validated. */
function wire(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

interface Looked {
  readonly reading: ProcessReading;
  readonly view: NamespacesView;
}

async function look(): Promise<Looked> {
  await lab.engine.settled();
  const reading = decodeProcesses(wire(await processReading(lab.agent)));
  const { containers } = lab.engine.state();
  const labels = containers.map(({ id, name }) => ({ id, name: name.replace(/^\//, "") }));
  return { reading, view: namespacesView(reading, labels) };
}

function group(view: NamespacesView, label: string | RegExp): GroupView {
  const found = view.groups.find((each) => (typeof label === "string" ? each.label === label : label.test(each.label)));
  if (found === undefined)
    throw new Error(`no ${String(label)} among ${view.groups.map((each) => each.label).join(", ")}`);
  return found;
}

function relations(of: GroupView): string {
  return namespaceTypes.map((type) => `${type} ${of.cells[type].relation}`).join(", ");
}

async function pidOf(name: string): Promise<number> {
  return Number((await shell.run(`docker inspect -f 'pid={{.State.Pid}}' ${name}`)).output.match(/pid=(\d+)/)?.[1]);
}

/** Everything that the guest's tools tell of the processes in the view, compared with it. */
async function agreesWithGuest({ reading, view }: Looked): Promise<void> {
  const printed = await guest(
    `for p in ${reading.processes.map(({ pid }) => pid).join(" ")}; do
       [ -e /proc/$p/stat ] || continue
       echo "== $p"
       for t in ${namespaceTypes.join(" ")}; do echo "$t $(readlink /proc/$p/ns/$t)"; done
       grep -E '^(NSpid|PPid|State|CapEff|Uid):' /proc/$p/status
       echo "group $(cat /proc/$p/cgroup)"
       echo "command $(tr '\\0' ' ' < /proc/$p/cmdline)"
     done`,
  );
  const blocks = printed.split(/^== /m).slice(1);
  expect(blocks.length).toBeGreaterThanOrEqual(reading.processes.length - 1);
  for (const block of blocks) {
    const process = reading.processes.find(({ pid }) => pid === Number(/^\d+/.exec(block)?.[0]));
    if (process === undefined) throw new Error(`not in the reading: ${block}`);
    const of = view.groups.find(({ processes }) => processes.some((each) => each.process === process));
    for (const type of namespaceTypes) {
      const inode = new RegExp(`^${type} ${type}:\\[(\\d+)\\]$`, "m").exec(block)?.[1];
      expect([process.pid, type, process.namespaces[type]]).toEqual([process.pid, type, inode && Number(inode)]);
      if (inode !== undefined) expect(of?.cells[type].inode).toBe(Number(inode));
    }
    expect(process.pids.join("\t")).toBe(/^NSpid:\t(.*)$/m.exec(block)?.[1]);
    expect(process.parent).toBe(Number(/^PPid:\t(.*)$/m.exec(block)?.[1]));
    expect(process.cgroup).toBe(/^group 0::(.*)$/m.exec(block)?.[1]);
    expect(process.uid).toBe(Number(/^Uid:\t(\d+)/m.exec(block)?.[1]));
    expect(process.capabilities.length).toBe(ones(/^CapEff:\t(.*)$/m.exec(block)?.[1]));
    expect(process.command.join(" ").trim()).toBe(/^command (.*)$/m.exec(block)?.[1]?.trim());
  }
  await agreesWithLsns(view);
}

function ones(hexadecimal = ""): number {
  return [...BigInt(`0x${hexadecimal}`).toString(2)].filter((bit) => bit === "1").length;
}

async function agreesWithLsns(view: NamespacesView): Promise<void> {
  const lines = (await guest("lsns -rno NS,TYPE,PNS,NPROCS,PID")).split("\n").map((line) => line.split(" "));
  const first = new Set(
    view.groups.find(({ origin }) => origin === "host")?.processes.map(({ process }) => process.pid),
  );
  const kernel = new Set((await guest("ps -eo pid=,ppid= | awk '$1 == 2 || $2 == 2 { print $1 }'")).split(/\s+/));
  // One thread of the kernel has a mount namespace of its own.
  const listed = lines.filter(([, , , , pid]) => !kernel.has(pid ?? ""));
  const name = (inode: unknown, type: unknown) => `${String(type)}:[${String(inode)}]`;
  expect(view.namespaces.map(({ inode, type }) => name(inode, type)).sort()).toEqual(
    listed.map(([inode, type]) => name(inode, type)).sort(),
  );
  for (const { inode, type, pids, parent } of view.namespaces) {
    const line = listed.find(([id, kind]) => Number(id) === inode && kind === type);
    expect([type, inode, pids[0]]).toEqual([type, inode, Number(line?.[4])]);
    if (type === "pid") expect([inode, parent ?? 0]).toEqual([inode, Number(line?.[2])]);
    // The tool itself is in the machine's own.
    if (!pids.some((pid) => first.has(pid)))
      expect([type, inode, pids.length]).toEqual([type, inode, Number(line?.[3])]);
  }
}

function process(reading: ProcessReading, find: (process: Process) => boolean): Process {
  const found = reading.processes.find(find);
  if (found === undefined) throw new Error("no such process");
  return found;
}

const six = "cgroup own, ipc own, mnt own, net own, pid own, time host, user host, uts own";

describe("who can see whom, beside what the guest's tools print", () => {
  it("a machine without containers", { timeout: patience }, async () => {
    const looked = await look();
    expect(looked.view.groups.map(({ label }) => label)).toEqual(["the machine"]);
    expect(looked.view.answer).toMatch(/^No container runs: all \d+ processes/);
    await agreesWithGuest(looked);
  });

  it("a plain run", { timeout: patience }, async () => {
    await shell.run("docker run -d --name web --hostname shop busybox sleep 300");
    const looked = await look();
    const web = group(looked.view, "web");
    expect(relations(web)).toBe(six);
    expect(looked.view.answer).toBe(
      "web has its own pid, net, mnt, uts, ipc and cgroup namespace; it shares the host's user and time namespace.",
    );
    expect(web.processes.map(({ process: each }) => each.pids.at(-1))).toEqual([1]);
    await agreesWithGuest(looked);

    const pid = await pidOf("web");
    const sight = decodeSight(wire(await processSight(lab.agent, pid)));
    expect(sight.root).toBe(await guest(`readlink /proc/${pid}/root`));
    expect(sight.seen).toMatchObject({
      hostname: (await shell.run("docker exec web hostname")).output.match(/^(shop)\r?$/m)?.[1],
      pids: [1],
      mounts: Number(await guest(`wc -l < /proc/${pid}/mountinfo`)),
      procNamespace: web.cells.pid.inode,
    });
    expect(sight.host.hostname).toBe(await guest("uname -n"));
    expect(sight.seen.links?.map(({ name }) => name)).toEqual(
      (
        await guest(
          `nsenter -t ${pid} -n ls /sys/class/net /proc/${pid}/root/sys/class/net | grep -E '^(lo|eth)' | sort -ru`,
        )
      ).split("\n"),
    );
    expect(sight.seen.root?.superOptions.join()).toContain(
      await guest(`grep -o 'upperdir=[^,]*' /proc/${pid}/mountinfo`),
    );
    expect(sightView(looked.view, looked.reading, pid, sight)?.answer).toMatch(
      /^ps shows it 1 of \d+ processes; its hostname is shop\.$/,
    );
  });

  it("--network container: and --pid container:", { timeout: patience }, async () => {
    await shell.run("docker run -d --name web busybox sleep 300");
    await shell.run("docker run -d --name db --network container:web busybox sleep 300");
    await shell.run("docker run -d --name debug --pid container:web busybox sleep 300");
    const looked = await look();
    expect(looked.view.answer).toBe("web and db share a network namespace. web and debug share a pid namespace.");
    expect(group(looked.view, "db").cells.net.others).toEqual(["web"]);
    expect(group(looked.view, "web").cells.pid.others).toEqual(["debug"]);
    await agreesWithGuest(looked);
    const sight = await processSight(lab.agent, await pidOf("debug"));
    expect(sight.seen.pids).toEqual([1, group(looked.view, "debug").processes[0]?.process.pids.at(-1)]);
  });

  it("--pid host and --network host", { timeout: patience }, async () => {
    await shell.run("docker run -d --name eye --pid host busybox sleep 300");
    await shell.run("docker run -d --name ear --network host busybox sleep 300");
    const looked = await look();
    expect(relations(group(looked.view, "eye"))).toContain("pid host");
    expect(relations(group(looked.view, "ear"))).toContain("net host");
    expect(looked.view.answer).toBe("eye uses the machine's pid namespace. ear uses the machine's network namespace.");
    await agreesWithGuest(looked);
    const { seen, host } = await processSight(lab.agent, await pidOf("eye"));
    expect(seen.procNamespace).toBe(host.procNamespace);
    expect(seen.pids?.length).toBeGreaterThan(10);
  });

  it("unshare by hand, with the machine's /proc and with one of its own", { timeout: patience }, async () => {
    await shell.run("unshare --uts --pid --fork sleep 301 & unshare --pid --mount-proc --fork sleep 302 & sleep 1");
    const looked = await look();
    await agreesWithGuest(looked);
    const plain = process(looked.reading, ({ command }) => command.join(" ") === "sleep 301");
    const own = process(looked.reading, ({ command }) => command.join(" ") === "sleep 302");
    const of = group(looked.view, `sleep (${plain.pid})`);
    expect([of.origin, of.within === undefined]).toEqual(["unshared", false]);
    expect(relations(of)).toBe("cgroup host, ipc host, mnt host, net host, pid own, time host, user host, uts shared");
    expect(looked.view.answer).toContain(`sleep (${plain.pid}) has a pid namespace of its own, made by hand.`);
    const trapped = await processSight(lab.agent, plain.pid);
    expect(trapped.seen.procNamespace).toBe(trapped.host.procNamespace);
    expect(sightView(looked.view, looked.reading, plain.pid, trapped)?.answer).toContain(
      "its /proc still tells of another pid namespace",
    );
    const { seen } = await processSight(lab.agent, own.pid);
    expect([seen.pids, seen.procNamespace]).toEqual([[1], own.namespaces.pid]);
  });

  it("nested unshare, in the terminal and in a container, and nsenter", { timeout: patience }, async () => {
    await shell.run("docker run -d --name box --privileged busybox sh -c 'unshare -p -f sleep 303 & sleep 300'");
    await shell.run("unshare -pf --mount-proc sh -c 'unshare -pf --mount-proc sleep 304; true' & sleep 1");
    await shell.run(`nsenter -t ${await pidOf("box")} -m -u -i -n -p sleep 305 & sleep 1`);
    const looked = await look();
    await agreesWithGuest(looked);
    const deep = process(looked.reading, ({ command }) => command.join(" ") === "sleep 304");
    expect(deep.pids).toHaveLength(3);
    expect(group(looked.view, `sleep (${deep.pid})`)).toMatchObject({
      origin: "unshared",
      cells: { pid: { level: 2 } },
    });
    const inside = process(looked.reading, ({ command }) => command.join(" ") === "sleep 303");
    expect(group(looked.view, `sleep (${inside.pid}) in box`)).toMatchObject({ origin: "container", main: false });
    const joined = looked.view.groups.filter(({ origin }) => origin === "joined");
    const commands = joined.flatMap(({ processes }) => processes.map(({ process: each }) => each.command.join(" ")));
    expect(commands).toContain("sleep 305");
  });

  it("a zombie, a paused and an OOM-killed container", { timeout: patience }, async () => {
    await shell.run("docker run -d --name ghost busybox sh -c 'sleep 0.1 & exec sleep 306'");
    await shell.run("docker run -d --name still busybox sleep 307; docker pause still");
    await shell.run("docker run -d --name hungry -m 16m busybox sh -c 'sleep 1; tail /dev/zero'; docker wait hungry");
    await expect.poll(async () => (await look()).reading.processes.some(({ state }) => state === "Z")).toBe(true);
    const looked = await look();
    await agreesWithGuest(looked);
    const zombie = process(looked.reading, ({ state }) => state === "Z");
    expect(group(looked.view, "ghost").processes.map(({ process: each }) => each)).toContain(zombie);
    const sight = decodeSight(wire(await processSight(lab.agent, zombie.pid)));
    expect(sight).toMatchObject({ root: undefined, seen: { hostname: undefined, mounts: undefined } });
    expect(sightView(looked.view, looked.reading, zombie.pid, sight)?.answer).toMatch(/^It has ended/);
    expect(relations(group(looked.view, "still"))).toBe(six);
    expect((await processSight(lab.agent, await pidOf("still"))).seen.pids).toEqual([1]);
    // Its processes are gone, so it is in no namespace.
    expect((await shell.run("docker inspect -f '{{.State.OOMKilled}}' hungry")).output).toMatch(/^true\r?$/m);
    expect(looked.view.groups.map(({ label }) => label)).not.toContain("hungry");
  });
});
