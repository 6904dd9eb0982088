import { bool, string, int } from "../../flag/scalar.ts";
import { list, strings } from "../../flag/list.ts";
import { withTraits } from "../../flag/flag.ts";
import { bytes } from "../../opts/size.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { ulimits } from "../../opts/resource.ts";

/** The command is known and documented; the builder behind it is not there yet, and it says so. */
export const build = command({
  use: "build [OPTIONS] PATH | URL | -",
  short: "Build an image from a Dockerfile",
  aliases: ["docker image build", "docker build", "docker builder build"],
  args: exactly(1),
  flags: {
    "add-host": list("", 'Add a custom host-to-IP mapping ("host:ip")'),
    "build-arg": list("", "Set build-time variables"),
    "cache-from": strings("", "Images to consider as cache sources"),
    "cgroup-parent": string("", 'Set the parent cgroup for the "RUN" instructions during build'),
    compress: bool("", "Compress the build context using gzip"),
    "cpu-period": int("", "Limit the CPU CFS (Completely Fair Scheduler) period"),
    "cpu-quota": int("", "Limit the CPU CFS (Completely Fair Scheduler) quota"),
    "cpu-shares": int("c", "CPU shares (relative weight)"),
    "cpuset-cpus": string("", "CPUs in which to allow execution (0-3, 0,1)"),
    "cpuset-mems": string("", "MEMs in which to allow execution (0-3, 0,1)"),
    "disable-content-trust": bool("", "Skip image verification", true),
    file: string("f", 'Name of the Dockerfile (Default is "PATH/Dockerfile")'),
    "force-rm": bool("", "Always remove intermediate containers"),
    iidfile: string("", "Write the image ID to the file"),
    isolation: string("", "Container isolation technology"),
    label: list("", "Set metadata for an image"),
    memory: bytes("m", "Memory limit"),
    "memory-swap": bytes("", "Swap limit equal to memory plus swap: -1 to enable unlimited swap"),
    network: string("", "Set the networking mode for the RUN instructions during build", "default"),
    "no-cache": bool("", "Do not use cache when building the image"),
    platform: string("", "Set platform if server is multi-platform capable"),
    pull: bool("", "Always attempt to pull a newer version of the image"),
    quiet: bool("q", "Suppress the build output and print image ID on success"),
    rm: bool("", "Remove intermediate containers after a successful build", true),
    "security-opt": strings("", "Security options"),
    "shm-size": bytes("", 'Size of "/dev/shm"'),
    squash: withTraits(bool("", "Squash newly built layers into a single new layer"), {
      hidden: true,
      experimental: true,
    }),
    tag: list("t", 'Name and optionally a tag in the "name:tag" format'),
    target: string("", "Set the target build stage to build."),
    ulimit: ulimits("Ulimit options"),
  },
  run() {
    return Promise.reject(new Error("ERROR: docker build is not supported by this version of Drydock"));
  },
});
