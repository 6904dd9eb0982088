import { afterAll, beforeAll, expect, it } from "vitest";
import type { BridgeConfig, DnsHandler, PortMapping } from "../../emulator/engine/runtime.ts";
import {
  bootTaskGuest,
  type Container,
  docker0,
  never,
  newId,
  plain,
  processSpec,
  run,
  shell,
  type TaskGuest,
  text,
} from "./task-guest.ts";

/** Bridges, sandboxes, published ports and DNS on the shipped guest: packets go where Docker lets them go. */

const patience = { timeout: 120_000 };
const other: BridgeConfig = {
  ...docker0,
  networkId: "2".repeat(64),
  bridge: `br-${"2".repeat(12)}`,
  address: "172.18.0.1/16",
  subnet: "172.18.0.0/16",
};
const internal: BridgeConfig = {
  ...docker0,
  networkId: "3".repeat(64),
  bridge: `br-${"3".repeat(12)}`,
  address: "172.19.0.1/16",
  subnet: "172.19.0.0/16",
  internal: true,
};
/** One request of HTTP: the last line of the answer, or nothing. */
const get = (address: string, port: number): string =>
  `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 3 ${address} ${String(port)} 2>/dev/null | tail -n 1`;
const serve = ["sh", "-c", "mkdir -p /tmp/www; echo served > /tmp/www/index.html; exec httpd -f -p 80 -h /tmp/www"];

let guest: TaskGuest;
let addresses = 1;

interface Connected extends Container {
  readonly ip: string;
  readonly sandbox: string;
}

async function connected(bridge: BridgeConfig, args: readonly string[], dns?: DnsHandler): Promise<Connected> {
  const sandbox = newId().split("").reverse().join("");
  const host = ++addresses;
  const ip = bridge.address.replace(/1\/16$/, String(host));
  const { path } = await guest.network.createSandbox(sandbox);
  await guest.network.connect({
    sandboxId: sandbox,
    endpointId: sandbox,
    bridge: bridge.bridge,
    interfaceName: "eth0",
    address: `${ip}/16`,
    macAddress: `02:42:ac:10:00:${host.toString(16).padStart(2, "0")}`,
    gateway: bridge.internal ? undefined : bridge.address.replace("/16", ""),
    mtu: 1500,
  });
  if (dns !== undefined) await guest.network.serveDns(sandbox, dns);
  return { ...(await run(guest, args, { netns: path })), ip, sandbox };
}

async function output(bridge: BridgeConfig, command: string, dns?: DnsHandler): Promise<string> {
  const container = await connected(bridge, ["sh", "-c", command], dns);
  const { out, err } = await container.ended();
  await guest.network.removeSandbox(container.sandbox);
  return out + err;
}

async function remove({ id, sandbox }: Connected): Promise<void> {
  await guest.runtime.remove(id);
  await guest.network.removeSandbox(sandbox);
}

beforeAll(async () => {
  guest = await bootTaskGuest();
  await Promise.all([docker0, other, internal].map((bridge) => guest.network.createBridge(bridge)));
}, patience.timeout);
afterAll(() => guest.machine.destroy());

it("gives a container its interface, address and way out", patience, async () => {
  const shown = await output(docker0, "ip addr show eth0; ip route; ping -c 1 -W 3 172.17.0.1");
  expect(shown).toMatch(/eth0@if\d+: .*UP/);
  expect(shown).toContain("link/ether 02:42:ac:10:00:02");
  expect(shown).toContain("inet 172.17.0.2/16 brd 172.17.255.255");
  expect(shown).toContain("default via 172.17.0.1 dev eth0");
  expect(shown).toContain(" 0% packet loss");
  expect(await output(internal, "ip route")).not.toContain("default");
});

it("changes the default route, and takes an interface away", patience, async () => {
  const container = await connected(docker0, ["sleep", "1000"]);
  const routes = (): Promise<string> => shell(guest, `nsenter -t ${String(container.pid)} -n ip route`);
  await guest.network.setGateway(container.sandbox, "172.17.0.9");
  expect(await routes()).toContain("default via 172.17.0.9");
  await guest.network.setGateway(container.sandbox, undefined);
  expect(await routes()).not.toContain("default");
  const endpoint = {
    sandboxId: container.sandbox,
    endpointId: container.sandbox,
    bridge: "docker0",
    interfaceName: "eth0",
    address: "172.17.0.2/16",
    macAddress: "02:42:ac:11:00:02",
    gateway: undefined,
    mtu: 1500,
  };
  await guest.network.disconnect(endpoint);
  expect(await routes()).toBe("");
  await remove(container);
});

it("publishes a port to everybody, also across networks and back to itself", patience, async () => {
  const web = await connected(docker0, serve);
  const mapping: PortMapping = {
    protocol: "tcp",
    hostIp: "0.0.0.0",
    hostPort: 8080,
    containerIp: web.ip,
    containerPort: 80,
    bridge: "docker0",
  };
  await expect.poll(() => shell(guest, get(web.ip, 80))).toBe("served\n");
  await guest.network.publish(mapping);
  expect(await shell(guest, get("127.0.0.1", 8080))).toBe("served\n");
  expect(await shell(guest, get("172.17.0.1", 8080))).toBe("served\n");
  const dialled = await guest.agent.dial("127.0.0.1", 8080);
  const writer = dialled.writable.getWriter();
  await writer.write(new TextEncoder().encode("GET / HTTP/1.0\r\n\r\n"));
  expect(await text(dialled.readable)).toContain("served");
  expect(await output(docker0, get(web.ip, 80))).toBe("served\n");
  expect(await output(docker0, get("172.17.0.1", 8080))).toBe("served\n");
  // Networks are kept apart; what is published is for all.
  expect(await output(other, get(web.ip, 80))).toBe("");
  expect(await output(other, get("172.18.0.1", 8080))).toBe("served\n");
  const execId = newId();
  await guest.runtime.prepare(execId, plain);
  const own = await guest.runtime.attach(execId, { stdin: false, stdout: true, stderr: false });
  const process = processSpec(["sh", "-c", get("172.17.0.1", 8080)]);
  await guest.runtime.exec({ id: web.id, execId, process, stdio: plain, signal: never });
  expect(await text(own.stdout)).toBe("served\n");
  await guest.runtime.remove(execId);

  expect(await shell(guest, "iptables -t nat -S DOCKER")).toContain(
    `-A DOCKER -p tcp -m tcp --dport 8080 -j DNAT --to-destination ${web.ip}:80\n`,
  );
  expect(await shell(guest, "timeout 5 nc -l -p 8080")).toContain("in use");
  await guest.network.unpublish(mapping);
  expect(await shell(guest, "iptables -t nat -S DOCKER; iptables -S DOCKER")).toBe("-N DOCKER\n-N DOCKER\n");
  expect(await shell(guest, get("127.0.0.1", 8080))).toBe("");
  await remove(web);
});

it("refuses a port that a process of the guest has", patience, async () => {
  const mapping: PortMapping = {
    protocol: "tcp",
    hostIp: "0.0.0.0",
    hostPort: 9090,
    containerIp: "172.17.0.2",
    containerPort: 80,
    bridge: "docker0",
  };
  const taken = shell(guest, "timeout 20 nc -l -p 9090");
  await expect.poll(() => shell(guest, "netstat -tln")).toContain(":9090 ");
  await expect(guest.network.publish(mapping)).rejects.toMatchObject({
    name: "PortInUse",
    message: "listen tcp4 0.0.0.0:9090: bind: address already in use",
  });
  await shell(guest, "echo | nc -w 1 127.0.0.1 9090");
  await taken;
  await expect.poll(() => guest.network.publish(mapping).then(() => "published", String)).toBe("published");
  // A learner's own changes to the rules do not keep the port from being given back.
  await shell(guest, "iptables -t nat -F DOCKER");
  await guest.network.unpublish(mapping);
  expect(await shell(guest, "iptables -S DOCKER; iptables -t nat -S POSTROUTING | grep 9090; netstat -tln")).toMatch(
    /^-N DOCKER\n(?![^]*9090)/,
  );
});

it("asks the host for names, over udp and tcp, until the sandbox is gone", patience, async () => {
  const asked: string[] = [];
  // An answer of one address, 10.9.8.7, to the question that was asked.
  const dns: DnsHandler = (query, transport = "udp") => {
    asked.push(transport);
    const answer = new Uint8Array(query.length + 16);
    answer.set(query);
    answer.set([0x81, 0x80], 2);
    answer[7] = 1;
    answer.set([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 9, 8, 7], query.length);
    return Promise.resolve(answer);
  };
  expect(await output(other, "nslookup -type=a db 127.0.0.11", dns)).toContain("10.9.8.7");
  // A length in front, a header with one question, `db`, type A, class IN; then what comes after 14 bytes of answer.
  const query = "\\0\\024\\0\\1\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\2db\\0\\0\\1\\0\\1";
  const tcp = await output(other, `printf '${query}' | nc -w 3 127.0.0.11 53 | tail -c 4 | od -An -tu1`, dns);
  expect(tcp.trim().split(/ +/)).toEqual(["10", "9", "8", "7"]);
  expect(new Set(asked)).toEqual(new Set(["udp", "tcp"]));
  expect(await shell(guest, "ls /run/docker/netns")).toBe("");
});

it("gives everything back", patience, async () => {
  const bridges = [docker0, other, internal];
  for (const bridge of bridges) await guest.network.removeBridge(bridge);
  const rules = await shell(guest, "iptables-save");
  for (const bridge of bridges) expect(rules).not.toContain(bridge.bridge);
  await expect.poll(() => shell(guest, "ls /sys/class/net | grep -e br -e docker -e veth")).toBe("");
  expect(await shell(guest, "grep -c netns /proc/self/mountinfo")).toBe("0\n");
});
