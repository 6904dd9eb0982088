import type { PortBinding } from "../../spec/engine-api.generated.ts";
import { isIp } from "./address.ts";
import { parseCsv } from "../flag/list.ts";

export interface PublishedPorts {
  readonly exposed: Record<string, Record<string, never>>;
  readonly bindings: Record<string, PortBinding[]>;
}

/** `-p` in all its forms: `[[ip:][hostPort[-end]]:]containerPort[-end][/proto]`, or `target=80,published=8080`. */
export function parsePublished(specs: readonly string[]): PublishedPorts {
  const exposed: Record<string, Record<string, never>> = {};
  const bindings: Record<string, PortBinding[]> = {};
  for (const spec of specs)
    for (const { port, binding } of parseSpec(spec.includes("=") ? standardNotation(spec) : spec)) {
      exposed[port] = {};
      const known = (bindings[port] ??= []);
      known.push(binding);
    }
  return { exposed, bindings };
}

function standardNotation(spec: string): string {
  const options: Record<string, string> = { protocol: "tcp", published: "", target: "" };
  for (const field of parseCsv(spec)) {
    const at = field.indexOf("=");
    if (at === -1) throw new Error(`invalid publish opts format (should be name=value but got '${field}')`);
    options[field.slice(0, at)] = field.slice(at + 1);
  }
  return `${options["published"]}:${options["target"]}/${options["protocol"]}`;
}

function parseSpec(spec: string): { port: string; binding: PortBinding }[] {
  const slash = spec.indexOf("/");
  const address = slash === -1 ? spec : spec.slice(0, slash);
  const protocol = slash === -1 || spec.slice(slash + 1) === "" ? "tcp" : spec.slice(slash + 1).split("/")[0];
  const parts = splitAddress(address);
  const { ip, host, container } = parts;
  if (ip !== "" && !isIp(ip)) throw new Error(`invalid IP address: ${ip}`);
  if (container === "") throw new Error(`no port specified: ${spec}<empty>`);
  const inside = portRange(container);
  if (inside === undefined) throw new Error(`invalid containerPort: ${container}`);
  const outside = host === "" ? undefined : portRange(host);
  if (host !== "" && outside === undefined) throw new Error(`invalid hostPort: ${host}`);
  const lowered = (protocol ?? "").toLowerCase();
  if (outside !== undefined && inside[1] - inside[0] !== outside[1] - outside[0] && inside[0] !== inside[1])
    throw new Error(`invalid ranges specified for container and host Ports: ${container} and ${host}`);
  if (!["tcp", "udp", "sctp"].includes(lowered)) throw new Error(`invalid proto: ${protocol ?? ""}`);
  return Array.from({ length: inside[1] - inside[0] + 1 }, (_, offset) => {
    const single = outside === undefined ? "" : String(outside[0] + offset);
    // One container port over a range of host ports: the engine picks one of the range.
    const chosen = outside !== undefined && inside[0] === inside[1] && outside[0] !== outside[1] ? host : single;
    return { port: `${inside[0] + offset}/${lowered}`, binding: { HostIp: ip, HostPort: chosen } };
  });
}

function splitAddress(address: string): { ip: string; host: string; container: string } {
  const last = address.lastIndexOf(":");
  if (last === -1) return { ip: "", host: "", container: address };
  const container = address.slice(last + 1);
  const before = address.slice(0, last);
  const middle = before.lastIndexOf(":");
  if (middle === -1) return { ip: "", host: before, container };
  const ip = before.slice(0, middle);
  return { ip: /^\[.*\]$/.test(ip) ? ip.slice(1, -1) : ip, host: before.slice(middle + 1), container };
}

function portRange(text: string): [first: number, last: number] | undefined {
  const found = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (found === null) return undefined;
  const first = Number(found[1]);
  const last = found[2] === undefined ? first : Number(found[2]);
  return first > 65535 || last > 65535 || last < first ? undefined : [first, last];
}

/** `--expose`: adds to the ports, whose protocol is tcp unless told otherwise. */
export function parseExposed(specs: readonly string[], exposed: Record<string, Record<string, never>>): void {
  for (const spec of specs) {
    if (spec.includes(":")) throw new Error(`invalid port format for --expose: ${spec}`);
    const [range = "", protocol = "tcp"] = spec.split("/");
    for (const port of exposedRange(spec, range)) exposed[`${port}/${protocol.toLowerCase()}`] ??= {};
  }
}

function exposedRange(spec: string, range: string): number[] {
  const fail = (reason: string): never => {
    throw new Error(`invalid range format for --expose: ${spec}, error: ${reason}`);
  };
  const parse = (text: string): number => {
    if (!/^\d+$/.test(text)) fail(`strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
    if (Number(text) > 65535) fail(`strconv.ParseUint: parsing ${JSON.stringify(text)}: value out of range`);
    return Number(text);
  };
  if (range === "") fail("empty string specified for ports");
  const [from = "", to] = range.includes("-") ? range.split("-", 2) : [range];
  const first = parse(from);
  const last = to === undefined ? first : parse(to);
  if (last < first) fail(`invalid range specified for port: ${range}`);
  return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
}
