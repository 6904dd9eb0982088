import { bool, int, string } from "../../flag/scalar.ts";
import { list, strings } from "../../flag/list.ts";
import { withTraits, type FlagValues } from "../../flag/flag.ts";
import { bytes } from "../../opts/size.ts";
import { ulimits } from "../../opts/resource.ts";

const array = (usage: string, shorthand = "") => list(shorthand, usage, { word: "stringArray" });
const hidden = { hidden: true } as const;

/** Flags of `docker buildx build`. The hidden ones are the classic builder's, taken so that old command lines still work. */
export const buildFlags = {
  "add-host": strings("", 'Add a custom host-to-IP mapping (format: "host:ip")'),
  allow: array('Allow extra privileged entitlement (e.g., "network.host", "security.insecure")'),
  annotation: array("Add annotation to the image"),
  attest: array('Attestation parameters (format: "type=sbom,generator=image")'),
  "build-arg": array("Set build-time variables"),
  "build-context": array("Additional build contexts (e.g., name=path)"),
  builder: string("", "Override the configured builder instance"),
  "cache-from": array('External cache sources (e.g., "user/app:cache", "type=local,src=path/to/dir")'),
  "cache-to": array('Cache export destinations (e.g., "user/app:cache", "type=local,dest=path/to/dir")'),
  call: string("", 'Set method for evaluating build ("check", "outline", "targets")', "build"),
  "cgroup-parent": string("", 'Set the parent cgroup for the "RUN" instructions during build'),
  check: bool("", 'Shorthand for "--call=check"'),
  debug: bool("D", "Enable debug logging"),
  file: string("f", 'Name of the Dockerfile (default: "PATH/Dockerfile")'),
  iidfile: string("", "Write the image ID to a file"),
  label: array("Set metadata for an image"),
  load: bool("", 'Shorthand for "--output=type=docker"'),
  "metadata-file": string("", "Write build result metadata to a file"),
  network: string("", 'Set the networking mode for the "RUN" instructions during build', "default"),
  "no-cache": bool("", "Do not use cache when building the image"),
  "no-cache-filter": array("Do not cache specified stages"),
  output: array('Output destination (format: "type=local,dest=path")', "o"),
  platform: array("Set target platform for build"),
  progress: string(
    "",
    'Set type of progress output ("auto", "quiet", "plain", "tty", "rawjson"). Use plain to show container output',
    "auto",
  ),
  provenance: string("", 'Shorthand for "--attest=type=provenance"'),
  pull: bool("", "Always attempt to pull all referenced images"),
  push: bool("", 'Shorthand for "--output=type=registry"'),
  quiet: bool("q", "Suppress the build output and print image ID on success"),
  sbom: string("", 'Shorthand for "--attest=type=sbom"'),
  secret: array('Secret to expose to the build (format: "id=mysecret[,src=/local/secret]")'),
  "shm-size": bytes("", "Shared memory size for build containers"),
  ssh: array('SSH agent socket or keys to expose to the build (format: "default|<id>[=<socket>|<key>[,<key>]]")'),
  tag: array('Name and optionally a tag (format: "name:tag")', "t"),
  target: string("", "Set the target build stage to build"),
  ulimit: ulimits("Ulimit options"),
  compress: withTraits(bool("", "Compress the build context using gzip"), hidden),
  "cpu-period": withTraits(int("", "Limit the CPU CFS (Completely Fair Scheduler) period"), hidden),
  "cpu-quota": withTraits(int("", "Limit the CPU CFS (Completely Fair Scheduler) quota"), hidden),
  "cpu-shares": withTraits(int("c", "CPU shares (relative weight)"), hidden),
  "cpuset-cpus": withTraits(string("", 'CPUs in which to allow execution ("0-3", "0,1")'), hidden),
  "cpuset-mems": withTraits(string("", 'MEMs in which to allow execution ("0-3", "0,1")'), hidden),
  "force-rm": withTraits(bool("", "Always remove intermediate containers"), hidden),
  isolation: withTraits(string("", "Container isolation technology"), hidden),
  memory: withTraits(string("m", "Memory limit"), hidden),
  "memory-swap": withTraits(string("", 'Swap limit equal to memory plus swap: "-1" to enable unlimited swap'), hidden),
  rm: withTraits(bool("", "Remove intermediate containers after a successful build", true), hidden),
  "security-opt": withTraits(strings("", "Security options"), hidden),
  squash: withTraits(bool("", "Squash newly built layers into a single new layer"), hidden),
};

export type BuildFlagValues = FlagValues<typeof buildFlags>;

/** What a flag of the classic builder says when it is used with BuildKit. */
export const flagWarnings: Readonly<Record<string, string>> = {
  isolation: "isolation flag is deprecated with BuildKit.",
  "security-opt": 'security-opt flag is deprecated. "RUN --security=insecure" should be used with BuildKit.',
  squash:
    "experimental flag squash is removed with BuildKit. You should squash inside build using a multi-stage Dockerfile for efficiency.",
};
