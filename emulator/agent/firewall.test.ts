import { beforeEach, expect, it } from "vitest";
import type { BridgeConfig } from "../engine/runtime.ts";
import type { Agent, GuestProcess, SpawnRequest } from "./agent.ts";
import { Firewall, FirewallError } from "./firewall.ts";
import { baseRules, bridgeRules, portRules, type Rule } from "./iptables.ts";

const bridge: BridgeConfig = {
  networkId: "1".repeat(64),
  bridge: "docker0",
  address: "172.17.0.1/16",
  subnet: "172.17.0.0/16",
  internal: false,
  masquerade: true,
  interContainer: true,
  mtu: 1500,
};
const port = (hostPort: number) =>
  portRules({
    protocol: "tcp",
    hostIp: "0.0.0.0",
    hostPort,
    containerIp: "172.17.0.2",
    containerPort: 80,
    bridge: "docker0",
  });
const rule = (chain: string, table: Rule["table"] = "filter"): Rule => ({ table, chain, rule: "-j ACCEPT" });

/** A guest with iptables' rules: appends, inserts and deletes, table by table, as iptables-restore commits them. */
class RuleGuest {
  readonly rules: string[] = [];
  readonly inputs: string[] = [];
  based = false;
  /** A line that is refused. */
  refuses: string | undefined;

  readonly spawn: Agent["spawn"] = (request) => {
    let input = "";
    let ended: (code: number) => void;
    const exited = new Promise<number>((resolve) => (ended = resolve));
    const stdin = new WritableStream<Uint8Array>({
      write: (bytes) => void (input += new TextDecoder().decode(bytes)),
      close: () => ended(this.#run(request, input)),
    });
    const stderr = new ReadableStream<Uint8Array>({
      async start(controller) {
        if ((await exited) !== 0) controller.enqueue(new TextEncoder().encode("iptables-restore: line 2 failed\n"));
        controller.close();
      },
    });
    const process: GuestProcess = {
      pid: 1,
      stdin,
      stdout: undefined,
      stderr,
      exited: exited.then((code) => ({ code, signal: undefined })),
      signal: () => Promise.resolve(),
      resize: () => Promise.resolve(),
    };
    return Promise.resolve(process);
  };

  #run({ argv }: SpawnRequest, input: string): number {
    if (argv[0] === "iptables") return this.based ? 0 : 1;
    this.inputs.push(input);
    if (input === baseRules) this.based = true;
    else for (const table of input.split("COMMIT\n")) if (!this.#commit(table)) return 1;
    return 0;
  }

  #commit(table: string): boolean {
    const name = /^\*(\w+)\n/.exec(table)?.[1] ?? "";
    const after = [...this.rules];
    for (const line of table.split("\n").filter((each) => each.startsWith("-"))) {
      const text = `${name} ${line.slice(3)}`;
      if (text.includes(this.refuses ?? "\0")) return false;
      const at = after.indexOf(text);
      if (line.startsWith("-D") && at < 0) return false;
      if (line.startsWith("-D")) after.splice(at, 1);
      else if (line.startsWith("-I")) after.unshift(text);
      else after.push(text);
    }
    this.rules.splice(0, this.rules.length, ...after);
    return true;
  }
}

let guest: RuleGuest;
let firewall: Firewall;
beforeEach(() => {
  guest = new RuleGuest();
  firewall = new Firewall(guest);
});

it("makes the chains once, and never again on a guest that has them", async () => {
  await firewall.add(bridgeRules(bridge));
  await firewall.add(port(8080));
  await new Firewall(guest).add(port(8081));
  expect(guest.inputs.filter((input) => input === baseRules)).toHaveLength(1);
});

it("makes changes of the same moment with one call", async () => {
  await firewall.add([rule("FIRST")]);
  guest.inputs.length = 0;
  await Promise.all([firewall.add(port(1)), firewall.add(port(2)), firewall.delete([rule("FIRST")])]);
  expect(guest.inputs).toHaveLength(1);
  expect(guest.rules).toHaveLength(6);
});

it("takes back exactly what it added", async () => {
  await firewall.add(bridgeRules(bridge));
  const before = [...guest.rules];
  await firewall.add(port(8080));
  await firewall.delete(port(8080));
  expect(guest.rules).toEqual(before);
  await firewall.delete(bridgeRules(bridge));
  expect(guest.rules).toEqual([]);
});

it("deletes what is left when somebody took rules away", async () => {
  await firewall.add(port(8080));
  guest.rules.splice(0, 1);
  await firewall.delete(port(8080));
  expect(guest.rules).toEqual([]);
});

it("leaves nothing of a change that was refused, and does the others", async () => {
  guest.refuses = "nat BAD";
  const results = await Promise.allSettled([
    firewall.add([rule("GOOD"), rule("GOOD", "nat")]),
    firewall.add([rule("HALF"), rule("BAD", "nat")]),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  expect(results[1]).toMatchObject({ reason: new FirewallError("iptables-restore: line 2 failed") });
  expect(guest.rules).toEqual(["filter GOOD -j ACCEPT", "nat GOOD -j ACCEPT"]);
});

it("writes a bridge's rules as Docker does", () => {
  expect(bridgeRules(bridge).map(({ table, chain, rule: text }) => `${table} ${chain} ${text}`)).toEqual([
    "filter FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    "filter FORWARD -o docker0 -j DOCKER",
    "filter FORWARD -i docker0 ! -o docker0 -j ACCEPT",
    "filter FORWARD -i docker0 -o docker0 -j ACCEPT",
    "filter DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2",
    "filter DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP",
    "nat POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE",
    "nat POSTROUTING -o docker0 -m addrtype --src-type LOCAL -j MASQUERADE",
  ]);
  const closed = bridgeRules({ ...bridge, interContainer: false, masquerade: false });
  expect(closed.map(({ rule: text }) => text)).toContain("-i docker0 -o docker0 -j DROP");
  expect(closed.filter(({ rule: text }) => text.includes("-s 172.17.0.0/16"))).toEqual([]);
  expect(bridgeRules({ ...bridge, internal: true }).map(({ rule: text }) => text)).toEqual([
    "! -s 172.17.0.0/16 -o docker0 -j DROP",
    "! -d 172.17.0.0/16 -i docker0 -j DROP",
    "-i docker0 -o docker0 -j ACCEPT",
  ]);
});

it("binds a published port to the address it was given", () => {
  const [, dnat] = portRules({
    protocol: "udp",
    hostIp: "127.0.0.1",
    hostPort: 53,
    containerIp: "172.17.0.2",
    containerPort: 5353,
    bridge: "docker0",
  });
  expect(dnat?.rule).toBe("-d 127.0.0.1/32 -p udp -m udp --dport 53 -j DNAT --to-destination 172.17.0.2:5353");
});
