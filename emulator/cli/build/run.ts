import * as builds from "../../client/build.ts";
import type { BuildFailure, SolveOptions } from "../../client/build.ts";
import { EngineError } from "../../client/error.ts";
import { sourceExcerpt } from "../../dockerfile/checks/excerpt.ts";
import { StatusError, type Cli, type Result } from "../command.ts";
import { BrokenPipe } from "../invocation.ts";
import { openError } from "../opts/open-error.ts";
import { baseName, resolvePath } from "../opts/path.ts";
import { parseReference } from "../reference.ts";
import { buildColors } from "./colors.ts";
import { DockerfileNotFound, prepareContext, type BuildContext } from "./context.ts";
import { buildDisplay, type BuildDisplay, type ProgressMode } from "./display.ts";
import { warningsText } from "./error-text.ts";
import { missingBaseHint } from "./missing-base.ts";
import { asRequested, checkOutput, isSent, receive, type Output } from "./output.ts";
import { readSecrets, type Secret } from "./secret.ts";

export interface BuildCall {
  /** Folder, `-`, or a URL. */
  readonly path: string;
  readonly file: string;
  readonly outputs: readonly Output[];
  readonly secrets: readonly Secret[];
  readonly progress: ProgressMode;
  /** The image's ID is printed at the end. */
  readonly quiet: boolean;
  readonly debug: boolean;
  readonly imageIdFile: string;
  readonly metadataFile: string;
  /** The rest of what is asked of the engine. Throws for what cannot be. */
  options(): SolveOptions;
}

/** Of a process that SIGINT ended. */
const CANCELED_STATUS = 130;
const CANCELED_ERROR = "ERROR: failed to build: failed to solve: Canceled: context canceled";

/** `docker build` with BuildKit: one request that carries the context, its answer shown as it comes. */
export async function buildWithBuildKit(cli: Cli, call: BuildCall): Promise<Result> {
  const display = buildDisplay(call.progress, {
    output: cli.invocation.stderr,
    size: () => cli.invocation.terminal ?? { columns: 80, rows: 10 },
    now: () => cli.invocation.now(),
    colors: buildColors(cli.invocation.env),
    description: { plain: 'building with "default" instance using docker driver', tty: "docker:default" },
  });
  const { options, context, outputs } = await prepared(cli, call, display);
  const result = await solved(cli, display, context, { ...options, outputs: outputs.map(asRequested) }, outputs);
  await display.end();
  if (call.progress === "tty" || call.progress === "plain") await cli.err(warningsText(display.warnings, call.debug));
  if (result.kind === "canceled") throw new StatusError(CANCELED_STATUS, CANCELED_ERROR);
  if (result.kind === "failed") {
    const { source, message } = result.failure;
    // A Dockerfile is shown by its name alone, wherever it lies.
    const place = source === undefined ? "" : sourceExcerpt(source.data, source, baseName(source.filename));
    const error = `${place}ERROR: failed to build: ${message.replace(/^(?!failed to solve: )/, "failed to solve: ")}`;
    const hint = await missingBaseHint(cli, message);
    throw new StatusError(1, hint === undefined ? error : `${error}\n\n${hint}`);
  }
  await finish(cli, call, result.imageId, options.t ?? []);
  return 0;
}

interface Prepared {
  readonly options: SolveOptions;
  readonly context: BuildContext;
  readonly outputs: readonly Output[];
}

/** What fails before the engine is asked is told as buildx tells it. */
async function prepared(cli: Cli, call: BuildCall, display: BuildDisplay): Promise<Prepared> {
  const context = call.path === "" ? undefined : prepareContext(cli, { ...call, ownIgnoreFile: true });
  // Awaited below, after what else can go wrong; until then its failure is nobody's.
  context?.catch(() => undefined);
  try {
    const options = call.options();
    const secrets = await readSecrets(cli, call.secrets);
    const outputs = await Promise.all(call.outputs.map((output) => checkOutput(cli, output)));
    if (outputs.filter(({ destination }) => destination === "-").length > 1)
      throw new Error("multiple outputs configured to write to stdout");
    if (context === undefined) throw new Error('please specify build context (e.g. "." for the current directory)');
    return { options: { ...options, secrets }, context: await context, outputs };
  } catch (error) {
    if (error instanceof BrokenPipe || cli.invocation.signal.aborted) throw error;
    await context?.then(({ tar }) => tar.cancel()).catch(() => undefined);
    if (error instanceof DockerfileNotFound) {
      await showMissing(cli, display, error.dockerfile);
      throw new Error(`failed to build: failed to solve: ${error.message}`, { cause: error });
    }
    throw new Error(`failed to build: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** The step that BuildKit shows when the Dockerfile is not there. */
async function showMissing(cli: Cli, display: BuildDisplay, dockerfile: string): Promise<void> {
  const time = new Date(cli.invocation.now()).toISOString();
  const [digest, id] = ["dockerfile", "transferring dockerfile:"];
  const name = `[internal] load build definition from ${dockerfile}`;
  const status = {
    vertexes: [{ digest, name, started: time, completed: time }],
    statuses: [{ id, vertex: digest, current: 2, timestamp: time, started: time, completed: time }],
  };
  await display.apply(status, status);
  await display.end();
}

type Solved =
  | { readonly kind: "done"; readonly imageId: string | undefined }
  | { readonly kind: "failed"; readonly failure: BuildFailure }
  | { readonly kind: "canceled" };

async function solved(
  cli: Cli,
  display: BuildDisplay,
  context: BuildContext,
  options: SolveOptions,
  outputs: readonly Output[],
): Promise<Solved> {
  const { signal } = cli.invocation;
  const waiting = outputs.filter(isSent);
  const received: Promise<void>[] = [];
  let imageId: string | undefined;
  let failure: BuildFailure | undefined;
  try {
    const messages = await builds.solve(cli.engine, context.tar, {
      ...options,
      dockerfile: context.dockerfile,
    });
    for await (const message of messages) {
      if (message.kind === "status") await display.apply(message.status, message.raw);
      else if (message.kind === "image") imageId = message.id;
      else if (message.kind === "failure") failure = message.failure;
      else {
        const output = waiting.shift();
        if (output === undefined) continue;
        const receiving = receive(cli, output, message.token);
        receiving.catch(() => undefined);
        received.push(receiving);
      }
    }
    await Promise.all(received);
  } catch (error) {
    // An engine that refused has not read the context; one that reads it ends it itself.
    await context.tar.cancel(error).catch(() => undefined);
    if (error instanceof BrokenPipe) throw error;
    if (signal.aborted) {
      display.cancel();
      return { kind: "canceled" };
    }
    failure = { message: failureText(error), code: undefined, source: undefined };
  }
  return failure === undefined ? { kind: "done", imageId } : { kind: "failed", failure };
}

function failureText(error: unknown): string {
  if (error instanceof EngineError) return error.message;
  return error instanceof Error ? error.message : String(error);
}

async function finish(cli: Cli, call: BuildCall, imageId: string | undefined, tags: readonly string[]): Promise<void> {
  if (call.quiet && imageId !== undefined) await cli.out(`${imageId}\n`);
  if (call.imageIdFile !== "") await writeText(cli, call.imageIdFile, imageId ?? "");
  if (call.metadataFile === "") return;
  const names = tags.map((tag) => {
    const { domain, path, tag: version, digest } = parseReference(tag);
    return `${domain}/${path}${digest === undefined ? `:${version ?? "latest"}` : `@${digest}`}`;
  });
  const metadata = {
    ...(imageId === undefined ? {} : { "containerimage.config.digest": imageId, "containerimage.digest": imageId }),
    ...(names.length === 0 ? {} : { "image.name": names.join(",") }),
  };
  await writeText(cli, call.metadataFile, JSON.stringify(metadata, null, 2));
}

async function writeText(cli: Cli, path: string, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  await cli.invocation.files.write(resolvePath(cli.invocation.cwd, path), bytes).catch((error: unknown) => {
    throw openError(error, path);
  });
}
