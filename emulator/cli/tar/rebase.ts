import { ByteReader } from "./byte-reader.ts";
import { BLOCK, headerWith, numberAt, padded, parsePax, text, ustarName } from "./header.ts";

/**
 * Renames entries of a tar while it streams: a leading `from` becomes `to`, in names and in the targets of hard links.
 * Understands ustar names, GNU long names and pax paths; everything else passes as it is. Throws on damage.
 */
export function rebaseTar(tar: ReadableStream<Uint8Array>, from: string, to: string): ReadableStream<Uint8Array> {
  const steps = entries(new ByteReader(tar), from === "/" ? "" : from, to);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await steps.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel(reason) {
        await steps.return(undefined);
        await tar.cancel(reason).catch(() => undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

async function* entries(reader: ByteReader, from: string, to: string): AsyncGenerator<Uint8Array, void, undefined> {
  const rename = (name: string): string => (name.startsWith(from) ? to + name.slice(from.length) : name);
  let longName: string | undefined;
  let longLink: string | undefined;
  let pax: Map<string, string> | undefined;
  for (;;) {
    const header = await reader.take(BLOCK);
    if (header === undefined) return;
    if (header.every((byte) => byte === 0)) {
      yield header;
      continue;
    }
    const size = numberAt(header, 124, 12);
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === "L" || type === "K" || type === "x") {
      const payload = await reader.exactly(padded(size));
      const body = payload.subarray(0, size);
      if (type === "L") longName = text(body);
      else if (type === "K") longLink = text(body);
      else pax = parsePax(body);
      continue;
    }
    const name = rename(pax?.get("path") ?? longName ?? ustarName(header));
    const target = pax?.get("linkpath") ?? longLink ?? text(header.subarray(157, 257));
    const link = type === "1" ? rename(target) : target;
    yield* headerWith(header, name, link, new Map([...(pax ?? [])]));
    longName = longLink = pax = undefined;
    let remaining = padded(type === "0" || type === "\0" || type === "7" ? size : 0);
    while (remaining > 0) {
      const piece = await reader.some(remaining);
      remaining -= piece.length;
      yield piece;
    }
  }
}
