import type { Terminal } from "@xterm/xterm";
import type { BridgePage } from "../../emulator/bridge/page.ts";
import { readableFromPort, writableToPort } from "../../emulator/bridge/byte-port.ts";
import { terminalActivity } from "./activity.svelte.ts";

/** xterm has so many bytes unparsed at most; a container that floods waits for it, so the page stays quick. */
const unparsedHighWater = 128 * 1024;

/** What is typed before the shell answers waits for it, up to so many keys and pastes. */
const mostAhead = 1000;

/** A terminal connected to a shell of the machine: what is typed counts from the start. */
export class ShellConnection {
  readonly #encoder = new TextEncoder();
  readonly #disposables: { dispose(): void }[] = [];
  readonly #ahead: Uint8Array[] = [];
  #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;

  constructor(
    readonly name: string,
    readonly terminal: Pick<Terminal, "cols" | "rows" | "onData" | "onBinary" | "onResize" | "write">,
    readonly bridge: Pick<BridgePage, "call">,
    /** Where a shell that is not there yet begins. */
    readonly folder: string,
  ) {
    this.#disposables.push(
      terminal.onData((text) => this.#send(this.#encoder.encode(text))),
      terminal.onBinary((text) => this.#send(Uint8Array.from(text, (c) => c.charCodeAt(0)))),
    );
  }

  /** Resolves when the shell answers; `adopted` when it was there already, brought back by a save. */
  async open(): Promise<{ adopted: boolean }> {
    const size = { columns: this.terminal.cols, rows: this.terminal.rows };
    const reply = await this.bridge.call({ kind: "shell", name: this.name, size, folder: this.folder }, "shell");
    this.#writer = writableToPort(reply.writable).getWriter();
    for (const bytes of this.#ahead.splice(0)) this.#send(bytes);
    this.#disposables.push(this.terminal.onResize(() => this.#resize()));
    if (this.terminal.cols !== size.columns || this.terminal.rows !== size.rows) this.#resize();
    void this.#pump(readableFromPort(reply.readable));
    return { adopted: reply.adopted };
  }

  /** Types text as if the user had. */
  type(text: string): void {
    this.#send(this.#encoder.encode(text));
  }

  close(): void {
    for (const disposable of this.#disposables) disposable.dispose();
    this.#disposables.length = 0;
    this.#reader?.cancel().catch(() => undefined);
    this.#writer?.close().catch(() => undefined);
  }

  #send(bytes: Uint8Array): void {
    if (this.#writer !== undefined)
      this.#writer.write(bytes).catch(() => undefined); // the shell has ended, which its own notice tells
    else if (this.#ahead.length < mostAhead) this.#ahead.push(bytes);
  }

  #resize(): void {
    const size = { columns: this.terminal.cols, rows: this.terminal.rows };
    this.bridge.call({ kind: "resize", shell: this.name, size }, "done").catch(() => undefined); // it has ended
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
