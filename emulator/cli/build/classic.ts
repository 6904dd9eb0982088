import * as builds from "../../client/build.ts";
import type { BuildOptions } from "../../client/build.ts";
import { EngineError } from "../../client/error.ts";
import { asObject } from "../../client/json.ts";
import { StatusError, type Cli, type Result } from "../command.ts";
import { humanSize } from "../formatter/units.ts";
import { openError } from "../opts/open-error.ts";
import { resolvePath } from "../opts/path.ts";
import { displayMessages, progressOn, StreamError } from "../progress.ts";
import { prepareClassicContext } from "./classic-context.ts";

export interface ClassicCall {
  readonly path: string;
  readonly file: string;
  readonly quiet: boolean;
  readonly imageIdFile: string;
  readonly options: BuildOptions;
}

/** `docker build` with the classic builder: the context is sent whole, then the engine's text is shown. */
export async function buildClassic(cli: Cli, call: ClassicCall): Promise<Result> {
  const context = await prepareClassicContext(cli, call);
  const held: string[] = [];
  const write = (text: string): Promise<void> => {
    if (!call.quiet) return cli.out(text);
    held.push(text);
    return Promise.resolve();
  };
  let imageId = "";
  let text = "";
  const body = told(context.tar, write, !call.quiet && cli.invocation.stdout.isTerminal);
  try {
    const messages = await builds.build(cli.engine, body, { ...call.options, dockerfile: context.dockerfile });
    const output = {
      ...progressOn(cli, "out"),
      write: (part: string): Promise<void> => {
        text += call.quiet ? part : "";
        return write(part);
      },
    };
    await displayMessages(messages, output, (aux) => {
      const id = asObject(aux, "build result")["ID"];
      if (typeof id === "string") imageId = id;
    });
  } catch (error) {
    await body.cancel(error).catch(() => undefined);
    if (call.quiet && (error instanceof EngineError || error instanceof StreamError)) await cli.err(held.join(""));
    if (error instanceof StreamError) throw new StatusError(error.code === 0 ? 1 : error.code, error.message);
    throw error;
  }
  if (call.quiet) {
    imageId = text.trim();
    await cli.out(text);
  }
  if (call.imageIdFile !== "") await writeImageId(cli, call.imageIdFile, imageId);
  return 0;
}

async function writeImageId(cli: Cli, path: string, imageId: string): Promise<void> {
  if (imageId === "") throw new Error(`server did not provide an image ID. Cannot write ${path}`);
  const bytes = new TextEncoder().encode(imageId);
  await cli.invocation.files.write(resolvePath(cli.invocation.cwd, path), bytes).catch((error: unknown) => {
    throw openError(error, path);
  });
}

const ACTION = "Sending build context to Docker daemon";
/** Bytes between two tellings on a terminal. */
const STEP = 512 * 1024;

/** Passes the context on and tells how much of it went: on a terminal while it goes, elsewhere once, at its end. */
function told(
  tar: ReadableStream<Uint8Array>,
  write: (text: string) => Promise<void>,
  live: boolean,
): ReadableStream<Uint8Array> {
  let sent = 0;
  let shown = 0;
  const line = (): string => `${ACTION} ${humanSize(sent).padStart(8)}\r`;
  return tar.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      async transform(chunk, controller) {
        sent += chunk.length;
        controller.enqueue(chunk);
        if (!live || sent - shown < STEP) return;
        shown = sent;
        await write(line());
      },
      flush: () => write(`${line()}\r\n`),
    }),
  );
}
