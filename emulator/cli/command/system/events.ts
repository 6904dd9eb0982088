import * as system from "../../../client/system.ts";
import { string } from "../../flag/scalar.ts";
import { filter } from "../../flag/list.ts";
import { inspectFormat } from "../../flag/format.ts";
import { noArguments } from "../../arguments.ts";
import { command, StatusError } from "../../command.ts";
import type { JsonObject } from "../../../client/json.ts";
import { parseTimestamp } from "../../formatter/time.ts";
import { decodeGo } from "../../gotype/decode.ts";
import { eventType } from "../../gotype/system.ts";
import { GoPointer, GoStruct } from "../../template/value.ts";
import { Template, TemplateExecError, TemplateSyntaxError } from "../../template.ts";

export const events = command({
  use: "events [OPTIONS]",
  short: "Get real time events from the server",
  aliases: ["docker system events", "docker events"],
  args: noArguments,
  flags: {
    filter: filter("f", "Filter output based on conditions provided"),
    format: inspectFormat(),
    since: string("", "Show all events created since timestamp"),
    until: string("", "Stream events until this timestamp"),
  },
  async run({ cli, flags }) {
    const template = flags.format === "" ? undefined : parse(flags.format === "json" ? "{{json .}}" : flags.format);
    const now = cli.invocation.now();
    const filters = Object.entries(flags.filter).flatMap(([key, values]) =>
      values.map((value) => `--filter=${key}=${value}`),
    );
    cli.invocation.checkpoint?.(() => ({
      kind: "command",
      args: [
        "events",
        `--since=${new Date(cli.invocation.now()).toISOString()}`,
        ...(flags.until === "" ? [] : [`--until=${flags.until}`]),
        ...(flags.format === "" ? [] : [`--format=${flags.format}`]),
        ...filters,
      ],
    }));
    const stream = await system.events(cli.engine, {
      since: timestamp(flags.since, now),
      until: timestamp(flags.until, now),
      filters: flags.filter,
    });
    for await (const event of stream) await cli.out(template === undefined ? plain(event) : formatted(template, event));
    return 0;
  },
});

function timestamp(value: string, now: number): string | undefined {
  if (value === "") return undefined;
  const parsed = parseTimestamp(value, now);
  if (parsed === undefined) throw new Error(`failed to parse value as time or duration: ${JSON.stringify(value)}`);
  return parsed;
}

function parse(source: string): Template {
  try {
    return new Template(source);
  } catch (error) {
    if (error instanceof TemplateSyntaxError) throw new StatusError(64, `Error parsing format: ${error.message}`);
    throw error;
  }
}

function formatted(template: Template, event: JsonObject): string {
  try {
    return `${template.execute(eventValue(event))}\n`;
  } catch (error) {
    if (error instanceof TemplateExecError) throw new StatusError(64, `Error parsing format: ${error.message}`);
    throw error;
  }
}

function eventValue(event: JsonObject): GoPointer {
  const message = decodeGo(eventType(), event);
  return new GoPointer(message instanceof GoStruct ? message : undefined, "*events.Message");
}

function object(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** `TIME TYPE ACTION ID (name=value, …)`, attributes sorted. */
function plain(event: JsonObject): string {
  const actor = object(event["Actor"]);
  const attributes = Object.entries(object(actor["Attributes"]))
    .map(([name, value]) => `${name}=${String(value)}`)
    .sort();
  const listed = attributes.length === 0 ? "" : ` (${attributes.join(", ")})`;
  return `${timeOf(event)} ${text(event["Type"])} ${text(event["Action"])} ${text(actor["ID"])}${listed}\n`;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** RFC 3339 with nine digits, in UTC. */
function timeOf(event: JsonObject): string {
  const exact = event["timeNano"];
  const nanos =
    typeof exact === "bigint" || typeof exact === "number"
      ? BigInt(exact)
      : BigInt(Number(event["time"] ?? 0)) * 1_000_000_000n;
  const seconds = new Date(Number(nanos / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${(nanos % 1_000_000_000n).toString().padStart(9, "0")}Z`;
}
