import type { ArgInstruction } from "../../dockerfile/instruction.ts";
import { at } from "./build-error.ts";
import { expander } from "./dispatch/expand.ts";

/** The one platform there is. */
export const platform = { os: "linux", architecture: "386" } as const;

/** Variables that every FROM sees, and a stage that declares them: those of the platform, and the ARGs before the first FROM. */
export function globalArgs(
  metaArgs: readonly ArgInstruction[],
  buildArgs: Readonly<Record<string, string | null>>,
  target: string,
  escape: "\\" | "`",
): Map<string, string> {
  const name = `${platform.os}/${platform.architecture}`;
  const own: Readonly<Record<string, string>> = {
    BUILDPLATFORM: name,
    BUILDOS: platform.os,
    BUILDOSVERSION: "",
    BUILDARCH: platform.architecture,
    BUILDVARIANT: "",
    TARGETPLATFORM: name,
    TARGETOS: platform.os,
    TARGETOSVERSION: "",
    TARGETARCH: platform.architecture,
    TARGETVARIANT: "",
    TARGETSTAGE: target === "" ? "default" : target,
  };
  const args = new Map(Object.entries(own).map(([key, value]) => [key, buildArgs[key] ?? value]));
  for (const { entries, lines } of metaArgs)
    for (const { key, value } of entries) {
      const given = Object.hasOwn(buildArgs, key) ? buildArgs[key] : undefined;
      try {
        const result = given ?? (value === undefined ? undefined : expander(args, escape).word(value));
        if (result !== undefined) args.set(key, result);
      } catch (error) {
        throw at(lines, error);
      }
    }
  return args;
}

const proxyNames = ["http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy"];

/** Build arguments that RUN gets without an ARG, and that no cache looks at. */
export function proxyEnv(buildArgs: Readonly<Record<string, string | null>>): string[] {
  return Object.entries(buildArgs).flatMap(([key, value]) =>
    value !== null && proxyNames.includes(key.toLowerCase()) ? [`${key}=${value}`] : [],
  );
}
