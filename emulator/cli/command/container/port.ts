import * as containers from "../../../client/container.ts";
import { between } from "../../arguments.ts";
import { command } from "../../command.ts";
import { naturalOrder } from "../../formatter/natural.ts";
import { joinHostPort } from "../../formatter/port.ts";
import { InvalidFlagValue } from "../../flag/flag.ts";
import { parseUnsigned } from "../../flag/scalar.ts";
import type { PortMap } from "../../../spec/engine-api.generated.ts";

export const port = command({
  use: "port CONTAINER [PRIVATE_PORT[/PROTO]]",
  short: "List port mappings or a specific mapping for the container",
  aliases: ["docker container port", "docker port"],
  args: between(1, 2),
  flags: {},
  async run({ cli, args }) {
    const [name = "", wanted] = args;
    const { value } = await containers.inspect(cli.engine, name);
    const settings = value["NetworkSettings"] as { readonly Ports?: PortMap | null } | null | undefined;
    const ports = settings?.Ports ?? {};
    const lines = wanted === undefined ? allLines(ports) : linesOf(ports, wanted, name);
    if (lines.length > 0) await cli.out(`${lines.sort(naturalOrder).join("\n")}\n`);
    return 0;
  },
});

function allLines(ports: PortMap): string[] {
  return Object.entries(ports).flatMap(([inside, bindings]) =>
    (bindings ?? []).map(({ HostIp = "", HostPort = "" }) => `${inside} -> ${joinHostPort(HostIp, HostPort)}`),
  );
}

function linesOf(ports: PortMap, wanted: string, name: string): string[] {
  const [number = "", protocol = "tcp"] = wanted.split("/", 2);
  try {
    parseUnsigned(number, 16);
  } catch (error) {
    if (error instanceof InvalidFlagValue)
      throw new Error(`Error: invalid port (${number}): ${error.message}`, { cause: error });
    throw error;
  }
  const bindings = ports[`${number}/${protocol === "" ? "tcp" : protocol}`] ?? [];
  if (bindings.length === 0) throw new Error(`Error: No public port '${wanted}' published for ${name}`);
  return bindings.map(({ HostIp = "", HostPort = "" }) => joinHostPort(HostIp, HostPort));
}
