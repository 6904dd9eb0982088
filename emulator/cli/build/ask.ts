import * as images from "../../client/image.ts";
import { EngineError } from "../../client/error.ts";
import type { JsonObject } from "../../client/json.ts";
import { checkText } from "../../dockerfile/checks/check.ts";
import { report, reportError, reportJson } from "../../dockerfile/checks/report.ts";
import type { BaseImage } from "../../dockerfile/checks/source.ts";
import { parseIgnore } from "../../dockerfile/dockerignore.ts";
import { DockerfileError, type Dockerfile } from "../../dockerfile/instruction.ts";
import { messageOf } from "../../dockerfile/message.ts";
import { parseDockerfile } from "../../dockerfile/parse.ts";
import { sourceExcerpt } from "../../dockerfile/checks/excerpt.ts";
import { StatusError, type Cli, type Result } from "../command.ts";
import { align } from "../formatter/tabwriter.ts";
import type { CallFunction } from "./call-function.ts";
import { buildColors } from "./colors.ts";
import { buildDisplay, type ProgressMode } from "./display.ts";
import { readDockerfile, type DockerfileSource } from "./dockerfile-source.ts";

export interface Question {
  readonly call: CallFunction;
  readonly path: string;
  readonly file: string;
  readonly target: string;
  readonly platform: string | undefined;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly progress: ProgressMode;
}

/** `docker build --check` and `--call`: answered from the Dockerfile alone, nothing is built. */
export async function ask(cli: Cli, question: Question): Promise<Result> {
  const source = await shown(cli, question.progress, () => readDockerfile(cli, question.path, question.file));
  switch (question.call.name) {
    case "check":
      return checkDockerfile(cli, question, source);
    case "targets":
      return listTargets(cli, question, source);
    case "outline":
      throw new Error("failed to build: --call=outline is not supported by this version of Drydock");
  }
}

/** Shows the one step there is. */
async function shown(
  cli: Cli,
  progress: ProgressMode,
  read: () => Promise<DockerfileSource>,
): Promise<DockerfileSource> {
  const { invocation } = cli;
  const display = buildDisplay(progress, {
    output: invocation.stderr,
    size: () => invocation.terminal ?? { columns: 80, rows: 10 },
    now: () => invocation.now(),
    colors: buildColors(invocation.env),
    description: { plain: 'building with "default" instance using docker driver', tty: "docker:default" },
  });
  const started = new Date(invocation.now()).toISOString();
  const source = await read();
  const completed = new Date(invocation.now()).toISOString();
  const status = {
    vertexes: [
      { digest: "dockerfile", name: `[internal] load build definition from ${source.name}`, started, completed },
    ],
    statuses: [
      {
        id: "transferring dockerfile:",
        vertex: "dockerfile",
        current: new TextEncoder().encode(source.text).length,
        timestamp: completed,
        started,
        completed,
      },
    ],
  };
  await display.apply(status, status);
  await display.end();
  return source;
}

async function checkDockerfile(cli: Cli, question: Question, source: DockerfileSource): Promise<Result> {
  const { call, target, platform, buildArgs } = question;
  const images = new Map<string, BaseImage | undefined>();
  const options = {
    text: source.text,
    buildArgs,
    baseImage(name: string): BaseImage | undefined {
      if (!images.has(name)) images.set(name, undefined);
      return images.get(name);
    },
    ...(source.ignore === undefined ? {} : { ignore: parseIgnore(source.ignore) }),
    ...(target === "" ? {} : { target }),
    ...(platform === undefined ? {} : { platform }),
  };
  // Which images it stands on is known when it was checked once; what they set changes what is found.
  checkText(options);
  await Promise.all([...images.keys()].map(async (name) => images.set(name, await baseImage(cli, name))));
  const { diagnostics, failure } = checkText(options);
  if (call.json) await cli.out(`${reportJson(diagnostics, source.text, source.name, failure)}\n`);
  else await cli.out(report(diagnostics, source.text, source.path, failure));
  if (failure !== undefined) throw new StatusError(1, `ERROR: ${reportError(failure, source.text, source.path)}`);
  return !call.ignoreStatus && diagnostics.some(({ severity }) => severity === "warning") ? 1 : 0;
}

/** Undefined for an image that is not here. */
async function baseImage(cli: Cli, name: string): Promise<BaseImage | undefined> {
  let value: JsonObject;
  try {
    ({ value } = await images.inspect(cli.engine, name));
  } catch (error) {
    if (error instanceof EngineError) return undefined;
    throw error;
  }
  const config = typeof value["Config"] === "object" ? (value["Config"] as JsonObject | null) : null;
  const texts = (field: unknown): string[] =>
    Array.isArray(field) ? field.filter((item): item is string => typeof item === "string") : [];
  const user = config?.["User"];
  return {
    platform: `${String(value["Os"])}/${String(value["Architecture"])}`,
    env: texts(config?.["Env"]),
    shell: texts(config?.["Shell"]),
    onbuild: texts(config?.["OnBuild"]),
    ...(typeof user === "string" ? { user } : {}),
  };
}

async function listTargets(cli: Cli, { call }: Question, source: DockerfileSource): Promise<Result> {
  const { stages } = parsed(source);
  const rows = stages.map(({ from }, index) => ({
    name: from.nameAsWritten ?? "",
    isDefault: index === stages.length - 1,
    description: descriptionOf(from.name, from.comment),
    base: from.base,
    platform: from.platform,
    lines: from.lines,
  }));
  if (call.json) {
    const targets = rows.map(({ name, isDefault, description, base, platform, lines }) => ({
      ...(name === "" ? {} : { name }),
      ...(isDefault ? { default: true } : {}),
      ...(description === "" ? {} : { description }),
      base,
      ...(platform === undefined ? {} : { platform }),
      location: { ranges: [{ start: { line: lines.start }, end: { line: lines.end } }] },
    }));
    const sources = [btoa(String.fromCharCode(...new TextEncoder().encode(source.text)))];
    await cli.out(`${JSON.stringify({ targets, sources }, undefined, 2)}\n`);
    return 0;
  }
  const lines = rows.map(({ name, isDefault, description }) => {
    const shownName = isDefault ? (name === "" ? "(default)" : `${name} (default)`) : name;
    return `${shownName}\t${description}\n`;
  });
  await cli.out(align(`TARGET\tDESCRIPTION\n${lines.join("")}`, 0, 1));
  return 0;
}

/** `# build compiles it` above the stage `build`. */
function descriptionOf(name: string | undefined, comment: readonly string[]): string {
  const own = comment.find((line) => name !== undefined && line.startsWith(`${name} `));
  return own === undefined ? "" : own.slice((name ?? "").length + 1);
}

function parsed({ text, name }: DockerfileSource): Dockerfile {
  try {
    return parseDockerfile(text);
  } catch (error) {
    if (!(error instanceof DockerfileError)) throw error;
    const place = sourceExcerpt(text, error.lines, name);
    throw new StatusError(1, `${place}ERROR: failed to build: failed to solve: ${messageOf(error)}`);
  }
}
