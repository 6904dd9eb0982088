import type { HostConfigBody, MountBody } from "../../container-body.ts";
import { InvalidParameter, messageOf } from "../../errors.ts";

/** A mount as asked for with `-v` or `--mount`, checked; volumes have no source yet. */
export interface MountRequest {
  readonly type: "bind" | "volume" | "tmpfs";
  /** Host path of a bind, name of a volume (empty: anonymous). */
  readonly source: string;
  readonly destination: string;
  readonly readOnly: boolean;
  readonly mode: string;
  readonly propagation: string;
  readonly copyUp: boolean;
  readonly createSource: boolean;
  readonly nonRecursive: boolean;
  readonly driver: string;
  readonly driverOptions: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly subpath: string | undefined;
  readonly tmpfsOptions: string | undefined;
}

const propagations = ["private", "rprivate", "shared", "rshared", "slave", "rslave"];
const modeGroups: readonly (readonly string[])[] = [
  ["rw", "ro"],
  ["z", "Z"],
  ["nocopy"],
  ["consistent", "cached", "delegated"],
  propagations,
];

function isMode(mode: string): boolean {
  if (mode === "") return true;
  const used = new Set<number>();
  return mode.split(",").every((word) => {
    const group = modeGroups.findIndex((words) => words.includes(word));
    if (group < 0 || used.has(group)) return false;
    used.add(group);
    return true;
  });
}

/** `source:destination:mode`, `source:destination` or `destination`. */
export function parseBind(raw: string, volumeDriver: string): MountRequest {
  const parts = raw.split(":");
  const invalid = `invalid volume specification: '${raw}'`;
  if (parts.length > 3 || parts[0] === "") throw new InvalidParameter(invalid);
  const [first = "", second, mode = ""] = parts;
  if (parts.length === 2 && second !== undefined && second !== "" && isMode(second))
    throw new InvalidParameter(invalid);
  if (!isMode(mode)) throw new InvalidParameter(`invalid mode: ${mode}`);
  const source = second === undefined ? "" : first;
  const words = mode.split(",");
  const isBind = source.startsWith("/");
  const propagation = words.find((word) => propagations.includes(word));
  try {
    return checkMount(
      {
        Type: isBind ? "bind" : "volume",
        Source: source,
        Target: second ?? first,
        ReadOnly: words.includes("ro"),
        ...(propagation === undefined ? {} : { BindOptions: { Propagation: propagation } }),
        ...(isBind
          ? {}
          : { VolumeOptions: { NoCopy: words.includes("nocopy"), DriverConfig: { Name: volumeDriver } } }),
      },
      { mode, createSource: true },
    );
  } catch (error) {
    throw new InvalidParameter(`${invalid}: ${messageOf(error)}`);
  }
}

export function parseMount(mount: MountBody): MountRequest {
  return checkMount(mount, { mode: "", createSource: mount.BindOptions?.CreateMountpoint === true });
}

function checkMount(mount: MountBody, given: { mode: string; createSource: boolean }): MountRequest {
  const type = mount.Type ?? "";
  const fail = (reason: string): never => {
    throw new InvalidParameter(`invalid mount config for type "${type}": ${reason}`);
  };
  const extra = (field: "Source" | "BindOptions" | "VolumeOptions" | "TmpfsOptions"): void => {
    if (mount[field]) fail(`field ${field} must not be specified`);
  };
  const absolute = (path: string): void => {
    if (!path.startsWith("/")) fail(`invalid mount path: '${path}' mount path must be absolute`);
  };
  const target = mount.Target ?? "";
  if (target === "") fail("field Target must not be empty");
  if (cleanPath(target) === "/") fail("invalid specification: destination can't be '/'");
  absolute(target);
  const source = mount.Source ?? "";
  const propagation = mount.BindOptions?.Propagation ?? "";
  const common = {
    destination: cleanPath(target),
    readOnly: mount.ReadOnly ?? false,
    mode: given.mode,
    copyUp: false,
    createSource: given.createSource,
    nonRecursive: mount.BindOptions?.NonRecursive ?? false,
    driver: "",
    driverOptions: {},
    labels: {},
    subpath: undefined,
    tmpfsOptions: undefined,
  };
  switch (type) {
    case "bind":
      if (source === "") fail("field Source must not be empty");
      extra("VolumeOptions");
      extra("TmpfsOptions");
      if (propagation !== "" && !propagations.includes(propagation)) fail(`invalid propagation mode: ${propagation}`);
      absolute(source);
      return { ...common, type, source: cleanPath(source), propagation: propagation || "rprivate" };
    case "volume": {
      extra("BindOptions");
      extra("TmpfsOptions");
      if (source === "" && mount.ReadOnly === true) fail("must not set ReadOnly mode when using anonymous volumes");
      const options = mount.VolumeOptions;
      return {
        ...common,
        type,
        source,
        propagation: "",
        copyUp: options?.NoCopy !== true,
        driver: options?.DriverConfig?.Name ?? "",
        driverOptions: options?.DriverConfig?.Options ?? {},
        labels: options?.Labels ?? {},
        subpath: options?.Subpath || undefined,
      };
    }
    case "tmpfs":
      extra("BindOptions");
      extra("VolumeOptions");
      extra("Source");
      return { ...common, type, source: "", propagation: "", tmpfsOptions: tmpfsOptions(mount) };
    default:
      return fail("mount type unknown");
  }
}

function tmpfsOptions(mount: MountBody): string {
  const { SizeBytes: size, Mode: mode } = mount.TmpfsOptions ?? {};
  return [
    ...(mount.ReadOnly === true ? ["ro"] : []),
    ...(mode ? [`mode=${mode.toString(8)}`] : []),
    ...(size ? [`size=${String(size)}`] : []),
  ].join(",");
}

/** `container`, `container:ro`, `container:rw`. */
export function parseVolumesFrom(raw: string): { container: string; readOnly: boolean | undefined } {
  const [container = "", mode] = raw.split(":", 2);
  if (container === "") throw new InvalidParameter(`volumes-from specification cannot be an empty string`);
  if (mode !== undefined && !isMode(mode)) throw new InvalidParameter(`invalid mode: ${mode}`);
  return { container, readOnly: mode === undefined ? undefined : mode.split(",").includes("ro") };
}

/** All mounts of a request in the order they are laid; a destination that comes twice is refused. */
export function parseMounts(host: HostConfigBody): readonly MountRequest[] {
  const seen = new Set(Object.keys(host.Tmpfs ?? {}).map(cleanPath));
  const requests = [
    ...(host.Binds ?? []).map((bind) => parseBind(bind, host.VolumeDriver ?? "")),
    ...(host.Mounts ?? []).map(parseMount),
  ];
  for (const { destination } of requests) {
    if (seen.has(destination)) throw new InvalidParameter(`Duplicate mount point: ${destination}`);
    seen.add(destination);
  }
  for (const path of Object.keys(host.Tmpfs ?? {})) {
    if (!path.startsWith("/")) throw new InvalidParameter(`invalid mount path: '${path}' mount path must be absolute`);
    if (cleanPath(path) === "/") throw new InvalidParameter("invalid specification: destination can't be '/'");
  }
  return requests;
}

/** Lexically: no empty, `.` or `..` parts, no slash at the end. */
export function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `${path.startsWith("/") ? "/" : ""}${parts.join("/")}`;
}
