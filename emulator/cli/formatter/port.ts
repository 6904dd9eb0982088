import type { Port } from "../../spec/engine-api.generated.ts";

/** Ports as `docker ps` shows them: equal neighbours merged into ranges, mappings to other ports one by one at the end. */
export function displayPorts(ports: readonly Port[]): string {
  const groups = new Map<string, { first: number; last: number }>();
  const result: string[] = [];
  const mappings: string[] = [];
  for (const port of [...ports].sort(comparePorts)) {
    const ip = port.IP ?? "";
    const current = port.PrivatePort;
    if (ip !== "" && port.PublicPort !== current) {
      mappings.push(`${joinHostPort(ip, String(port.PublicPort ?? 0))}->${current}/${port.Type}`);
      continue;
    }
    const key = ip === "" ? port.Type : `${ip}/${port.Type}`;
    const group = groups.get(key);
    if (group !== undefined && current === group.last + 1) {
      group.last = current;
      continue;
    }
    if (group !== undefined) result.push(showGroup(key, group));
    groups.set(key, { first: current, last: current });
  }
  for (const [key, group] of groups) result.push(showGroup(key, group));
  return [...result, ...mappings].join(", ");
}

function showGroup(key: string, { first, last }: { readonly first: number; readonly last: number }): string {
  const slash = key.lastIndexOf("/");
  const range = first === last ? String(first) : `${first}-${last}`;
  if (slash === -1) return `${range}/${key}`;
  return `${joinHostPort(key.slice(0, slash), range)}->${range}/${key.slice(slash + 1)}`;
}

export function joinHostPort(host: string, port: string): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function comparePorts(a: Port, b: Port): number {
  return (
    a.PrivatePort - b.PrivatePort ||
    compareText(a.IP ?? "", b.IP ?? "") ||
    (a.PublicPort ?? 0) - (b.PublicPort ?? 0) ||
    compareText(a.Type, b.Type)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
