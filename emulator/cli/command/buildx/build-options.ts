import type { SolveOptions } from "../../../client/build.ts";
import type { Cli } from "../../command.ts";
import { keyValues } from "../../opts/environment.ts";
import { isIp } from "../../opts/address.ts";
import { parseReference } from "../../reference.ts";
import { parseBytes } from "../../opts/size.ts";
import { checkBuilder } from "./builder-flags.ts";
import type { BuildFlagValues } from "./build-flags.ts";

/** What the flags ask of the engine. Throws with buildx's words for what cannot be. */
export function solveOptions(cli: Cli, flags: BuildFlagValues): SolveOptions {
  if (flags["no-cache"] && flags["no-cache-filter"].length > 0)
    throw new Error("--no-cache and --no-cache-filter cannot currently be used together");
  for (const tag of flags.tag) checkTag(tag);
  return {
    t: flags.tag,
    nocache: flags["no-cache"],
    nocachestages: flags["no-cache-filter"],
    pull: flags.pull,
    buildargs: buildArguments(cli, flags["build-arg"]),
    labels: keyValues(flags.label),
    target: flags.target === "" ? undefined : flags.target,
    networkmode: networkMode(flags.network),
    extrahosts: flags["add-host"].map(extraHost),
    shmsize: flags["shm-size"] === 0 ? undefined : flags["shm-size"],
    memory: flags.memory === "" ? undefined : parseBytes(flags.memory),
    cpushares: flags["cpu-shares"] === 0 ? undefined : flags["cpu-shares"],
    cpuperiod: flags["cpu-period"] === 0 ? undefined : flags["cpu-period"],
    cpuquota: flags["cpu-quota"] === 0 ? undefined : flags["cpu-quota"],
    cgroupparent: flags["cgroup-parent"] === "" ? undefined : flags["cgroup-parent"],
    platform: platformOf(cli, flags.platform),
    cachefrom: flags["cache-from"],
    ulimits: flags.ulimit,
  };
}

const driver = (what: string, page: string): Error =>
  new Error(
    `${what} is not supported for the docker driver.\nSwitch to a different driver, or turn on the containerd image store, and try again.\nLearn more at https://docs.docker.com/go/${page}/`,
  );

/** Refuses what this builder, or any without a registry and a network, does not do. */
export function refuseUnsupported(flags: BuildFlagValues): void {
  if (flags.push)
    throw new Error("there is no registry here to push to: leave out --push, and the image is kept by the engine");
  if (flags.ssh.length > 0) throw new Error("--ssh is not supported here: there is no SSH agent to forward");
  if (flags["build-context"].length > 0) throw new Error("--build-context is not supported by this version of Drydock");
  if (flags["cache-to"].some((entry) => !/(?:^|,)type=inline(?:,|$)/.test(entry)))
    throw driver("Cache export", "build-cache-backends");
  const wanted = (value: string): boolean => value !== "" && value !== "false" && !value.includes("disabled=true");
  if (flags.attest.some(wanted) || wanted(flags.provenance) || wanted(flags.sbom))
    throw driver("Attestation", "attestations");
  checkBuilder(flags.builder);
}

function checkTag(tag: string): void {
  try {
    parseReference(tag);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`invalid tag ${JSON.stringify(tag)}: ${reason}`, { cause: error });
  }
}

/** A name without a value takes it from the environment; where that has none, it is not set. */
export function buildArguments({ invocation: { env } }: Cli, given: readonly string[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (const text of given) {
    const at = text.indexOf("=");
    const name = at === -1 ? text : text.slice(0, at);
    if (name === "") throw new Error(`invalid key-value pair ${JSON.stringify(text)}: empty key`);
    const value = at === -1 ? env[name] : text.slice(at + 1);
    if (value !== undefined) result[name] = value;
  }
  const epoch = env["SOURCE_DATE_EPOCH"] ?? "";
  if (epoch !== "") result["SOURCE_DATE_EPOCH"] ??= epoch;
  return result;
}

function networkMode(mode: string): string | undefined {
  if (mode === "" || mode === "default") return undefined;
  if (mode === "host" || mode === "none") return mode;
  throw new Error(
    `network mode ${JSON.stringify(mode)} not supported by buildkit - you can define a custom network for your builder using the network driver-opt in buildx create`,
  );
}

function extraHost(text: string): string {
  const at = text.search(text.includes("=") ? /=/ : /:/);
  const [name, address] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
  const plain = address.replace(/^\[(.*)\]$/, "$1");
  if (name === "" || (plain !== "host-gateway" && !isIp(plain))) throw new Error(`invalid host ${text}`);
  return `${name}:${plain}`;
}

export function platformOf({ invocation: { env } }: Cli, given: readonly string[]): string | undefined {
  const all = given.flatMap((text) => text.split(","));
  if (all.length > 1) throw driver("Multi-platform build", "build-multi-platform");
  const chosen = all[0] ?? env["DOCKER_DEFAULT_PLATFORM"] ?? "";
  return chosen === "" ? undefined : chosen;
}
