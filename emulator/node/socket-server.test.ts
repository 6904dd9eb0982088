import { once } from "node:events";
import { connect, type AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { socketServer } from "./socket-server.ts";

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function serve() {
  const { server, end } = socketServer(() =>
    Promise.resolve({ status: 200, headers: {}, body: new TextEncoder().encode("hi") }),
  );
  ends.push(end);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function received(port: number, sent: string): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  socket.end(sent);
  let text = "";
  socket.on("data", (bytes: Buffer) => (text += bytes.toString()));
  await once(socket, "end");
  return text;
}

it("answers a client that has ended its input", async () => {
  const text = await received(await serve(), "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  expect(text).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\nhi$/);
});

it("outlives a connection that it gives up before the client does", async () => {
  const port = await serve();
  expect(await received(port, "no request at all\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
  expect(await received(port, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 /);
});
