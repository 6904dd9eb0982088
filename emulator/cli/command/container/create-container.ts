import * as containers from "../../../client/container.ts";
import { type Cli } from "../../command.ts";
import type { CreateBody } from "../../../client/container.ts";
import { errorCodeOf } from "../../opts/open-error.ts";
import { EngineError } from "../../../client/error.ts";
import { familiarString, parseAnyReference, withDefaultTag } from "../../reference.ts";
import { pullImage } from "../image/pull-image.ts";

export interface CreationFlags {
  readonly name: string;
  readonly platform: string;
  readonly pull: string;
  readonly quiet: boolean;
}

export function checkPullPolicy(policy: string): void {
  if (policy === "always" || policy === "missing" || policy === "never" || policy === "") return;
  throw new Error(`invalid pull option: '${policy}': must be one of "always", "missing" or "never"`);
}

/** Makes a container, pulling its image as `--pull` says, and returns its id. */
export async function createContainer(cli: Cli, body: CreateBody, flags: CreationFlags): Promise<string> {
  const idFile = body.HostConfig.ContainerIDFile ?? "";
  if (idFile !== "") await reserveIdFile(cli, idFile);
  const reference = parseAnyReference(body.Image ?? "");
  const named = reference === undefined ? undefined : withDefaultTag(reference);
  const pull = (): Promise<void> =>
    pullImage(cli, { name: body.Image ?? "", platform: flags.platform, quiet: flags.quiet, to: "err" });
  if (flags.pull === "always") await pull();
  const options = {
    ...(flags.name === "" ? {} : { name: flags.name }),
    ...(flags.platform === "" ? {} : { platform: flags.platform }),
  };
  const create = (): ReturnType<typeof containers.create> => containers.create(cli.engine, body, options);
  const created = await create().catch(async (error: unknown) => {
    const missing = error instanceof EngineError && error.status === 404 && error.message.startsWith("No such image");
    if (!missing || named === undefined || (flags.pull !== "missing" && flags.pull !== "")) throw error;
    if (!flags.quiet) await cli.err(`Unable to find image '${familiarString(named)}' locally\n`);
    await pull();
    return create();
  });
  for (const warning of created.Warnings) await cli.err(`WARNING: ${warning}\n`);
  if (idFile !== "") await cli.invocation.files.write(idFile, new TextEncoder().encode(created.Id));
  return created.Id;
}

async function reserveIdFile(cli: Cli, path: string): Promise<void> {
  const { files } = cli.invocation;
  if ((await files.stat(path)) !== undefined)
    throw new Error(`container ID file found, make sure the other container isn't running or delete ${path}`);
  const directory = path.includes("/") ? path.slice(0, path.lastIndexOf("/") + 1) : ".";
  const parent = await files.stat(directory).catch((error: unknown) => {
    if (errorCodeOf(error) === undefined) throw error;
    return undefined;
  });
  if (parent === undefined)
    throw new Error(`failed to create the container ID file: open ${path}: no such file or directory`);
}
