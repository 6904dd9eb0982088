import type { HostConfig, RestartPolicy } from "../../spec/engine-api.generated.ts";
import { InvalidFlagValue } from "../flag/flag.ts";

/** `no`, `always`, `unless-stopped`, `on-failure[:N]`; names are for the engine to judge. */
export function parseRestartPolicy(text: string): RestartPolicy {
  if (text === "") return { Name: "", MaximumRetryCount: 0 };
  const at = text.indexOf(":");
  const name = at === -1 ? text : text.slice(0, at);
  if (name === "") throw new Error("invalid restart policy format: no policy provided before colon");
  const count = at === -1 || text.slice(at + 1) === "" ? "0" : text.slice(at + 1);
  if (!/^[+-]?\d+$/.test(count))
    throw new Error("invalid restart policy format: maximum retry count must be an integer");
  return { Name: name as NonNullable<RestartPolicy["Name"]>, MaximumRetryCount: Number(count) };
}

export function validateLink(text: string): string {
  const parts = text.split(":");
  if (text === "") throw new InvalidFlagValue("empty string specified for links");
  if (parts.length > 2) throw new InvalidFlagValue(`bad format for links: ${text}`);
  return text;
}

export function validateSysctl(text: string): string {
  const known = new Set([
    "kernel.msgmax",
    "kernel.msgmnb",
    "kernel.msgmni",
    "kernel.sem",
    "kernel.shmall",
    "kernel.shmmax",
    "kernel.shmmni",
    "kernel.shm_rmid_forced",
  ]);
  const at = text.indexOf("=");
  const name = at === -1 ? "" : text.slice(0, at);
  if (known.has(name) || name.startsWith("net.") || name.startsWith("fs.mqueue.")) return text;
  throw new InvalidFlagValue(`sysctl '${text}' is not allowed`);
}

export function parseAttach(text: string): string {
  const stream = text.toLowerCase();
  if (["stdin", "stdout", "stderr"].includes(stream)) return stream;
  throw new InvalidFlagValue("valid streams are STDIN, STDOUT and STDERR");
}

export interface Security {
  readonly options: string[];
  readonly paths: Pick<HostConfig, "MaskedPaths" | "ReadonlyPaths">;
}

/** `--security-opt`; `readFile` gives the text of a seccomp profile. */
export async function parseSecurity(
  given: readonly string[],
  readFile: (path: string) => Promise<string>,
): Promise<Security> {
  const options: string[] = [];
  let paths: Security["paths"] = {};
  for (const option of given) {
    const separator = option.includes("=") ? "=" : ":";
    const at = option.indexOf(separator);
    const key = at === -1 ? option : option.slice(0, at);
    const value = at === -1 ? undefined : option.slice(at + 1);
    if (value === undefined && key !== "no-new-privileges") throw new Error(`Invalid --security-opt: "${option}"`);
    if (option === "systempaths=unconfined") paths = { MaskedPaths: [], ReadonlyPaths: [] };
    else if (key === "seccomp" && value !== undefined && value !== "unconfined" && value !== "builtin")
      options.push(`seccomp=${await readProfile(value, readFile)}`);
    else options.push(option);
  }
  return { options, paths };
}

async function readProfile(path: string, readFile: (path: string) => Promise<string>): Promise<string> {
  const text = await readFile(path).catch((error: unknown) => {
    throw new Error(
      `opening seccomp profile (${path}) failed: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  });
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (error) {
    throw new Error(
      `compacting json for seccomp profile (${path}) failed: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}
