import type { SystemVersion } from "../../../spec/engine-api.generated.ts";
import { apiVersion, minimumApiVersion, serverVersion } from "../../router/route.ts";
import type { HostFacts } from "../../world.ts";

/** Docker's version that the engine answers like, with the product's name where semantic versions have a build's name. */
export const productVersion = `${serverVersion}+drydock`;

/** `docker version`: the server's half. */
export function systemVersion(host: HostFacts): SystemVersion {
  const engine = {
    ApiVersion: apiVersion,
    Arch: host.architecture,
    BuildTime: "",
    Experimental: "false",
    GitCommit: "",
    GoVersion: "",
    KernelVersion: host.kernelVersion,
    MinAPIVersion: minimumApiVersion,
    Os: "linux",
  };
  return {
    Platform: { Name: "Drydock" },
    Components: [
      { Name: "Engine", Version: productVersion, Details: engine },
      { Name: "crun", Version: host.runtimeVersion ?? "", Details: {} },
    ],
    Version: productVersion,
    ApiVersion: apiVersion,
    MinAPIVersion: minimumApiVersion,
    GitCommit: "",
    GoVersion: "",
    Os: "linux",
    Arch: host.architecture,
    KernelVersion: host.kernelVersion,
    BuildTime: "",
  };
}
