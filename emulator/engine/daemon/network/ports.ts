import type { PortMap } from "../../../spec/engine-api.generated.ts";
import { System } from "../../errors.ts";
import type { PublishedPortRecord } from "../../records.ts";

type Protocol = "tcp" | "udp";

/** What a container wants published, of its PortBindings, ExposedPorts and PublishAllPorts. */
export interface PortRequest {
  readonly protocol: Protocol;
  readonly containerPort: number;
  /** Empty: every address. */
  readonly hostIp: string;
  /** 0 to 0: any. */
  readonly hostPort: number;
  readonly hostPortEnd: number;
}

export interface PortSpecification {
  readonly bindings: PortMap;
  readonly exposed: readonly string[];
  readonly publishAll: boolean;
}

/** In the order in which Docker allocates: higher host ports first, then higher container ports, tcp before udp. */
export function portRequests({ bindings, exposed, publishAll }: PortSpecification): PortRequest[] {
  const names = new Set([...exposed, ...Object.keys(bindings)]);
  const requests: PortRequest[] = [];
  for (const name of names) {
    const port = parsePort(name);
    const wanted = bindings[name] ?? [];
    for (const { HostIp = "", HostPort = "" } of wanted)
      requests.push({ ...port, hostIp: HostIp, ...parseHostPort(HostPort) });
    if (publishAll && wanted.length === 0) requests.push({ ...port, hostIp: "", hostPort: 0, hostPortEnd: 0 });
  }
  return requests.sort(
    (a, b) => b.hostPort - a.hostPort || b.containerPort - a.containerPort || (a.protocol < b.protocol ? -1 : 1),
  );
}

/** `80/tcp`; the container's part has checked it at create. */
function parsePort(name: string): { protocol: Protocol; containerPort: number } {
  const [port = "", protocol = "tcp"] = name.split("/");
  if (protocol === "sctp") throw new System("protocol sctp is not supported by this engine");
  return { protocol: protocol === "udp" ? "udp" : "tcp", containerPort: Number(port) };
}

function parseHostPort(text: string): { hostPort: number; hostPortEnd: number } {
  if (text === "") return { hostPort: 0, hostPortEnd: 0 };
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  const from = Number(match?.[1]);
  const to = Number(match?.[2] ?? from);
  if (match === null || from > 65535 || to > 65535 || to < from)
    throw new System(`Error parsing HostPort value(${text}):invalid port range`);
  return { hostPort: from, hostPortEnd: to };
}

const ephemeral = { from: 32768, to: 60999 };
const anyIPv4 = "0.0.0.0";
const anyIPv6 = "::";

type Taken = Pick<PublishedPortRecord, "protocol" | "hostIp" | "hostPort">;

/** Host ports. Which are taken is read off the endpoints; only where the search goes on is remembered here. */
export class PortAllocator {
  readonly #last = new Map<string, number>();

  /**
   * Gives every request its ports: one on IPv4 and, where no address is named, the same on IPv6. Throws System with
   * Docker's text when one is taken. `defaultIp` is where a network binds what names no address.
   */
  allocate(requests: readonly PortRequest[], taken: readonly Taken[], defaultIp: string): PublishedPortRecord[] {
    const given: PublishedPortRecord[] = [];
    for (const request of requests) {
      const ips = request.hostIp === "" ? (defaultIp === anyIPv4 ? [anyIPv4, anyIPv6] : [defaultIp]) : [request.hostIp];
      for (const hostIp of ips) {
        const hostPort = this.#find(request, hostIp, [...taken, ...given]);
        given.push({
          protocol: request.protocol,
          hostIp,
          hostPort,
          containerPort: request.containerPort,
          published: false,
        });
      }
    }
    return given;
  }

  #find({ protocol, hostPort, hostPortEnd }: PortRequest, hostIp: string, taken: readonly Taken[]): number {
    const isTaken = (port: number): boolean =>
      taken.some((other) => other.protocol === protocol && other.hostPort === port && other.hostIp === hostIp);
    if (hostPort !== 0 && hostPort === hostPortEnd) {
      if (isTaken(hostPort))
        throw new System(`Bind for ${hostIp}:${String(hostPort)} failed: port is already allocated`);
      this.#checkOtherAddresses(protocol, hostIp, hostPort, taken);
      return hostPort;
    }
    const { from, to } = hostPort === 0 ? ephemeral : { from: hostPort, to: hostPortEnd };
    const key = `${hostIp} ${protocol} ${String(from)}-${String(to)}`;
    let port = this.#last.get(key) ?? to;
    for (let i = from; i <= to; i++) {
      port = port >= to ? from : port + 1;
      if (isTaken(port)) continue;
      this.#last.set(key, port);
      return port;
    }
    throw new System("all ports are allocated");
  }

  /** The allocator counts per address, as Docker's does; that one address shuts out all others shows when it is bound. */
  #checkOtherAddresses(protocol: Protocol, hostIp: string, port: number, taken: readonly Taken[]): void {
    const family = hostIp.includes(":") ? 6 : 4;
    const any = family === 6 ? anyIPv6 : anyIPv4;
    const clash = taken.some(
      (other) =>
        other.protocol === protocol &&
        other.hostPort === port &&
        other.hostIp.includes(":") === (family === 6) &&
        (other.hostIp === any || hostIp === any),
    );
    if (!clash) return;
    const address = family === 6 ? `[${hostIp}]` : hostIp;
    throw new System(
      `Error starting userland proxy: listen ${protocol}${String(family)} ${address}:${String(port)}: bind: address already in use`,
    );
  }
}

/** NetworkSettings.Ports: what is published, and null for what is only exposed; sorted by name as Go writes a map. */
export function portMap(exposed: readonly string[], published: readonly PublishedPortRecord[]): PortMap {
  const map: Record<string, { HostIp: string; HostPort: string }[] | null> = {};
  for (const name of exposed) map[name] = null;
  for (const { containerPort, protocol, hostIp, hostPort } of published)
    (map[`${String(containerPort)}/${protocol}`] ??= []).push({ HostIp: hostIp, HostPort: String(hostPort) });
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}
