import { MalformedResponse } from "./error.ts";
import { asObject, parseJson, type JsonObject } from "./json.ts";

/** Longest value that is accepted between two line breaks. */
const LIMIT = 16 * 1024 * 1024;

/** Decodes a stream of JSON objects separated by line breaks (pull, push, load, events, stats). */
export async function* jsonStream(body: ReadableStream<Uint8Array>): AsyncGenerator<JsonObject, void, undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  for await (const chunk of body) {
    rest += decode(decoder, chunk);
    let from = 0;
    for (let end = rest.indexOf("\n"); end !== -1; end = rest.indexOf("\n", from)) {
      const line = rest.slice(from, end).trim();
      from = end + 1;
      if (line !== "") yield asObject(parseJson(line), "JSON stream");
    }
    rest = rest.slice(from);
    if (rest.length > LIMIT) throw new MalformedResponse("JSON stream: value too large");
  }
  const last = (rest + decode(decoder)).trim();
  if (last !== "") yield asObject(parseJson(last), "JSON stream");
}

function decode(decoder: TextDecoder, chunk?: Uint8Array): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch {
    throw new MalformedResponse("JSON stream: not UTF-8");
  }
}
