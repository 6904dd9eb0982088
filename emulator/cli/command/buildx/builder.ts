import * as system from "../../../client/system.ts";
import type { Cli } from "../../command.ts";

/** The BuildKit whose Dockerfiles and progress this builder follows. */
export const BUILDKIT_VERSION = "v0.22.0";
/** What `docker buildx version` says: the plugin that came with this version of Docker's client. */
export const BUILDX_VERSION = "github.com/docker/buildx v0.24.0 d0e5e86c8b88ae4865040bc96917c338f4dd673c";

/** The one builder there is: the engine itself. */
export async function loadBuilder(cli: Cli): Promise<{ readonly platforms: readonly string[] }> {
  const { Os = "linux", Arch = "386" } = await system.version(cli.engine);
  return { platforms: [`${Os}/${Arch}`] };
}
