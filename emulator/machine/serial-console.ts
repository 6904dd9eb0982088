import { guarded } from "./console-port.ts";

/** How much of the end is kept for a crash report, in characters. */
const keptOutput = 8192;

/** What the kernel prints last, and what it means for us. */
const fatal: readonly { readonly line: RegExp; readonly reason: (match: RegExpExecArray) => string }[] = [
  {
    line: /end Kernel panic - not syncing: ([^\r\n]*?) \]---/,
    reason: (match) => `Kernel panic - not syncing: ${match[1] ?? ""}`,
  },
  { line: /reboot: (System halted|Power down)/, reason: (match) => `the guest shut down (${match[1] ?? ""})` },
];

/** The first serial port: text in batches, and a watch for the kernel's last words. */
export class SerialConsole {
  readonly #decoder = new TextDecoder();
  readonly #onText: ((text: string) => void) | undefined;
  readonly #onFatal: (reason: string) => void;
  #bytes: number[] = [];
  #tail = "";

  constructor(onText: ((text: string) => void) | undefined, onFatal: (reason: string) => void) {
    this.#onText = onText;
    this.#onFatal = onFatal;
  }

  get tail(): string {
    return this.#tail;
  }

  byte(value: number): void {
    this.#bytes.push(value);
  }

  /** Delivers what has come since the last time. */
  flush(): void {
    if (this.#bytes.length === 0) return;
    const text = this.#decoder.decode(Uint8Array.from(this.#bytes), { stream: true });
    this.#bytes = [];
    // A match may straddle two batches; one that was seen before cannot match again, since it ended the machine.
    this.#tail = (this.#tail + text).slice(-keptOutput);
    const onText = this.#onText;
    if (onText !== undefined && text.length > 0) guarded(() => onText(text));
    for (const { line, reason } of fatal) {
      const match = line.exec(this.#tail);
      if (match !== null) return this.#onFatal(reason(match));
    }
  }
}
