import type { Terminal } from "@xterm/xterm";
import type { BridgePage } from "../../emulator/bridge/page.ts";
import { readableFromPort, writableToPort } from "../../emulator/bridge/byte-port.ts";
import { terminalActivity } from "./activity.svelte.ts";

/** xterm has so many bytes unparsed at most; a container that floods waits for it, so the page stays quick. */
const unparsedHighWater = 128 * 1024;

/** A terminal connected to a shell of the machine. */
export class ShellConnection {
  readonly #encoder = new TextEncoder();
  readonly #disposables: { dispose(): void }[] = [];
  #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;

  constructor(
    readonly name: string,
    readonly terminal: Terminal,
    readonly bridge: BridgePage,
    /** Where a shell that is not there yet begins. */
    readonly folder: string,
  ) {}

  /** Resolves when the shell answers; `adopted` when it was there already, brought back by a save. */
  async open(): Promise<{ adopted: boolean }> {
    const size = { columns: this.terminal.cols, rows: this.terminal.rows };
    const reply = await this.bridge.call({ kind: "shell", name: this.name, size, folder: this.folder }, "shell");
    const writer = writableToPort(reply.writable).getWriter();
    this.#writer = writer;
    const send = (bytes: Uint8Array) => {
      writer.write(bytes).catch(() => undefined); // the shell has ended, which its own notice tells
    };
    this.#disposables.push(
      this.terminal.onData((text) => send(this.#encoder.encode(text))),
      this.terminal.onBinary((text) => send(Uint8Array.from(text, (c) => c.charCodeAt(0)))),
      this.terminal.onResize(
        ({ cols, rows }) =>
          void this.bridge
            .call({ kind: "resize", shell: this.name, size: { columns: cols, rows } }, "done")
            .catch(() => undefined),
      ),
    );
    void this.#pump(readableFromPort(reply.readable));
    return { adopted: reply.adopted };
  }

  /** Types text as if the user had. */
  type(text: string): void {
    this.#writer?.write(this.#encoder.encode(text)).catch(() => undefined);
  }

  close(): void {
    for (const disposable of this.#disposables) disposable.dispose();
    this.#disposables.length = 0;
    this.#reader?.cancel().catch(() => undefined);
    this.#writer?.close().catch(() => undefined);
  }

  async #pump(output: ReadableStream<Uint8Array>): Promise<void> {
    const reader = output.getReader();
    this.#reader = reader;
    let unparsed = 0;
    let drained: (() => void) | undefined;
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        unparsed += value.byteLength;
        terminalActivity.serial++;
        this.terminal.write(value, () => {
          unparsed -= value.byteLength;
          if (unparsed < unparsedHighWater / 2) drained?.();
        });
        if (unparsed > unparsedHighWater) await new Promise<void>((resolve) => (drained = resolve));
      }
    } catch {
      // The machine stopped or the epoch ended: the session says so, and a new connection is made.
    }
  }
}
