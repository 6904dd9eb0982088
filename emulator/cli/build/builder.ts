import { StatusError } from "../command.ts";
import { parseBool } from "../flag/scalar.ts";

export const LEGACY_NOTICE = `DEPRECATED: The legacy builder is deprecated and will be removed in a future release.
            BuildKit is currently disabled; enable it by removing the DOCKER_BUILDKIT=0
            environment-variable.

`;

/** Whether BuildKit builds: always, unless DOCKER_BUILDKIT says no. */
export function isBuildKit(env: Readonly<Record<string, string>>): boolean {
  const value = env["DOCKER_BUILDKIT"] ?? "";
  if (value === "") return true;
  try {
    return parseBool(value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StatusError(1, `DOCKER_BUILDKIT environment variable expects boolean value: ${reason}`);
  }
}
