import { describe, expect, it } from "vitest";
import type { HttpHandler } from "../http/message.ts";
import { bridgeTransport, BridgePage } from "./page.ts";
import { BridgeWorker, type BridgeHost } from "./worker.ts";

const text = new TextEncoder();

/** An engine of three paths: /echo answers with the body, /endless never ends, /attach hijacks and echoes. */
const engine =
  (ended: () => void): HttpHandler =>
  async (request) => {
    if (request.target === "/echo")
      return { status: 200, headers: { "content-type": "text/plain" }, body: request.body };
    if (request.target === "/endless") {
      request.signal.addEventListener("abort", ended);
      return {
        status: 200,
        headers: {},
        body: new ReadableStream<Uint8Array>({ pull: (c) => c.enqueue(text.encode("tick")), cancel: ended }),
      };
    }
    if (request.target === "/attach")
      return { status: 101, headers: {}, body: null, hijack: (c) => c.readable.pipeTo(c.writable) };
    return { status: 404, headers: {}, body: text.encode('{"message":"page not found"}') };
  };

function connect(ended: () => void = () => undefined) {
  const { port1, port2 } = new MessageChannel();
  const notices: unknown[] = [];
  const page = new BridgePage({ postMessage: (m, t) => port1.postMessage(m, t as never) }, (n) => notices.push(n));
  const worker = new BridgeWorker(
    (m, t) => port2.postMessage(m, t as never),
    () => undefined,
  );
  port1.onmessage = ({ data }) => page.receive(data);
  port2.onmessage = ({ data }) => worker.receive(data);
  worker.serve({ http: engine(ended) } as unknown as BridgeHost);
  return { page, transport: bridgeTransport(page), notices, close: () => port1.close() };
}

async function read(stream: ReadableStream<Uint8Array>): Promise<string> {
  let out = "";
  for await (const chunk of stream) out += new TextDecoder().decode(chunk);
  return out;
}

describe("the bridge", () => {
  it("carries a request with its body and a response with its own", async () => {
    const { transport, close } = connect();
    const response = await transport.request({ method: "POST", target: "/echo", body: text.encode("hello") });
    expect(response.status).toBe(200);
    expect(await read(response.body)).toBe("hello");
    const streamed = await transport.request({
      method: "POST",
      target: "/echo",
      body: new Blob(["in parts"]).stream() as ReadableStream<Uint8Array>,
    });
    expect(await read(streamed.body)).toBe("in parts");
    close();
  });

  it("hijacks in both directions with half-close", async () => {
    const { transport, close } = connect();
    const connection = await transport.hijack({ method: "POST", target: "/attach" });
    const writer = connection.writable.getWriter();
    await writer.write(text.encode("abc"));
    await writer.close();
    expect(await read(connection.readable)).toBe("abc");
    close();
  });

  it("tells why a hijack was refused", async () => {
    const { transport, close } = connect();
    await expect(transport.hijack({ method: "POST", target: "/nowhere" })).rejects.toMatchObject({
      name: "HijackRefused",
      status: 404,
    });
    close();
  });

  it("ends a running response when the client aborts", async () => {
    let resolve: () => void = () => undefined;
    const ended = new Promise<void>((r) => (resolve = r));
    const { transport, close } = connect(() => resolve());
    const abort = new AbortController();
    await transport.request({ method: "GET", target: "/endless", signal: abort.signal });
    abort.abort();
    await ended;
    close();
  });

  it("fails what is pending when the other side talks nonsense", async () => {
    const { page, close } = connect();
    const pending = page.call({ kind: "shell", name: "x", size: { columns: 80, rows: 24 } }, "shell");
    page.receive({ kind: "reply", id: 1, reply: { kind: "nonsense" } });
    await expect(pending).rejects.toThrow("malformed");
    close();
  });
});
