import type { HostConfig } from "../../../spec/engine-api.generated.ts";
import type { Seccomp } from "../../../spec/oci-runtime.ts";
import { InvalidParameter } from "../../errors.ts";
import type { SeccompOption } from "../../world.ts";
import { defaultCapabilities } from "./capabilities.ts";

/** crun's annotation for a filter that is compiled already. */
export const seccompAnnotation = "run.oci.seccomp_bpf_data";

export interface SeccompChoice {
  readonly bpf?: string;
  readonly profile?: Seccomp;
}

function option(host: HostConfig, name: string): string | undefined {
  for (const text of host.SecurityOpt ?? []) {
    const match = /^([a-z-]+)[=:](.*)$/s.exec(text);
    if (match?.[1] === name) return match[2] ?? "";
    if (text === name) return "";
  }
  return undefined;
}

/** The compiled default profile where it fits, a profile for other capabilities or of the user's, or none. */
export function chooseSeccomp(
  host: HostConfig,
  capabilities: readonly string[],
  seccomp: SeccompOption | undefined,
): SeccompChoice {
  const asked = option(host, "seccomp");
  if (asked === "unconfined" || (host.Privileged === true && asked === undefined)) return {};
  if (asked !== undefined && asked !== "" && asked !== "builtin") return { profile: parseProfile(asked) };
  if (seccomp === undefined) return {};
  const isDefault =
    capabilities.length === defaultCapabilities.length &&
    defaultCapabilities.every((capability) => capabilities.includes(capability));
  return isDefault ? { bpf: seccomp.bpf } : { profile: seccomp.profile(capabilities) };
}

function parseProfile(text: string): Seccomp {
  const fail = (reason: string): never => {
    throw new InvalidParameter(`Decoding seccomp profile failed: ${reason}`);
  };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
  if (typeof parsed !== "object" || parsed === null || !("defaultAction" in parsed))
    return fail("json: no defaultAction");
  // crun checks the rest and says what is wrong with it.
  return parsed as Seccomp;
}

export function noNewPrivileges(host: HostConfig): boolean {
  const asked = option(host, "no-new-privileges");
  return asked !== undefined && !/^(false|0|f)$/i.test(asked);
}

/** `systempaths=unconfined`: nothing of /proc and /sys is masked. */
export function pathsUnconfined(host: HostConfig): boolean {
  return option(host, "systempaths") === "unconfined";
}
