import { describe, expect, it } from "vitest";
import { containerDetail } from "./detail.ts";
import type { ContainerRecord, KernelFacts, LifecycleAction, LifecycleEvent, RestartRule } from "./facts.ts";
import { detailText, lifecycleText, tokenName, tokenText } from "./text.ts";
import { lifecycleView, type LifecycleFacts } from "./view.ts";

const id = "c".repeat(64);
const begin = Date.UTC(2026, 0, 1, 10, 0, 0);

/** `die 3 @1.5`: action, exit code or signal, seconds. */
function events(...lines: string[]): LifecycleEvent[] {
  return lines.map((line) => {
    const [, action = "", number, at = "0"] = /^(\w+)(?: (\d+))? @([\d.]+)$/.exec(line) ?? [];
    const given = number === undefined ? undefined : Number(number);
    return {
      at: begin + Math.round(Number(at) * 1000),
      action: action as LifecycleAction,
      id,
      name: "clock",
      image: "busybox",
      exitCode: action === "die" ? given : undefined,
      signal: action === "kill" ? given : undefined,
    };
  });
}

function record(rest: Partial<ContainerRecord>): ContainerRecord {
  return {
    id,
    name: "clock",
    image: "busybox",
    state: "created",
    created: begin,
    startedAt: undefined,
    finishedAt: undefined,
    exitCode: 0,
    oomKilled: false,
    error: "",
    restartCount: 0,
    policy: { name: "no", maximum: 0 },
    autoRemove: false,
    seen: 0,
    ...rest,
  };
}

const facts = (list: readonly LifecycleEvent[], rest: Partial<LifecycleFacts> = {}): LifecycleFacts => ({
  from: 0,
  events: list,
  records: [],
  policies: new Map(),
  gaps: [],
  kernel: undefined,
  ...rest,
});
const policy = (rule: RestartRule, seen = 0) => new Map([[id, [{ ...rule, seen }]]]);
const always: RestartRule = { name: "always", maximum: 0 };

/** What the page shows as the history of the only container. */
function told(known: LifecycleFacts): string[] {
  const [container] = lifecycleView(known).containers;
  if (container === undefined) throw new Error("there is no container");
  const lines = detailText(containerDetail(container, known.kernel)).split("\n");
  return lines.slice(3, lines.indexOf("", 3));
}

describe("what happened to a container", () => {
  it("by every command there is", () => {
    expect(
      told(
        facts(
          events(
            "create @0",
            "start @4",
            "pause @8",
            "unpause @20",
            "kill 15 @21",
            "kill 9 @31",
            "die 137 @31.1",
            "stop @31.1",
            "start @40",
            "kill 9 @41",
            "die 137 @41",
            "destroy @50",
          ),
        ),
      ),
    ).toEqual([
      "10:00:00 UTC  created: docker create; 4.0 s created",
      "10:00:04 UTC  created -> running: docker start; 4.0 s running",
      "10:00:08 UTC  running -> paused: docker pause: its control group is frozen; 12 s paused",
      "10:00:20 UTC  paused -> running: docker unpause: its control group is thawed; 11 s running",
      "10:00:31 UTC  running -> exited: docker stop: SIGTERM, then after 10 s SIGKILL; exit code 137 = 128 + 9: SIGKILL; 8.9 s exited",
      "10:00:40 UTC  exited -> running: docker start; 1.0 s running",
      "10:00:41 UTC  running -> exited: docker kill: SIGKILL; exit code 137 = 128 + 9: SIGKILL; 9.0 s exited",
      "10:00:50 UTC  exited -> gone: docker rm",
    ]);
  });

  const ends: [string, string[], string][] = [
    ["by itself", ["die 0 @3"], "the program ended; exit code 0: all went well"],
    [
      "by itself, with a word of its own",
      ["die 3 @3"],
      "the program ended; exit code 3: what it means is the program's own choice",
    ],
    ["asked to", ["kill 15 @2", "die 0 @3", "stop @3"], "docker stop: SIGTERM; exit code 0: all went well"],
    ["by SIGTERM", ["kill 15 @2", "die 143 @3", "stop @3"], "docker stop: SIGTERM; exit code 143 = 128 + 15: SIGTERM"],
    ["by docker kill", ["kill 9 @2", "die 137 @3"], "docker kill: SIGKILL; exit code 137 = 128 + 9: SIGKILL"],
    [
      "by docker kill with a signal",
      ["kill 15 @2", "die 0 @3"],
      "docker kill --signal TERM: SIGTERM; exit code 0: all went well",
    ],
    [
      "long after a signal that ends nothing",
      ["kill 1 @2", "die 2 @9"],
      "the program ended; exit code 2: what it means is the program's own choice",
    ],
    [
      "by a signal from somewhere else",
      ["die 137 @3"],
      "SIGKILL, which no docker command sent; exit code 137 = 128 + 9: SIGKILL",
    ],
    [
      "by the kernel",
      ["oom @3", "die 137 @3"],
      "out of memory: the kernel killed it; exit code 137 = 128 + 9: SIGKILL from the kernel, which had no memory left for it",
    ],
    ["without a program", ["die 127 @3"], "the program ended; exit code 127: the program was not found"],
  ];
  it.each(ends)("ended %s", (_, lines, expected) => {
    expect(told(facts(events("create @0", "start @1", ...lines))).at(-1)).toMatch(
      new RegExp(`running -> exited: ${expected.replace(/[+().]/g, "\\$&")}$`),
    );
  });

  it("paused and stopped: it is thawed to take the signal", () => {
    const lines = events("create @0", "start @1", "pause @2", "kill 15 @3", "kill 9 @13", "die 137 @13", "stop @13");
    expect(told(facts(lines)).at(-1)).toContain(
      "paused -> exited: docker stop: SIGTERM, then after 10 s SIGKILL; exit code 137",
    );
  });

  it("rm -f kills and removes in one command", () => {
    expect(
      told(facts(events("create @0", "start @1", "kill 9 @2", "die 137 @2.01", "destroy @2.02"))).slice(2),
    ).toEqual([
      "10:00:02 UTC  running -> exited: docker rm -f: SIGKILL; exit code 137 = 128 + 9: SIGKILL; 0.0 s exited",
      "10:00:02 UTC  exited -> gone: docker rm -f",
    ]);
  });

  it("run --rm is removed when it ends, and told of its stop after that", () => {
    const lines = ["create @0", "start @1", "kill 15 @2", "die 0 @2.5", "destroy @2.5", "stop @2.5"];
    expect(told(facts(events(...lines), { records: [record({ autoRemove: true, seen: 1 })] })).slice(2)).toEqual([
      "10:00:02 UTC  running -> exited: docker stop: SIGTERM; exit code 0: all went well; 0.0 s exited",
      "10:00:02 UTC  exited -> gone: removed as soon as it had ended, as --rm asks",
    ]);
    // Gone before anybody could ask what it was.
    expect(told(facts(events("create @0", "start @1", "die 0 @1.5", "destroy @1.5"))).at(-1)).toContain("--rm");
  });

  it("restart is a stop and a start", () => {
    const lines = events(
      "create @0",
      "start @1",
      "kill 15 @2",
      "die 143 @2.1",
      "stop @2.1",
      "start @2.5",
      "restart @2.5",
    );
    expect(told(facts(lines)).slice(2)).toEqual([
      "10:00:02 UTC  running -> exited: docker restart: SIGTERM; exit code 143 = 128 + 15: SIGTERM; 0.4 s exited",
      "10:00:02 UTC  exited -> running: docker restart: started again",
    ]);
  });

  it("removed without ever having run", () => {
    const view = lifecycleView(facts(events("create @0", "destroy @1")));
    expect(view.last?.step).toMatchObject({ from: "created", to: "gone", edges: ["removeCreated", "removed"] });
    expect(view.answer).toBe("No container is left: clock went from created to gone (docker rm).");
  });
});

it("a start that fails leaves its reason in the record", () => {
  const records = [record({ exitCode: 127, error: "exec: nosuch: not found", seen: 1 })];
  const known = facts(events("create @0"), { records });
  const [container] = lifecycleView(known).containers;
  if (container === undefined) throw new Error("there is no container");
  expect([tokenText(container), tokenName(container)]).toEqual([
    "clock (127)",
    "clock, created, and its start failed with 127",
  ]);
  expect(containerDetail(container, undefined).facts.map(({ text }) => text)).toContain(
    "Its last start failed (127: the program was not found): exec: nosuch: not found",
  );
});

describe("the restart policy", () => {
  it("starts it again, longer after each fall", () => {
    const lines = events("create @0", "start @1", "die 1 @2", "start @2.1", "die 1 @3", "start @3.2", "die 1 @4");
    expect(told(facts(lines, { policies: policy(always) })).slice(2)).toEqual([
      "10:00:02 UTC  running -> restarting: the program ended; restart policy always; exit code 1: it failed, for a reason of its own; 0.1 s restarting",
      "10:00:02 UTC  restarting -> running: restart policy, after 0.1 s; 0.9 s running",
      "10:00:03 UTC  running -> restarting: the program ended; restart policy always; exit code 1: it failed, for a reason of its own; 0.2 s restarting",
      "10:00:03 UTC  restarting -> running: restart policy, after 0.2 s; 0.8 s running",
      "10:00:04 UTC  running -> restarting: the program ended; restart policy always; exit code 1: it failed, for a reason of its own",
    ]);
  });

  it("on-failure:1 gives up, and does nothing about a success", () => {
    const rule = { name: "on-failure", maximum: 1 };
    const states = (...lines: string[]) =>
      lifecycleView(facts(events("create @0", "start @1", ...lines), { policies: policy(rule) })).containers[0]?.state;
    expect(states("die 1 @2")).toBe("restarting");
    expect(states("die 1 @2", "start @3", "die 1 @4")).toBe("exited");
    expect(states("die 0 @2")).toBe("exited");
  });

  it("keeps out of what was stopped by hand", () => {
    const lines = ["create @0", "start @1", "kill 15 @2", "die 143 @3", "stop @3"];
    expect(lifecycleView(facts(events(...lines), { policies: policy(always) })).containers[0]?.state).toBe("exited");
  });

  it("that waits can be stopped, and removed", () => {
    const lines = ["create @0", "start @1", "die 1 @2"];
    const known = { policies: policy(always) };
    expect(told(facts(events(...lines, "stop @3"), known)).at(-1)).toBe(
      "10:00:03 UTC  restarting -> exited: docker stop: it is not started again",
    );
    const [gone] = lifecycleView(facts(events(...lines, "destroy @3"), known)).containers;
    expect(gone?.history.steps.at(-1)).toMatchObject({ edges: ["giveUp", "remove", "removed"], cause: "docker rm -f" });
  });

  it("is taken for what it was at that time: an update between the two makes it unknown", () => {
    const lines = events("create @0", "start @1", "die 1 @2", "update @3", "start @4", "die 1 @5");
    const steps = lifecycleView(facts(lines, { policies: policy(always, 4) })).containers[0]?.history.steps ?? [];
    expect(steps.map(({ to }) => to)).toEqual(["created", "running", "exited", "running", "restarting"]);
  });

  it("is not believed against a newer record", () => {
    const lines = events("create @0", "start @1", "die 1 @2");
    const at = { startedAt: begin + 1000, finishedAt: begin + 2000, exitCode: 1, seen: 3 };
    const state = (state: "exited" | "restarting", rule: RestartRule) =>
      lifecycleView(facts(lines, { records: [record({ ...at, state })], policies: policy(rule) })).containers[0];
    expect(state("exited", always)).toMatchObject({ state: "exited" });
    expect(state("exited", always)?.history.steps).toHaveLength(3);
    expect(state("restarting", { name: "no", maximum: 0 })).toMatchObject({ state: "restarting" });
  });
});

describe("what nobody saw", () => {
  const old = { created: begin - 60_000, startedAt: begin - 30_000 };

  it("after a restart of the machine is told from the record, and said to be unknown", () => {
    const known = facts([], { records: [record({ ...old, state: "running" })] });
    expect(told(known)).toEqual([
      "09:59:00 UTC  created: docker create [from the engine's record]",
      "(what happened before this was not seen)",
      "09:59:30 UTC  ? -> running: its last start [from the engine's record]",
    ]);
    expect(lifecycleView(known).answer).toBe("1 running. What took it there was not seen.");
  });

  it("goes on with what is seen from then on", () => {
    const known = facts(events("kill 15 @0", "die 143 @1", "stop @1"), {
      records: [record({ ...old, state: "exited", finishedAt: begin + 1000, exitCode: 143, seen: 3 })],
    });
    expect(told(known).at(-1)).toContain("running -> exited: docker stop: SIGTERM; exit code 143");
  });

  it.each([
    [
      "exited",
      { finishedAt: begin - 1000, exitCode: 137, oomKilled: true },
      "running -> exited: out of memory: the kernel killed it",
    ],
    ["exited", { finishedAt: begin - 1000, exitCode: 3 }, "running -> exited: it ended; nobody here saw how"],
    ["paused", {}, "at some time  running -> paused: nobody here saw how"],
  ] as const)("%s", (state, rest, expected) => {
    expect(told(facts([], { records: [record({ ...old, state, ...rest })] })).at(-1)).toContain(expected);
  });

  it("between two looks is a gap", () => {
    const lines = events("create @0", "start @1", "die 0 @90");
    const known = facts(lines, { gaps: [2] });
    expect(told(known).slice(2)).toEqual([
      "(what happened before this was not seen)",
      "10:01:30 UTC  ? -> exited: the program ended; exit code 0: all went well",
    ]);
  });
});

describe("where both speak, the kernel wins", () => {
  const group = (frozen: boolean, ...pids: number[]): KernelFacts["groups"] =>
    new Map([[id, { frozen, processes: pids.map((pid) => ({ pid, inner: 1, command: "sleep 600", state: "S" })) }]]);
  const runs = events("create @0", "start @1");
  const seen = (groups: KernelFacts["groups"], at = 2, cut = false) =>
    lifecycleView(facts(runs, { kernel: { seen: at, cut, groups } })).containers[0]?.state;

  it("in the picture", () => {
    expect(seen(group(false, 71))).toBe("running");
    expect(seen(group(true, 71))).toBe("paused");
    expect(seen(group(false))).toBe("exited");
    expect(seen(new Map())).toBe("exited");
  });

  it("unless it was asked before the engine's last word, or could not tell all", () => {
    expect(seen(group(true, 71), 1)).toBe("running");
    expect(seen(new Map(), 2, true)).toBe("running");
  });

  it("and says what it shows", () => {
    const known = facts(runs, { kernel: { seen: 2, cut: false, groups: group(true, 71) } });
    const view = lifecycleView(known);
    const [container] = view.containers;
    if (container === undefined) throw new Error("there is no container");
    const detail = containerDetail(container, known.kernel);
    expect(detail.answer).toBe("The kernel shows it paused; the engine's record still says running.");
    expect(detail.facts.map(({ text, source }) => `${source}: ${text}`)).toEqual([
      "kernel: Its control group is frozen: the processes are there, with their memory, and get no time.",
      "kernel: Its program is process 71 of the machine, which is process 1 inside: sleep 600.",
    ]);
    expect(detail.commands[0]).toBe("docker pause clock");
    expect(lifecycleText(view)).toContain("\npaused: clock\n");
  });
});
