import type { ContainerConfig } from "../../../spec/engine-api.generated.ts";
import type { HealthConfig, RunConfig } from "../../../spec/oci-image.ts";
import type { ConfigBody, HealthcheckBody } from "../../container-body.ts";
import { InvalidParameter } from "../../errors.ts";

/** Maps as Go prints them: by key. */
export function sortedMap<V>(map: Readonly<Record<string, V>> | null | undefined): Record<string, V> {
  return Object.fromEntries(Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function keySet(
  ...maps: (Readonly<Record<string, unknown>> | null | undefined)[]
): Record<string, Record<string, never>> {
  const keys = new Set(maps.flatMap((map) => Object.keys(map ?? {})));
  return Object.fromEntries([...keys].sort().map((key) => [key, {}]));
}

/** `80` is `80/tcp`. */
function portSet(ports: Readonly<Record<string, unknown>> | null | undefined): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(ports ?? {}).map((port) => [port.includes("/") ? port : `${port}/tcp`, {}] as const),
  );
}

/** The request laid over the image's configuration; the fields and their order are those of `docker inspect`. */
export function mergeConfig(body: ConfigBody, image: RunConfig | undefined, hostname: string): ContainerConfig {
  const { entrypoint, cmd } = command(body, image);
  const exposed = keySet(portSet(body.ExposedPorts), portSet(image?.ExposedPorts));
  const volumes = keySet(body.Volumes, image?.Volumes);
  const healthcheck = mergeHealthcheck(body.Healthcheck, image?.Healthcheck);
  const stopSignal = body.StopSignal || image?.StopSignal;
  return {
    Hostname: hostname,
    Domainname: body.Domainname ?? "",
    User: body.User || (image?.User ?? ""),
    AttachStdin: body.AttachStdin ?? false,
    AttachStdout: body.AttachStdout ?? false,
    AttachStderr: body.AttachStderr ?? false,
    ...(Object.keys(exposed).length > 0 ? { ExposedPorts: exposed } : {}),
    Tty: body.Tty ?? false,
    OpenStdin: body.OpenStdin ?? false,
    StdinOnce: body.StdinOnce ?? false,
    Env: mergeEnvironment(body.Env ?? [], image?.Env ?? []),
    Cmd: cmd as string[],
    ...(healthcheck === undefined ? {} : { Healthcheck: healthcheck }),
    ...(body.ArgsEscaped === true ? { ArgsEscaped: true } : {}),
    Image: body.Image ?? "",
    Volumes: Object.keys(volumes).length > 0 ? volumes : (null as never),
    WorkingDir: body.WorkingDir || (image?.WorkingDir ?? ""),
    Entrypoint: entrypoint as string[],
    ...(body.NetworkDisabled === true ? { NetworkDisabled: true } : {}),
    ...(body.MacAddress ? { MacAddress: body.MacAddress } : {}),
    OnBuild: null,
    Labels: sortedMap({ ...(image?.Labels ?? {}), ...(body.Labels ?? {}) }),
    ...(stopSignal ? { StopSignal: stopSignal } : {}),
    ...(typeof body.StopTimeout === "number" ? { StopTimeout: body.StopTimeout } : {}),
    ...(body.Shell && body.Shell.length > 0 ? { Shell: body.Shell } : {}),
  };
}

function command(
  body: ConfigBody,
  image: RunConfig | undefined,
): { entrypoint: readonly string[] | null; cmd: readonly string[] | null } {
  let entrypoint: readonly string[] | null = body.Entrypoint ?? null;
  let cmd: readonly string[] | null = body.Cmd ?? null;
  if (entrypoint === null || entrypoint.length === 0) {
    if (cmd === null || cmd.length === 0) cmd = image?.Cmd ?? null;
    if (entrypoint === null) entrypoint = image?.Entrypoint ?? null;
  }
  // `--entrypoint ""` asks for none at all.
  if (entrypoint?.length === 1 && entrypoint[0] === "") entrypoint = null;
  if ((entrypoint?.length ?? 0) === 0 && (cmd?.length ?? 0) === 0) throw new InvalidParameter("no command specified");
  return { entrypoint, cmd };
}

/** What the request says first, then what only the image says. */
function mergeEnvironment(own: readonly string[], image: readonly string[]): string[] {
  const names = new Set(own.map(variableName));
  return [...own, ...image.filter((entry) => !names.has(variableName(entry)))];
}

function variableName(entry: string): string {
  return entry.split("=", 1)[0] ?? entry;
}

function mergeHealthcheck(
  own: HealthcheckBody | null | undefined,
  image: HealthConfig | undefined,
): ContainerConfig["Healthcheck"] {
  if (!own && image === undefined) return undefined;
  const test = own?.Test && own.Test.length > 0 ? own.Test : image?.Test;
  const number = (name: "Interval" | "Timeout" | "StartPeriod" | "StartInterval" | "Retries") => {
    const value = own?.[name] || image?.[name] || 0;
    return value === 0 ? {} : { [name]: value };
  };
  return {
    ...(test === undefined ? {} : { Test: test }),
    ...number("Interval"),
    ...number("Timeout"),
    ...number("StartPeriod"),
    ...number("StartInterval"),
    ...number("Retries"),
  };
}
