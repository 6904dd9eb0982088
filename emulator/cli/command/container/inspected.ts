import * as containers from "../../../client/container.ts";
import type { JsonObject } from "../../../client/json.ts";
import type { Cli } from "../../command.ts";

function object(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** What commands that stream need to know of a container. */
export interface ContainerFacts {
  readonly id: string;
  readonly name: string;
  readonly tty: boolean;
  readonly openStdin: boolean;
  readonly running: boolean;
  readonly paused: boolean;
  readonly restarting: boolean;
  readonly autoRemove: boolean;
  readonly exitCode: number;
}

export async function containerFacts(cli: Cli, name: string): Promise<ContainerFacts> {
  const { value } = await containers.inspect(cli.engine, name);
  const [config, state, host] = [object(value["Config"]), object(value["State"]), object(value["HostConfig"])];
  return {
    id: typeof value["Id"] === "string" ? value["Id"] : name,
    name: typeof value["Name"] === "string" ? value["Name"].replace(/^\//, "") : name,
    tty: config["Tty"] === true,
    openStdin: config["OpenStdin"] === true,
    running: state["Running"] === true,
    paused: state["Paused"] === true,
    restarting: state["Restarting"] === true,
    autoRemove: host["AutoRemove"] === true,
    exitCode: typeof state["ExitCode"] === "number" ? state["ExitCode"] : 0,
  };
}

export async function hasTerminal(cli: Cli, name: string): Promise<boolean> {
  return (await containerFacts(cli, name)).tty;
}
