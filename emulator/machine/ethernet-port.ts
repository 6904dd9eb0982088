import { guarded } from "./console-port.ts";
import type { EthernetPort } from "./machine.ts";
import type { V86Emulator, VirtQueue } from "./v86-internals.ts";

/** Frames that may wait while the guest has no buffer posted; a card's own memory is no larger. */
const backlogLimit = 256;

/** v86's virtio-net without a relay: frames go straight to and from the host. */
export class VirtioEthernetPort implements EthernetPort {
  readonly #emulator: V86Emulator;
  readonly #queue: VirtQueue;
  readonly #running: () => boolean;
  #backlog: Uint8Array[] = [];
  #receiver: ((frame: Uint8Array) => void) | undefined;

  constructor(emulator: V86Emulator, running: () => boolean) {
    const queue = emulator.v86.cpu.devices.virtio_net.virtio.queues[0];
    if (queue === undefined) throw new Error("virtio-net has no receive queue");
    this.#emulator = emulator;
    this.#queue = queue;
    this.#running = running;
    emulator.add_listener("net0-send", (frame: Uint8Array) => {
      const receiver = this.#receiver;
      if (receiver !== undefined) guarded(() => receiver(frame));
    });
  }

  send(frame: Uint8Array): void {
    if (this.#backlog.length >= backlogLimit) return;
    this.#backlog.push(frame);
    this.pump();
  }

  receive(receiver: ((frame: Uint8Array) => void) | undefined): void {
    this.#receiver = receiver;
  }

  pump(): void {
    while (this.#backlog.length > 0 && this.#running() && this.#queue.is_configured() && this.#queue.has_request()) {
      this.#emulator.bus.send("net0-receive", this.#backlog.shift());
    }
  }

  end(): void {
    this.#backlog = [];
    this.#receiver = undefined;
  }
}
