import type { ContainerConfig } from "../../../spec/engine-api.generated.ts";
import { InvalidParameter, System } from "../../errors.ts";
import type { ContainerRecord } from "../../records.ts";
import type { HostsLine } from "./hosts-file.ts";

/** `--link name:alias`, and the form `/name:/parent/alias` that HostConfig keeps. Throws InvalidParameter. */
export function parseLink(text: string): { name: string; alias: string } {
  if (text === "") throw new InvalidParameter("empty string specified for links");
  const parts = text.split(":");
  if (parts.length > 2) throw new InvalidParameter(`bad format for links: ${text}`);
  const [name = "", alias = name] = parts;
  return { name: name.replace(/^\//, ""), alias: alias.split("/").at(-1) ?? alias };
}

/** A linked container of the default bridge, as the linking one sees it at its start. */
export interface Link {
  readonly child: ContainerRecord;
  readonly alias: string;
}

/** The legacy links of a container. Throws as Docker does when one of them does not run or is on no default bridge. */
export function legacyLinks(container: ContainerRecord, find: (name: string) => ContainerRecord): Link[] {
  return (container.hostConfig.Links ?? []).map((text) => {
    const { name, alias } = parseLink(text);
    const child = find(name);
    if (!child.state.running)
      throw new System(`Cannot link to a non running container: /${child.name} AS /${container.name}/${alias}`);
    if (child.network.endpoints["bridge"] === undefined)
      throw new System(`Cannot link to /${child.name}, as it does not belong to the default network`);
    return { child, alias };
  });
}

export function linkHostsLines(links: readonly Link[]): HostsLine[] {
  return links.flatMap(({ child, alias }) => {
    const address = child.network.endpoints["bridge"]?.IPAddress ?? "";
    const names = [alias, child.config.Hostname ?? "", ...(alias === child.name ? [] : [child.name])];
    return address === "" ? [] : [{ address, names: names.join(" ") }];
  });
}

/** `DB_NAME`, `DB_PORT_6379_TCP_ADDR`, `DB_ENV_X` and so on, which a linking container finds in its environment. */
export function linkEnvironment(container: ContainerRecord, links: readonly Link[]): string[] {
  return links.flatMap(({ child, alias }) => {
    const prefix = alias.toUpperCase().replaceAll("-", "_");
    const address = child.network.endpoints["bridge"]?.IPAddress ?? "";
    const ports = exposedPorts(child.config);
    const [first] = ports;
    return [
      ...(first === undefined ? [] : [`${prefix}_PORT=${first.protocol}://${address}:${String(first.port)}`]),
      ...ports.flatMap(({ port, protocol }) => {
        const key = `${prefix}_PORT_${String(port)}_${protocol.toUpperCase()}`;
        return [
          `${key}=${protocol}://${address}:${String(port)}`,
          `${key}_ADDR=${address}`,
          `${key}_PORT=${String(port)}`,
          `${key}_PROTO=${protocol}`,
        ];
      }),
      `${prefix}_NAME=/${container.name}/${alias}`,
      ...(child.config.Env ?? [])
        .filter((variable) => !/^(HOME|PATH)=/.test(variable) && variable.includes("="))
        .map((variable) => `${prefix}_ENV_${variable}`),
    ];
  });
}

function exposedPorts(config: ContainerConfig): { port: number; protocol: string }[] {
  return Object.keys(config.ExposedPorts ?? {})
    .map((name) => {
      const [port = "", protocol = "tcp"] = name.split("/");
      return { port: Number(port), protocol };
    })
    .sort((a, b) => a.port - b.port || (a.protocol < b.protocol ? -1 : 1));
}
