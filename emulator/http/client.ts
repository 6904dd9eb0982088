import { BodyReader, encodeChunk, framingOf, lastChunk, type Framing } from "./body.ts";
import { ByteReader } from "./byte-reader.ts";
import { encodeRequestHead, readResponseHead, type ResponseHead } from "./head.ts";
import type { Duplex, HeaderFields } from "./message.ts";

export interface ExchangeRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderFields;
  readonly body?: Uint8Array | ReadableStream<Uint8Array>;
}

export interface ExchangeResponse extends ResponseHead {
  /** Empty where there is none. Cancelling it ends the connection. */
  readonly body: ReadableStream<Uint8Array>;
  /** Set for 101: the connection from here on. */
  readonly upgraded: Duplex | undefined;
}

/**
 * One request and its response over a connection that is then spent. Rejects with HttpSyntaxError for what is no HTTP, and
 * as the connection does when it fails. A body that breaks off errors.
 */
export async function exchange(connection: Duplex, request: ExchangeRequest): Promise<ExchangeResponse> {
  const writer = connection.writable.getWriter();
  writer.closed.catch(() => undefined);
  const reader = new ByteReader(connection.readable);
  const sending = send(writer, request);
  // A server may answer, and close, before it has read everything; then its answer counts.
  sending.catch(() => undefined);
  const finish = async (): Promise<void> => {
    await reader.cancel().catch(() => undefined);
    await writer.abort().catch(() => undefined);
  };
  try {
    let head = await readResponseHead(reader);
    while (head.status < 200 && head.status !== 101) head = await readResponseHead(reader);
    if (head.status === 101) {
      await sending;
      writer.releaseLock();
      const upgraded = { readable: reader.rest(), writable: connection.writable };
      return { ...head, body: new BodyReader(reader, { kind: "none" }).stream(), upgraded };
    }
    const body = new BodyReader(reader, responseFraming(request.method, head));
    return { ...head, body: ended(body, finish), upgraded: undefined };
  } catch (error) {
    await finish();
    throw error;
  }
}

function responseFraming(method: string, head: ResponseHead): Framing {
  if (method === "HEAD" || head.status === 204 || head.status === 304) return { kind: "none" };
  return framingOf(head.headers) ?? { kind: "close" };
}

async function send(writer: WritableStreamDefaultWriter<Uint8Array>, request: ExchangeRequest): Promise<void> {
  const { method, target, headers, body } = request;
  const framing =
    body === undefined
      ? {}
      : body instanceof Uint8Array
        ? { "content-length": String(body.length) }
        : { "transfer-encoding": "chunked" };
  const upgrade = headers["upgrade"] !== undefined;
  await writer.write(
    encodeRequestHead(method, target, {
      host: "localhost",
      ...headers,
      ...framing,
      ...(upgrade ? {} : { connection: "close" }),
    }),
  );
  if (body === undefined) return;
  if (body instanceof Uint8Array) {
    if (body.length > 0) await writer.write(body);
    return;
  }
  for await (const bytes of body) {
    await writer.ready;
    if (bytes.length > 0) await writer.write(encodeChunk(bytes));
  }
  await writer.write(lastChunk);
}

function ended(body: BodyReader, finish: () => Promise<void>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const bytes = await body.read();
          if (bytes !== undefined) {
            controller.enqueue(bytes);
            return;
          }
          controller.close();
        } catch (error) {
          controller.error(error);
        }
        await finish();
      },
      cancel: finish,
    },
    { highWaterMark: 0 },
  );
}
