import { InvalidParameter } from "../../errors.ts";

/** EXPOSE's `[ip:][public:]private[-end][/proto]`, each as `port/proto`. Throws InvalidParameter. */
export function parsePorts(specs: readonly string[]): string[] {
  return specs.flatMap(parsePort);
}

function parsePort(raw: string): string[] {
  const parts = raw.split(":");
  const [container = "", host = ""] = [parts.at(-1), parts.at(-2)];
  const [port = "", proto = ""] = container.split("/", 2);
  if (port === "") throw new InvalidParameter(`invalid port: ${JSON.stringify(raw)}: no port specified`);
  if (!["", "tcp", "udp", "sctp"].includes(proto.toLowerCase()))
    throw new InvalidParameter(`invalid port: ${JSON.stringify(raw)}: invalid proto: ${proto}`);
  const range = portRange(port);
  if (range === undefined) throw new InvalidParameter(`invalid containerPort: ${port}`);
  if (host !== "" && portRange(host) === undefined) throw new InvalidParameter(`invalid hostPort: ${host}`);
  const [start, end] = range;
  return Array.from({ length: end - start + 1 }, (_, i) => `${String(start + i)}/${proto.toLowerCase() || "tcp"}`);
}

function portRange(text: string): [start: number, end: number] | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (match === null) return undefined;
  const start = Number(match[1]);
  const end = match[2] === undefined ? start : Number(match[2]);
  return start > 65535 || end > 65535 || end < start ? undefined : [start, end];
}
