import * as v from "valibot";
import type { HttpRequest } from "../../http/message.ts";
import { InvalidParameter } from "../errors.ts";
import { Filters } from "./filters.ts";
import { readAll } from "../streams.ts";

/** JSON bodies are small; what is larger is an archive and comes as a stream. */
const maximumJsonBytes = 8 << 20;

/** One request as its handler sees it: path parameters, query and body, read the way Docker reads them. */
export class Call {
  readonly query: URLSearchParams;

  constructor(
    readonly request: HttpRequest,
    readonly parameters: Readonly<Record<string, string>>,
    query: string,
    /** `1.45`, or less when the client asked for it. */
    readonly version: string,
  ) {
    this.query = new URLSearchParams(query);
  }

  get signal(): AbortSignal {
    return this.request.signal;
  }

  parameter(name: string): string {
    return this.parameters[name] ?? "";
  }

  /** Empty when it is not there. */
  text(name: string): string {
    return this.query.get(name) ?? "";
  }

  /** Docker's reading: everything is true but nothing, `0`, `no`, `false` and `none`. */
  flag(name: string, absent = false): boolean {
    const value = this.query.get(name);
    if (value === null) return absent;
    return !["", "0", "no", "false", "none"].includes(value.trim().toLowerCase());
  }

  /** Undefined when it is not there. Throws InvalidParameter for what is no integer. */
  integer(name: string): number | undefined {
    const value = this.text(name);
    if (value === "") return undefined;
    if (!/^[+-]?\d+$/.test(value))
      throw new InvalidParameter(`strconv.Atoi: parsing ${JSON.stringify(value)}: invalid syntax`);
    return Number(value);
  }

  filters(accepted: readonly string[]): Filters {
    return Filters.parse(this.text("filters"), accepted);
  }

  /** The body as JSON, checked. An empty body is `absent`, or an error when there is none. */
  async json<S extends v.GenericSchema>(schema: S, absent?: v.InferInput<S>): Promise<v.InferOutput<S>> {
    const text =
      this.request.body === null
        ? ""
        : new TextDecoder().decode(await readAll(this.request.body, maximumJsonBytes)).trim();
    if (text === "") {
      if (absent !== undefined) return check(schema, absent);
      throw new InvalidParameter("invalid JSON: got EOF while reading request body");
    }
    const type = this.request.headers["content-type"] ?? "";
    if (!/^application\/json\s*(;|$)/i.test(type))
      throw new InvalidParameter(
        type === ""
          ? "malformed Content-Type header (): mime: no media type"
          : `unsupported Content-Type header (${type}): must be 'application/json'`,
      );
    return check(schema, parseJson(text));
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidParameter(`invalid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function check<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? "body";
  const received = Array.isArray(issue.input) ? "array" : issue.input === null ? "null" : typeof issue.input;
  throw new InvalidParameter(
    `invalid JSON: json: cannot unmarshal ${received} into field ${field} of type ${issue.expected ?? "unknown"}`,
  );
}
