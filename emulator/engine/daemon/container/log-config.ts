import type { LogFile } from "../../runtime.ts";
import { InvalidParameter } from "../../errors.ts";
import type { ContainerRecord } from "../../records.ts";

const jsonFileOptions = [
  "max-file",
  "max-size",
  "compress",
  "labels",
  "labels-regex",
  "env",
  "env-regex",
  "tag",
  "mode",
  "max-buffer-size",
];
const options: Readonly<Record<string, readonly string[]>> = {
  "json-file": jsonFileOptions,
  local: ["max-file", "max-size", "compress", "mode", "max-buffer-size"],
};

/** Names of drivers and options; values are looked at when the container starts, as in Docker. */
export function validateLogConfig(driver: string, config: Readonly<Record<string, string>>): void {
  if (driver === "none") return;
  const known = options[driver];
  if (known === undefined)
    throw new InvalidParameter(`error looking up logging plugin ${driver}: plugin "${driver}" not found`);
  for (const name of Object.keys(config))
    if (!known.includes(name)) throw new InvalidParameter(`unknown log opt '${name}' for ${driver} log driver`);
  const mode = config["mode"];
  if (mode !== undefined && !["", "blocking", "non-blocking"].includes(mode))
    throw new InvalidParameter(`logger: logging mode not supported: ${mode}`);
  if (config["max-buffer-size"] !== undefined && mode !== "non-blocking")
    throw new InvalidParameter(`logger: max-buffer-size option is only supported with 'mode=non-blocking'`);
}

const units: Readonly<Record<string, number>> = { "": 1, k: 1 << 10, m: 1 << 20, g: 1 << 30 };

/** `10k`, `1.5m`, `100`. Throws InvalidParameter `invalid size: 'x'`. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?) ?([kmg]?)(?:i?b)?$/i.exec(text);
  const unit = units[(match?.[2] ?? "").toLowerCase()];
  if (match === null || unit === undefined) throw new InvalidParameter(`invalid size: '${text}'`);
  return Math.floor(Number(match[1]) * unit);
}

export const containerDirectory = (id: string): string => `/var/lib/docker/containers/${id}`;

export function logPath(id: string): string {
  return `${containerDirectory(id)}/${id}-json.log`;
}

/** Where and how the container's output is kept; undefined with driver `none`. Throws InvalidParameter for bad values. */
export function logFile(
  container: ContainerRecord,
  limits: { readonly maxBytes: number; readonly maxFiles: number },
): LogFile | undefined {
  const { Type: driver, Config: config = {} } = container.hostConfig.LogConfig ?? {};
  if (driver === "none") return undefined;
  const size = config["max-size"];
  const files = config["max-file"];
  if (files !== undefined && !/^\d+$/.test(files))
    throw new InvalidParameter(`strconv.Atoi: parsing ${JSON.stringify(files)}: invalid syntax`);
  if (files !== undefined && Number(files) < 1) throw new InvalidParameter("max-file cannot be less than 1");
  return {
    path: logPath(container.id),
    // Without a limit of its own a log still may not fill the guest's memory.
    maxBytes: size === undefined || size === "-1" ? limits.maxBytes : parseSize(size),
    maxFiles: files === undefined ? (size === undefined ? limits.maxFiles : 1) : Number(files),
  };
}

/** What `docker logs --details` shows: labels and variables that the options `labels` and `env` name. */
export function logAttributes(container: ContainerRecord): Record<string, string> {
  const config = container.hostConfig.LogConfig?.Config ?? {};
  const found: Record<string, string> = {};
  const take = (
    source: Readonly<Record<string, string>>,
    names: string | undefined,
    expression: string | undefined,
  ) => {
    for (const name of (names ?? "").split(",")) {
      const value = source[name];
      if (name !== "" && value !== undefined) found[name] = value;
    }
    if (expression !== undefined && expression !== "")
      for (const [name, value] of Object.entries(source)) if (new RegExp(expression).test(name)) found[name] = value;
  };
  take(container.config.Labels ?? {}, config["labels"], config["labels-regex"]);
  const environment = Object.fromEntries(
    (container.config.Env ?? []).map((entry) => {
      const mark = entry.indexOf("=");
      return mark < 0 ? [entry, ""] : [entry.slice(0, mark), entry.slice(mark + 1)];
    }),
  );
  take(environment, config["env"], config["env-regex"]);
  return found;
}
