import type { HealthConfig } from "../../../spec/engine-api.generated.ts";

export interface HealthFlags {
  readonly "health-cmd": string;
  readonly "health-interval": number;
  readonly "health-timeout": number;
  readonly "health-start-period": number;
  readonly "health-start-interval": number;
  readonly "health-retries": number;
  readonly "no-healthcheck": boolean;
}

const names = [
  "health-interval",
  "health-timeout",
  "health-retries",
  "health-start-period",
  "health-start-interval",
] as const;

/** The health check of `--health-*`; undefined leaves the image's. */
export function healthcheck(flags: HealthFlags): HealthConfig | undefined {
  const any = flags["health-cmd"] !== "" || names.some((name) => flags[name] !== 0);
  if (flags["no-healthcheck"]) {
    if (any) throw new Error("--no-healthcheck conflicts with --health-* options");
    return { Test: ["NONE"] };
  }
  if (!any) return undefined;
  for (const name of names) if (flags[name] < 0) throw new Error(`--${name} cannot be negative`);
  return {
    ...(flags["health-cmd"] === "" ? {} : { Test: ["CMD-SHELL", flags["health-cmd"]] }),
    ...field("Interval", flags["health-interval"]),
    ...field("Timeout", flags["health-timeout"]),
    ...field("StartPeriod", flags["health-start-period"]),
    ...field("StartInterval", flags["health-start-interval"]),
    ...field("Retries", flags["health-retries"]),
  };
}

function field(name: string, value: number): Record<string, number> {
  return value === 0 ? {} : { [name]: value };
}
