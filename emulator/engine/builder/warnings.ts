import { check } from "../../dockerfile/checks/check.ts";
import { ruleset, isCheckName } from "../../dockerfile/checks/ruleset.ts";
import { settingsOf } from "../../dockerfile/checks/settings.ts";
import type { BaseImage } from "../../dockerfile/checks/source.ts";
import type { Dockerfile } from "../../dockerfile/instruction.ts";
import type { VertexWarning } from "../../spec/build.ts";
import { InvalidParameter } from "../errors.ts";
import type { Daemon } from "../daemon/daemon.ts";
import { BuildError } from "./build-error.ts";
import { base64 } from "./progress.ts";
import type { BuildRequest } from "./request.ts";
import { platform } from "./variables.ts";

export interface WarningsRequest {
  readonly daemon: Daemon;
  readonly text: string;
  readonly dockerfile: Dockerfile;
  readonly request: Pick<BuildRequest, "buildArgs" | "target" | "dockerfile">;
  /** Patterns of the `.dockerignore`. */
  readonly ignore: readonly string[];
  /** Digest of the vertex they belong to. */
  readonly vertex: string;
}

const encoder = new TextEncoder();

/**
 * BuildKit's checks, as a build reports them. The images of its stages are here. Throws BuildError where the Dockerfile asks
 * for that (`# check=error=true`).
 */
export function warnings({ daemon, text, dockerfile, request, ignore, vertex }: WarningsRequest): VertexWarning[] {
  const buildArgs = Object.fromEntries(
    Object.entries(request.buildArgs).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
  );
  const found = check({
    text,
    dockerfile,
    buildArgs,
    ignore,
    reachableOnly: true,
    platform: `${platform.os}/${platform.architecture}`,
    baseImage: (name) => baseImage(daemon, name),
    ...(request.target === "" ? {} : { target: request.target }),
  }).filter(({ severity }) => severity === "warning");
  const rules = [...new Set(found.map(({ rule }) => rule))];
  if (rules.length > 0 && settingsOf({ dockerfile, buildArgs }).error)
    throw new BuildError(`lint violation found for rules: ${rules.join(", ")}`, undefined);
  const data = base64(encoder.encode(text));
  return found.map(({ rule, message, lines, url }) => ({
    vertex,
    level: 1,
    short: base64(encoder.encode(`${rule}: ${message} (line ${String(lines.start)})`)),
    detail: isCheckName(rule) ? [base64(encoder.encode(ruleset[rule].description))] : [],
    ...(url === undefined ? {} : { url }),
    sourceInfo: { filename: request.dockerfile, data },
    range: [{ start: { line: lines.start }, end: { line: lines.end } }],
  }));
}

function baseImage({ images, store }: Daemon, name: string): BaseImage | undefined {
  let id: string | undefined;
  try {
    id = images.idOf(name);
  } catch (error) {
    // With variables in it, it is no reference yet.
    if (!(error instanceof InvalidParameter)) throw error;
  }
  const image = id === undefined ? undefined : store.images.get(id);
  if (image === undefined) return undefined;
  const { os, architecture, config = {} } = image.config;
  return {
    platform: `${os}/${architecture}`,
    env: config.Env ?? [],
    ...(config.Shell === undefined ? {} : { shell: config.Shell }),
    onbuild: config.OnBuild ?? [],
    user: config.User ?? "",
  };
}
