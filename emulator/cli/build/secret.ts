import type { Cli } from "../command.ts";
import { parseCsv } from "../flag/list.ts";
import { openError } from "../opts/open-error.ts";
import { resolvePath } from "../opts/path.ts";

/** One `--secret`: the value of a file, or of an environment variable. */
export interface Secret {
  readonly id: string;
  readonly file: string;
  readonly env: string;
}

const LIMIT = 500 * 1024;

/** `id=token,src=path`, `id=token,env=TOKEN`, `type=env,id=token`. Throws with buildx's words. */
export function parseSecret(text: string): Secret {
  let [type, id, file, env] = ["", "", "", ""];
  for (const field of parseCsv(text)) {
    const at = field.indexOf("=");
    if (at === -1) throw new Error(`invalid field '${field}' must be a key=value pair`);
    const key = field.slice(0, at).toLowerCase();
    const value = field.slice(at + 1);
    if (key === "type") {
      if (value !== "file" && value !== "env") throw new Error(`unsupported secret type ${JSON.stringify(value)}`);
      type = value;
    } else if (key === "id") id = value;
    else if (key === "source" || key === "src") file = value;
    else if (key === "env") env = value;
    else throw new Error(`unexpected key '${key}' in '${field}'`);
  }
  if (type === "env" && env === "") return { id, file: "", env: file };
  return { id, file, env };
}

export async function readSecrets(cli: Cli, secrets: readonly Secret[]): Promise<Record<string, Uint8Array>> {
  const values = await Promise.all(secrets.map(async (secret) => [secret.id, await readSecret(cli, secret)] as const));
  return Object.fromEntries(values);
}

async function readSecret(cli: Cli, { id, file, env }: Secret): Promise<Uint8Array> {
  if (id === "") throw new Error("secret missing ID");
  const named = env === "" && file === "" && cli.invocation.env[id] !== undefined ? id : env;
  if (named !== "") return new TextEncoder().encode(cli.invocation.env[named] ?? "");
  const path = file === "" ? id : file;
  const bytes = await cli.invocation.files.read(resolvePath(cli.invocation.cwd, path)).catch((error: unknown) => {
    throw new Error(`failed to stat ${path}: ${openError(error, path, "stat").message}`);
  });
  if (bytes.length > LIMIT) throw new Error(`secret ${id} too big. max size 500KB`);
  return bytes;
}
