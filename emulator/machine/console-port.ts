import { type ConsolePort, MachineEnded } from "./machine.ts";
import type { V86Emulator, VirtQueue } from "./v86-internals.ts";

/** Linux posts input buffers of one page; v86 cuts off what does not fit. */
const bufferSize = 4096;

interface Message {
  readonly bytes: Uint8Array;
  sent: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * One port of v86's virtio-console, with the flow control that v86 leaves out: input waits here until the guest has a
 * buffer posted, and small messages share a buffer.
 *
 * After a cold boot input waits for the guest's first byte as well: Linux discards what comes between posting the first
 * buffers and making the port a console, and a terminal nobody has made raw yet would echo and edit it.
 */
export class VirtioConsolePort implements ConsolePort {
  readonly #emulator: V86Emulator;
  readonly #queue: VirtQueue;
  readonly #event: string;
  readonly #running: () => boolean;
  #waiting: Message[] = [];
  #receiver: ((bytes: Uint8Array) => void) | undefined;
  #open: boolean;
  #ended: string | undefined;

  /** `open`: the guest has spoken before, in the life that is being restored. */
  constructor(emulator: V86Emulator, port: number, open: boolean, running: () => boolean) {
    const queue = emulator.v86.cpu.devices.virtio_console.virtio.queues[port === 0 ? 0 : port * 2 + 2];
    if (queue === undefined) throw new Error(`virtio-console has no port ${port}`);
    this.#emulator = emulator;
    this.#queue = queue;
    this.#event = `virtio-console${port}-input-bytes`;
    this.#open = open;
    this.#running = running;
    emulator.add_listener(`virtio-console${port}-output-bytes`, (bytes: Uint8Array) => {
      this.#open = true;
      const receiver = this.#receiver;
      if (receiver !== undefined) guarded(() => receiver(bytes));
    });
  }

  send(bytes: Uint8Array): Promise<void> {
    if (this.#ended !== undefined) return Promise.reject(new MachineEnded(this.#ended));
    if (bytes.length === 0 && this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, sent: 0, resolve, reject });
      this.pump();
    });
  }

  receive(receiver: ((bytes: Uint8Array) => void) | undefined): void {
    this.#receiver = receiver;
  }

  /** Hands over what the guest has room for. */
  pump(): void {
    while (this.#waiting.length > 0 && this.#ready()) {
      const done: Message[] = [];
      const piece = this.#take(done);
      if (piece.length > 0) this.#emulator.bus.send(this.#event, piece);
      for (const message of done) message.resolve();
    }
  }

  #ready(): boolean {
    return this.#open && this.#running() && Boolean(this.#queue.is_configured()) && this.#queue.has_request();
  }

  end(reason: string): void {
    this.#ended ??= reason;
    this.#receiver = undefined;
    for (const message of this.#waiting.splice(0)) message.reject(new MachineEnded(reason));
  }

  /** At most a buffer's worth from the head of the line; messages it finishes leave the line. */
  #take(done: Message[]): Uint8Array {
    const pieces: Uint8Array[] = [];
    let length = 0;
    for (const message of this.#waiting) {
      const piece = message.bytes.subarray(message.sent, message.sent + bufferSize - length);
      message.sent += piece.length;
      length += piece.length;
      pieces.push(piece);
      if (message.sent < message.bytes.length) break;
      done.push(message);
    }
    this.#waiting.splice(0, done.length);
    const [only] = pieces;
    if (only !== undefined && pieces.length === 1) return only;
    const joined = new Uint8Array(length);
    let offset = 0;
    for (const piece of pieces) {
      joined.set(piece, offset);
      offset += piece.length;
    }
    return joined;
  }
}

/** Keeps an error of a receiver out of the guest's execution, and lets it surface as what it is. */
export function guarded(work: () => void): void {
  try {
    work();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
