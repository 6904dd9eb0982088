import { bool, string, int } from "../../flag/scalar.ts";
import { list, strings } from "../../flag/list.ts";
import { InvalidFlagValue, withTraits } from "../../flag/flag.ts";
import { bytes } from "../../opts/size.ts";
import { exactly } from "../../arguments.ts";
import { command } from "../../command.ts";
import { ulimits } from "../../opts/resource.ts";
import { isBuildKit, LEGACY_NOTICE } from "../../build/builder.ts";
import { buildClassic } from "../../build/classic.ts";
import { keyValues } from "../../opts/environment.ts";
import { parseReference } from "../../reference.ts";
import { build as withBuildKit } from "../buildx/build.ts";

/** The classic builder's command, which DOCKER_BUILDKIT=0 asks for; without it BuildKit's stands in. */
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
    tag: list("t", 'Name and optionally a tag in the "name:tag" format', { parse: validTag }),
    target: string("", "Set the target build stage to build."),
    ulimit: ulimits("Ulimit options"),
  },
  traits: { notice: LEGACY_NOTICE },
  instead: (env) => (isBuildKit(env) ? { command: withBuildKit, path: "docker buildx build" } : undefined),
  run({ cli, flags, args }) {
    const number = (value: number): number | undefined => (value === 0 ? undefined : value);
    const word = (value: string): string | undefined => (value === "" ? undefined : value);
    return buildClassic(cli, {
      path: args[0] ?? "",
      file: flags.file,
      quiet: flags.quiet,
      imageIdFile: flags.iidfile,
      options: {
        t: flags.tag,
        q: flags.quiet,
        nocache: flags["no-cache"],
        pull: flags.pull,
        rm: flags.rm,
        forcerm: flags["force-rm"],
        buildargs: buildArguments(cli.invocation.env, flags["build-arg"]),
        labels: keyValues(flags.label),
        target: word(flags.target),
        networkmode: flags.network === "default" ? undefined : word(flags.network),
        extrahosts: flags["add-host"],
        shmsize: number(flags["shm-size"]),
        memory: number(flags.memory),
        memswap: number(flags["memory-swap"]),
        cpushares: number(flags["cpu-shares"]),
        cpuperiod: number(flags["cpu-period"]),
        cpuquota: number(flags["cpu-quota"]),
        cpusetcpus: word(flags["cpuset-cpus"]),
        cpusetmems: word(flags["cpuset-mems"]),
        cgroupparent: word(flags["cgroup-parent"]),
        platform: word(flags.platform),
        cachefrom: flags["cache-from"],
        ulimits: flags.ulimit,
      },
    });
  },
});

/** A name without a value takes it from the environment; where that has none, it is null. */
function buildArguments(
  env: Readonly<Record<string, string>>,
  given: readonly string[],
): Record<string, string | null> {
  return Object.fromEntries(
    given.map((text): [string, string | null] => {
      const at = text.indexOf("=");
      return at === -1 ? [text, env[text] ?? null] : [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

function validTag(tag: string): string {
  try {
    parseReference(tag);
    return tag;
  } catch (error) {
    throw new InvalidFlagValue(error instanceof Error ? error.message : String(error));
  }
}
