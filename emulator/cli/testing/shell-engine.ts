import type { Duplex, HttpResponse } from "../../client/inprocess.ts";
import { failure, fakeEngine, json, type Answer, type Route } from "./fake-engine.ts";

/** What a container of this engine does with its streams; the result is its exit code. */
export type Program = (io: {
  readonly stdin: AsyncIterable<Uint8Array>;
  stdout(text: string): Promise<void>;
  stderr(text: string): Promise<void>;
  readonly signal: Promise<string>;
}) => Promise<number>;

const ID = "c0ffee000000c0ffee000000c0ffee000000c0ffee000000c0ffee000000beef";

/** An engine with one container, whose program runs when it is started and whose exit ends every wait. */
export function shellEngine(
  program: Program,
  options: { readonly tty?: boolean; readonly more?: Readonly<Record<string, Route | Answer>> } = {},
): ReturnType<typeof fakeEngine> & { readonly id: string } {
  const tty = options.tty === true;
  let connection: Duplex | undefined;
  let kill: (signal: string) => void = () => undefined;
  let exit: (code: number) => void = () => undefined;
  let attached: () => void = () => undefined;
  const exited = new Promise<number>((resolve) => (exit = resolve));
  const isAttached = new Promise<void>((resolve) => (attached = resolve));
  const killed = new Promise<string>((resolve) => (kill = resolve));
  const hijacked: HttpResponse = {
    status: 101,
    headers: {},
    body: null,
    hijack: (duplex) => {
      connection = duplex;
      attached();
      return exited.then(() => undefined);
    },
  };
  const run = async (): Promise<void> => {
    const writer = connection?.writable.getWriter();
    const write = (type: number) => async (text: string) => {
      const bytes = new TextEncoder().encode(text);
      if (!tty) await writer?.write(Uint8Array.from([type, 0, 0, 0, 0, 0, bytes.length >> 8, bytes.length & 255]));
      await writer?.write(bytes);
    };
    const stdin = connection?.readable ?? new ReadableStream<Uint8Array>();
    const code = await program({ stdin, stdout: write(1), stderr: write(2), signal: killed });
    await writer?.close();
    exit(code);
  };
  const waited = async (): Promise<Answer> => ({
    status: 200,
    headers: {},
    body: new ReadableStream<Uint8Array>({
      async pull(controller) {
        controller.enqueue(new TextEncoder().encode(`${JSON.stringify({ StatusCode: await exited })}\n`));
        controller.close();
      },
    }),
  });
  const engine = fakeEngine({
    "POST /containers/create": () => json(201, { Id: ID, Warnings: [] }),
    "POST /containers/*/attach": hijacked,
    "POST /containers/*/start": () => {
      void run();
      return null;
    },
    "POST /containers/*/wait": waited,
    "POST /containers/*/kill": ({ query }) => {
      kill(query.get("signal") ?? "KILL");
      return null;
    },
    "POST /containers/*/resize": null,
    "GET /containers/*/json": () => ({
      Id: ID,
      Name: "/box",
      Config: { Tty: tty, OpenStdin: true },
      State: { Running: true, ExitCode: 0 },
      HostConfig: { AutoRemove: false },
    }),
    "POST /containers/*/exec": () => json(201, { Id: "e1" }),
    "POST /exec/*/start": () => {
      void isAttached.then(run);
      return hijacked;
    },
    "GET /exec/*/json": async () => ({ ExitCode: await exited }),
    "GET /images/search": () => failure(404, "page not found"),
    ...options.more,
  });
  return { ...engine, id: ID };
}
