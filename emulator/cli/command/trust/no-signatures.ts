import { StatusError, type Cli } from "../../command.ts";

/** Signatures are kept by a server that cannot be reached from here. */
export async function noSignatures(cli: Cli, name: string): Promise<never> {
  await cli.out("[]\n");
  throw new StatusError(1, `no signatures or cannot access ${name}`);
}
