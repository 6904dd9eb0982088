import { expect, it } from "vitest";
import { readableFromPort } from "../../emulator/bridge/byte-port.ts";
import type { BridgePage } from "../../emulator/bridge/page.ts";
import { ShellConnection } from "./shell.ts";

type Keys = (text: string) => void;

/** A screen that somebody types at, and can be made larger. */
class TypedScreen {
  cols = 80;
  rows = 24;
  readonly #keys = new Set<Keys>();
  readonly #resized = new Set<(size: { cols: number; rows: number }) => void>();

  readonly onData = (listener: Keys) => {
    this.#keys.add(listener);
    return { dispose: () => this.#keys.delete(listener) };
  };
  readonly onBinary = () => ({ dispose: () => undefined });
  readonly onResize = (listener: (size: { cols: number; rows: number }) => void) => {
    this.#resized.add(listener);
    return { dispose: () => this.#resized.delete(listener) };
  };
  write(): void {
    // Nobody looks.
  }
  type(text: string): void {
    for (const listener of this.#keys) listener(text);
  }
  resize(cols: number, rows: number): void {
    Object.assign(this, { cols, rows });
    for (const listener of this.#resized) listener({ cols, rows });
  }
}

/** A machine whose shell answers when it is let; it tells what it was asked and what it reads. */
function machine() {
  const [input, output] = [new MessageChannel(), new MessageChannel()];
  const sizes: unknown[] = [];
  let answer: (() => void) | undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const bridge = {
    call: async (request: { kind: string; size?: unknown }) => {
      sizes.push(request.size);
      if (request.kind !== "shell") return { kind: "done" };
      await answered;
      return { kind: "shell", adopted: true, writable: input.port1, readable: output.port1 };
    },
  } as unknown as Pick<BridgePage, "call">;
  const read = async (length: number) => {
    let text = "";
    for await (const bytes of readableFromPort(input.port2) as unknown as AsyncIterable<Uint8Array>) {
      text += new TextDecoder().decode(bytes);
      if (text.length >= length) break;
    }
    return text;
  };
  return { bridge, sizes, read, answer: () => answer?.(), end: () => (output.port2.close(), input.port2.close()) };
}

it("keeps what is typed before the shell answers, in order", async () => {
  const screen = new TypedScreen();
  const guest = machine();
  const connection = new ShellConnection("1", screen, guest.bridge, "/root");
  screen.type("docker ");
  const open = connection.open();
  screen.type("ps");
  guest.answer();
  await open;
  connection.type("\r");
  expect(await guest.read(10)).toBe("docker ps\r");
  connection.close();
  guest.end();
});

it("tells the shell a size that changed while it was asked for", async () => {
  const screen = new TypedScreen();
  const guest = machine();
  const connection = new ShellConnection("1", screen, guest.bridge, "/root");
  const open = connection.open();
  screen.resize(100, 30);
  guest.answer();
  await open;
  screen.resize(120, 40);
  expect(guest.sizes).toEqual([
    { columns: 80, rows: 24 },
    { columns: 100, rows: 30 },
    { columns: 120, rows: 40 },
  ]);
  connection.close();
  screen.resize(10, 10);
  expect(guest.sizes).toHaveLength(3);
  guest.end();
});
