import type { HealthConfig, RunConfig } from "../../spec/oci-image.ts";
import { InvalidParameter } from "../errors.ts";
import { parseSignal } from "./signals.ts";
import { parseDuration } from "../timestamp.ts";

type Change = (config: RunConfig, text: string) => RunConfig;

/** The Dockerfile instructions that `docker commit --change` and `docker import --change` take. */
const changes: Readonly<Record<string, Change>> = {
  CMD: (config, text) => ({ ...config, Cmd: command(config, text) }),
  ENTRYPOINT: (config, text) => ({ ...config, Entrypoint: command(config, text) }),
  ENV: (config, text) => ({ ...config, Env: overlay(config.Env ?? [], assignments("ENV", text)) }),
  EXPOSE: (config, text) => ({
    ...config,
    ExposedPorts: withKeys(
      config.ExposedPorts,
      words(text).map((port) => (port.includes("/") ? port : `${port}/tcp`)),
    ),
  }),
  HEALTHCHECK: (config, text) => ({ ...config, Healthcheck: healthcheck(config, text) }),
  LABEL: (config, text) => ({
    ...config,
    Labels: { ...config.Labels, ...Object.fromEntries(assignments("LABEL", text)) },
  }),
  ONBUILD: (config, text) => ({ ...config, OnBuild: [...(config.OnBuild ?? []), text] }),
  STOPSIGNAL: (config, text) => {
    parseSignal(text);
    return { ...config, StopSignal: text };
  },
  USER: (config, text) => ({ ...config, User: text }),
  VOLUME: (config, text) => ({ ...config, Volumes: withKeys(config.Volumes, jsonArray(text) ?? words(text)) }),
  WORKDIR: (config, text) => ({
    ...config,
    WorkingDir: text.startsWith("/") ? text : `${config.WorkingDir ?? ""}/${text}`.replace(/\/+/g, "/"),
  }),
};

/** Throws InvalidParameter `RUN is not a valid change command`. */
export function applyChanges(config: RunConfig, lines: readonly string[]): RunConfig {
  return lines
    .flatMap((text) => text.split("\n"))
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .reduce((changed, line) => {
      const [, name = "", text = ""] = /^(\S+)\s*(.*)$/s.exec(line) ?? [];
      const change = changes[name.toUpperCase()];
      if (change === undefined) throw new InvalidParameter(`${name.toUpperCase()} is not a valid change command`);
      if (text === "") throw new InvalidParameter(`${name.toUpperCase()} requires at least one argument`);
      return change(changed, text);
    }, config);
}

function jsonArray(text: string): string[] | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed) && parsed.every((word) => typeof word === "string")) return parsed;
  } catch {
    // What looks like JSON and is none is a shell command, as in a Dockerfile.
  }
  return undefined;
}

function command(config: RunConfig, text: string): readonly string[] {
  return jsonArray(text) ?? [...(config.Shell ?? ["/bin/sh", "-c"]), text];
}

/** Words of a line: quotes and backslashes as in a Dockerfile. */
function words(text: string): string[] {
  const found: string[] = [];
  const word = /\s*((?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+)/gy;
  for (let match = word.exec(text); match !== null; match = word.exec(text)) found.push(unquote(match[1] ?? ""));
  return found;
}

function unquote(word: string): string {
  return word.replace(
    /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/g,
    (_all, double?: string, single?: string, escaped?: string) =>
      double !== undefined ? double.replace(/\\(.)/g, "$1") : (single ?? escaped ?? ""),
  );
}

/** `a=b c="d e"`, or the older `a b c` where all after the name is the value. */
function assignments(name: string, text: string): [string, string][] {
  const parts = words(text);
  if (parts[0]?.includes("=") !== true) {
    const [, key = "", value] = /^(\S+)\s+(.*)$/s.exec(text) ?? [];
    if (value === undefined) throw new InvalidParameter(`${name} must have two arguments`);
    return [[key, value]];
  }
  return parts.map((part) => {
    const mark = part.indexOf("=");
    if (mark < 0)
      throw new InvalidParameter(
        `Syntax error - can't find = in ${JSON.stringify(part)}. Must be of the form: name=value`,
      );
    return [part.slice(0, mark), part.slice(mark + 1)];
  });
}

function overlay(env: readonly string[], over: readonly [string, string][]): string[] {
  const result = [...env];
  for (const [key, value] of over) {
    const at = result.findIndex((entry) => entry.startsWith(`${key}=`));
    if (at < 0) result.push(`${key}=${value}`);
    else result[at] = `${key}=${value}`;
  }
  return result;
}

function withKeys(
  set: Readonly<Record<string, Record<string, never>>> | null | undefined,
  keys: readonly string[],
): Record<string, Record<string, never>> {
  return { ...set, ...Object.fromEntries(keys.map((key) => [key, {}])) };
}

function healthcheck(config: RunConfig, text: string): HealthConfig {
  const options: Record<string, number> = {};
  let rest = text;
  for (let match = /^--([a-z-]+)=(\S+)\s+/.exec(rest); match !== null; match = /^--([a-z-]+)=(\S+)\s+/.exec(rest)) {
    const [all, name = "", value = ""] = match;
    const field = {
      interval: "Interval",
      timeout: "Timeout",
      "start-period": "StartPeriod",
      "start-interval": "StartInterval",
    }[name];
    const number = name === "retries" ? Number(value) : (parseDuration(value) ?? NaN) * 1e6;
    if ((field === undefined && name !== "retries") || Number.isNaN(number))
      throw new InvalidParameter(`unknown flag: --${name}`);
    options[field ?? "Retries"] = number;
    rest = rest.slice(all.length);
  }
  const [, kind = "", argument = ""] = /^(\S+)\s*(.*)$/s.exec(rest) ?? [];
  switch (kind.toUpperCase()) {
    case "NONE":
      return { Test: ["NONE"] };
    case "CMD": {
      const list = jsonArray(argument);
      return { Test: list === undefined ? ["CMD-SHELL", argument] : ["CMD", ...list], ...options };
    }
    default:
      throw new InvalidParameter(`Unknown type ${JSON.stringify(kind)} in HEALTHCHECK (try CMD)`);
  }
}
