import { API_VERSION } from "../../client/engine.ts";
import type { Flags } from "./flag.ts";

/** Why the daemon cannot serve one of the flags that were given; undefined when it can. */
export function refuseFlags(flags: Flags, changed: ReadonlySet<string>): string | undefined {
  for (const name of [...changed].sort()) {
    const traits = flags[name]?.traits;
    if (traits?.apiVersion !== undefined)
      return `"--${name}" requires API version ${traits.apiVersion}, but the Docker daemon API version is ${API_VERSION}`;
    if (traits?.daemonOs !== undefined)
      return `"--${name}" is only supported on a Docker daemon running on ${traits.daemonOs}, but the Docker daemon is running on linux`;
    if (traits?.experimental === true)
      return `"--${name}" is only supported on a Docker daemon with experimental features enabled`;
  }
  return undefined;
}
