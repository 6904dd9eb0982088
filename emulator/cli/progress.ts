import { asObject, type JsonObject } from "../client/json.ts";
import type { Cli } from "./command.ts";
import { humanSize } from "./formatter/units.ts";

export interface ProgressOutput {
  readonly isTerminal: boolean;
  readonly columns: number;
  write(text: string): Promise<void>;
}

/**
 * Shows the messages of pull, push, load and import as Docker does: in place on a terminal, one line per step without
 * bars elsewhere. Throws StreamError for the error a message carries. Messages with `aux` go to `onAux` only.
 */
export async function displayMessages(
  messages: AsyncIterable<JsonObject>,
  output: ProgressOutput,
  onAux: (aux: JsonObject) => void | Promise<void> = () => undefined,
): Promise<void> {
  let lines = new Map<string, number>();
  for await (const message of messages) {
    const aux = message["aux"];
    if (typeof aux === "object" && aux !== null) {
      await onAux(asObject(aux, "aux"));
      continue;
    }
    const id = textOf(message["id"]);
    const detail = detailOf(message["progressDetail"]);
    const hasProgress = detail !== undefined || textOf(message["progress"]) !== "";
    let up = 0;
    if (id !== "" && hasProgress) {
      if (!lines.has(id)) {
        lines.set(id, lines.size);
        if (output.isTerminal) await output.write("\n");
      }
      up = lines.size - (lines.get(id) ?? 0);
      if (output.isTerminal && up > 0) await output.write(`\x1b[${up}A`);
    } else lines = new Map();
    const failure = errorOf(message);
    if (failure === undefined) await output.write(lineOf(message, id, detail, output));
    if (id !== "" && output.isTerminal && up > 0) await output.write(`\x1b[${up}B`);
    if (failure !== undefined) throw failure;
  }
}

/** An error that came in a stream; `code` is the exit code of what failed, 0 where there is none. */
export class StreamError extends Error {
  constructor(
    message: string,
    readonly code: number,
  ) {
    super(message);
  }
}

interface Detail {
  readonly current: number;
  readonly total: number;
  readonly start: number;
  readonly units: string;
  readonly hideCounts: boolean;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function detailOf(value: unknown): Detail | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const fields = asObject(value, "progressDetail");
  const numberOf = (name: string): number => Number(fields[name] ?? 0);
  return {
    current: numberOf("current"),
    total: numberOf("total"),
    start: numberOf("start"),
    units: textOf(fields["units"]),
    hideCounts: fields["hidecounts"] === true,
  };
}

function errorOf(message: JsonObject): StreamError | undefined {
  const detail = message["errorDetail"];
  if (typeof detail === "object" && detail !== null) {
    const { message: text, code } = asObject(detail, "errorDetail");
    if (typeof text === "string") return new StreamError(text, typeof code === "number" ? code : 0);
  }
  return typeof message["error"] === "string" ? new StreamError(message["error"], 0) : undefined;
}

function lineOf(message: JsonObject, id: string, detail: Detail | undefined, output: ProgressOutput): string {
  const stream = textOf(message["stream"]);
  const status = textOf(message["status"]);
  const bar = detail === undefined ? "" : progressBar(detail, output.columns);
  const inPlace = output.isTerminal && stream === "" && detail !== undefined;
  if (!inPlace && bar !== "") return "";
  const from = textOf(message["from"]);
  const start = (inPlace ? "\x1b[2K\r" : "") + (id === "" ? "" : `${id}: `) + (from === "" ? "" : `(from ${from}) `);
  const end = inPlace ? "\r" : "";
  if (detail !== undefined && output.isTerminal) return `${start}${status} ${bar}${end}`;
  const progress = textOf(message["progress"]);
  if (progress !== "") return `${start}${status} ${progress}${end}`;
  return stream === "" ? `${start}${status}${end}\n` : `${start}${stream}${end}`;
}

function progressBar({ current, total, units, hideCounts }: Detail, columns: number): string {
  if (current <= 0 && total <= 0) return "";
  if (total <= 0) return units === "" ? humanSize(current).padStart(8) : `${current} ${units}`;
  const filled = Math.min(50, Math.trunc(Math.trunc((current / total) * 100) / 2));
  const box = columns > 110 ? `[${"=".repeat(filled)}>${" ".repeat(50 - filled)}] ` : "";
  if (hideCounts) return box;
  if (units !== "") return `${box}${current}/${total} ${units}`;
  const counted = humanSize(current).padStart(8);
  return current > total ? box + counted : `${box}${counted}/${humanSize(total)}`;
}

/** The caller's standard output or error as a place for progress. */
export function progressOn(cli: Cli, to: "out" | "err"): ProgressOutput {
  const stream = cli.invocation[to === "out" ? "stdout" : "stderr"];
  return {
    isTerminal: stream.isTerminal,
    columns: cli.invocation.terminal?.columns ?? 80,
    write: (text) => stream.write(text),
  };
}
