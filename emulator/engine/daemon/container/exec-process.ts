import type { Process } from "../../../spec/oci-runtime.ts";
import type { ContainerRecord } from "../../records.ts";
import type { Daemon } from "../daemon.ts";
import { allCapabilities, effectiveCapabilities } from "../spec/capabilities.ts";
import { containerEnvironment, overlayEnvironment, withHome } from "../spec/environment.ts";
import { noNewPrivileges } from "../spec/security.ts";
import { capabilitySets, rlimits } from "../spec/spec.ts";
import { resolveUser } from "../spec/user.ts";

export interface ExecRequest {
  readonly args: readonly string[];
  readonly env: readonly string[];
  /** Empty: the container's. */
  readonly user: string;
  readonly workingDir: string;
  readonly tty: boolean;
  readonly privileged: boolean;
  readonly consoleSize: readonly [number, number] | undefined;
}

/** A further process of a running container, as the OCI runtime wants it described. */
export async function execProcess(daemon: Daemon, container: ContainerRecord, request: ExecRequest): Promise<Process> {
  const { config, hostConfig } = container;
  const { mergedDir } = daemon.world.snapshotter.describe(container.id);
  const user = await resolveUser(
    daemon.world.files,
    mergedDir,
    request.user || (config.User ?? ""),
    hostConfig.GroupAdd ?? [],
  );
  const capabilities =
    request.privileged || hostConfig.Privileged === true
      ? allCapabilities
      : effectiveCapabilities(false, hostConfig.CapAdd, hostConfig.CapDrop);
  const environment = containerEnvironment({
    hostname: config.Hostname ?? "",
    tty: request.tty,
    links: [],
    env: config.Env ?? [],
  });
  const [height = 0, width = 0] = request.consoleSize ?? [];
  return {
    terminal: request.tty,
    ...(request.tty && height > 0 && width > 0 ? { consoleSize: { height, width } } : {}),
    user: { uid: user.uid, gid: user.gid, additionalGids: user.additionalGids },
    args: request.args,
    env: withHome(overlayEnvironment(environment, request.env), user.home),
    cwd: request.workingDir || config.WorkingDir || "/",
    capabilities: capabilitySets(user.uid, capabilities),
    ...rlimits(hostConfig),
    noNewPrivileges: noNewPrivileges(hostConfig),
    oomScoreAdj: hostConfig.OomScoreAdj ?? 0,
  };
}
