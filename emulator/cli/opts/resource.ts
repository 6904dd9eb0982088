import type { Resources } from "../../spec/engine-api.generated.ts";
import { InvalidFlagValue, repeated, type Flag } from "../flag/flag.ts";
import { quote } from "../flag/scalar.ts";
import { parseBytes } from "./size.ts";

type Ulimit = NonNullable<Resources["Ulimits"]>[number];

const limits = new Set(
  "core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack".split(" "),
);

/** `name=soft[:hard]`; a later one of the same name replaces the earlier. */
export function ulimits(usage: string, initial: readonly Ulimit[] = []): Flag<readonly Ulimit[]> {
  const flag = repeated<Ulimit>({
    shorthand: "",
    usage,
    word: "ulimit",
    initial,
    shownDefault: "[]",
    parse: parseUlimit,
  });
  return {
    ...flag,
    set(text, previous) {
      const parsed = parseUlimit(text);
      return [...previous.filter((limit) => limit.Name !== parsed.Name), parsed];
    },
  };
}

function parseUlimit(text: string): Ulimit {
  const at = text.indexOf("=");
  if (at === -1) throw new InvalidFlagValue(`invalid ulimit argument: ${text}`);
  const name = text.slice(0, at);
  const values = text.slice(at + 1);
  if (!limits.has(name)) throw new InvalidFlagValue(`invalid ulimit type: ${name}`);
  const parts = values.split(":");
  if (parts.length > 2)
    throw new InvalidFlagValue(`too many limit value arguments - ${values}, can only have up to two, \`soft[:hard]\``);
  const [soft = 0, hard = soft] = parts.map(limitValue);
  if (hard !== -1 && soft === -1)
    throw new InvalidFlagValue(
      `ulimit soft limit must be less than or equal to hard limit: soft: -1 (unlimited), hard: ${hard}`,
    );
  if (hard !== -1 && soft > hard)
    throw new InvalidFlagValue(`ulimit soft limit must be less than or equal to hard limit: ${soft} > ${hard}`);
  return { Name: name, Hard: hard, Soft: soft };
}

function limitValue(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new InvalidFlagValue(`strconv.ParseInt: parsing ${quote(text)}: invalid syntax`);
  return Number(text);
}

export function throttleDevices(
  usage: string,
  kind: "bps" | "iops",
): Flag<readonly { readonly Path: string; readonly Rate: number }[]> {
  return repeated({ shorthand: "", usage, word: "list", shownDefault: "[]", parse: (text) => throttle(text, kind) });
}

function throttle(text: string, kind: "bps" | "iops"): { Path: string; Rate: number } {
  const [path, rate] = deviceAndValue(text);
  const example =
    kind === "bps"
      ? "<device-path>:<number>[<unit>]. Number must be a positive integer. Unit is optional and can be kb, mb, or gb"
      : "<device-path>:<number>. Number must be a positive integer";
  const invalid = (): never => {
    throw new InvalidFlagValue(`invalid rate for device: ${text}. The correct format is ${example}`);
  };
  if (kind === "iops") return /^\d+$/.test(rate) ? { Path: path, Rate: Number(rate) } : invalid();
  try {
    return { Path: path, Rate: parseBytes(rate) };
  } catch {
    return invalid();
  }
}

export function weightDevices(usage: string): Flag<readonly { readonly Path: string; readonly Weight: number }[]> {
  const parse = (text: string): { Path: string; Weight: number } => {
    const [path, value] = deviceAndValue(text);
    const weight = Number(value);
    if (!/^\d+$/.test(value) || (weight > 0 && (weight < 10 || weight > 1000)))
      throw new InvalidFlagValue(`invalid weight for device: ${text}`);
    return { Path: path, Weight: weight };
  };
  return repeated({ shorthand: "", usage, word: "list", shownDefault: "[]", parse });
}

function deviceAndValue(text: string): [path: string, value: string] {
  const at = text.indexOf(":");
  if (at <= 0) throw new InvalidFlagValue(`bad format: ${text}`);
  const path = text.slice(0, at);
  if (!path.startsWith("/dev/")) throw new InvalidFlagValue(`bad format for device path: ${text}`);
  return [path, text.slice(at + 1)];
}

export function validateDeviceCgroupRule(text: string): string {
  if (/^[acb] ([0-9]+|\*):([0-9]+|\*) [rwm]{1,3}$/.test(text)) return text;
  throw new InvalidFlagValue(`invalid device cgroup format '${text}'`);
}

/** `/dev/x[:/dev/y][:rwm]`. */
export function parseDevice(text: string): {
  PathOnHost: string;
  PathInContainer: string;
  CgroupPermissions: string;
} {
  const parts = text.split(":");
  const isMode = (part: string): boolean => /^[rwm]+$/.test(part) && new Set(part).size === part.length;
  const [host = "", second, third] = parts;
  if (parts.length > 3 || host === "" || second === "") throw new Error(`bad format for path: ${text}`);
  if (third !== undefined && !isMode(third)) throw new Error(`bad mode specified: ${third}`);
  const secondIsMode = second !== undefined && third === undefined && isMode(second);
  const inside = second === undefined || secondIsMode ? host : second;
  if (!inside.startsWith("/")) throw new Error(`${inside} is not an absolute path`);
  return {
    PathOnHost: host,
    PathInContainer: inside,
    CgroupPermissions: third ?? (secondIsMode ? second : "rwm"),
  };
}
