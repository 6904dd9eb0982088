import type { SystemInfo } from "../../spec/engine-api.generated.ts";
import { CLIENT_VERSION } from "../version.ts";
import { bytesSize } from "./units.ts";

export const clientInfoText = `Client:\n Version:    ${CLIENT_VERSION}\n Context:    default\n Debug Mode: false\n`;

/** `docker info` about the engine: one fact a line, in Docker's order. */
export function serverInfoText(info: SystemInfo): string {
  return [
    ` Containers: ${info.Containers ?? 0}`,
    `  Running: ${info.ContainersRunning ?? 0}`,
    `  Paused: ${info.ContainersPaused ?? 0}`,
    `  Stopped: ${info.ContainersStopped ?? 0}`,
    ` Images: ${info.Images ?? 0}`,
    ...line("Server Version", info.ServerVersion),
    ...line("Storage Driver", info.Driver),
    ...(info.DriverStatus ?? []).map(([name = "", value = ""]) => `  ${name}: ${value}`),
    ...line("Logging Driver", info.LoggingDriver),
    ...line("Cgroup Driver", info.CgroupDriver),
    ...line("Cgroup Version", info.CgroupVersion),
    " Plugins:",
    `  Volume: ${(info.Plugins?.Volume ?? []).join(" ")}`,
    `  Network: ${(info.Plugins?.Network ?? []).join(" ")}`,
    ...((info.Plugins?.Authorization ?? []).length > 0
      ? [`  Authorization: ${(info.Plugins?.Authorization ?? []).join(" ")}`]
      : []),
    `  Log: ${(info.Plugins?.Log ?? []).join(" ")}`,
    ` Swarm: ${info.Swarm?.LocalNodeState ?? "inactive"}`,
    ...runtimes(info),
    ...security(info),
    ...line("Kernel Version", info.KernelVersion),
    ...line("Operating System", info.OperatingSystem),
    ...line("OSType", info.OSType),
    ...line("Architecture", info.Architecture),
    ` CPUs: ${info.NCPU ?? 0}`,
    ` Total Memory: ${bytesSize(info.MemTotal ?? 0)}`,
    ...line("Name", info.Name),
    ...line("ID", info.ID),
    ` Docker Root Dir: ${info.DockerRootDir ?? ""}`,
    ` Debug Mode: ${String(info.Debug ?? false)}`,
    ...line("HTTP Proxy", info.HttpProxy),
    ...line("HTTPS Proxy", info.HttpsProxy),
    ...line("No Proxy", info.NoProxy),
    ...((info.Labels ?? []).length > 0 ? [" Labels:", ...(info.Labels ?? []).map((label) => `  ${label}`)] : []),
    ` Experimental: ${String(info.ExperimentalBuild ?? false)}`,
    ...registries(info),
    ` Live Restore Enabled: ${String(info.LiveRestoreEnabled ?? false)}`,
    ...line("Product License", info.ProductLicense),
    "",
  ].join("\n");
}

function line(label: string, value: string | undefined): string[] {
  return value === undefined || value === "" ? [] : [` ${label}: ${value}`];
}

function runtimes(info: SystemInfo): string[] {
  const names = Object.keys(info.Runtimes ?? {}).sort();
  if (names.length === 0) return [];
  const commit = (label: string, known: { readonly ID?: string; readonly Expected?: string } | undefined): string => {
    const { ID = "", Expected = "" } = known ?? {};
    return ` ${label} version: ${ID}${ID === Expected || Expected === "" ? "" : ` (expected: ${Expected})`}`;
  };
  return [
    ` Runtimes: ${names.join(" ")}`,
    ` Default Runtime: ${info.DefaultRuntime ?? ""}`,
    ` Init Binary: ${info.InitBinary ?? ""}`,
    commit("containerd", info.ContainerdCommit),
    commit("runc", info.RuncCommit),
    commit("init", info.InitCommit),
  ];
}

/** `name=seccomp,profile=builtin` becomes a name with its options below it. */
function security(info: SystemInfo): string[] {
  const options = info.SecurityOptions ?? [];
  if (options.length === 0) return [];
  const shown = options.flatMap((option) => {
    const pairs = option.split(",").map((pair) => pair.split("=", 2));
    const name = pairs.find(([key]) => key === "name")?.[1] ?? option;
    const details = pairs.filter(([key]) => key !== "name");
    return [`  ${name}`, ...details.map(([key = "", value = ""]) => `   ${capital(key)}: ${value}`)];
  });
  return [" Security Options:", ...shown];
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function registries(info: SystemInfo): string[] {
  const config = info.RegistryConfig as
    | {
        readonly InsecureRegistryCIDRs?: readonly string[] | null;
        readonly Mirrors?: readonly string[] | null;
        readonly IndexConfigs?: Readonly<Record<string, { readonly Secure?: boolean }>> | null;
      }
    | null
    | undefined;
  if (config === null || config === undefined) return [];
  const named = Object.entries(config.IndexConfigs ?? {}).filter(([, index]) => index.Secure === false);
  const insecure = [...named.map(([name]) => name), ...(config.InsecureRegistryCIDRs ?? [])];
  const mirrors = config.Mirrors ?? [];
  return [
    ...(insecure.length > 0 ? [" Insecure Registries:", ...insecure.map((name) => `  ${name}`)] : []),
    ...(mirrors.length > 0 ? [" Registry Mirrors:", ...mirrors.map((name) => `  ${name}`)] : []),
  ];
}
