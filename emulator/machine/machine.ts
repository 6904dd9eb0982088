/**
 * The machine as everything outside `machine/` sees it. Only this folder knows v86.
 */

/**
 * One virtio-console port (`/dev/hvcN` in the guest). `send` keeps order, may be called with any length, and resolves
 * when the guest's driver has taken the last byte: v86 drops what finds no posted buffer, so the port paces itself
 * (pieces of at most 4096 bytes, only while a buffer is posted). The array must not change until then. It rejects with
 * `MachineEnded` when the machine crashed or was destroyed. After a cold boot everything waits for the guest's first byte:
 * whoever opens the port there makes it raw, then says something.
 */
export interface ConsolePort {
  send(bytes: Uint8Array): Promise<void>;
  /** Replaces the receiver. Bytes that arrive while there is none are dropped. The array is the receiver's to keep. */
  receive(receiver: ((bytes: Uint8Array) => void) | undefined): void;
}

/**
 * A 9P2000.L server. It answers synchronously, so no request is ever unanswered when the machine is saved; a promise only
 * while what it serves is still being loaded, and until then nobody saves. The reply may be a view that is valid until the
 * next request.
 */
export type NinePServer = (request: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/** The guest's network card: whole Ethernet frames, without FCS. A frame that finds the card's ring full is dropped. */
export interface EthernetPort {
  send(frame: Uint8Array): void;
  receive(receiver: ((frame: Uint8Array) => void) | undefined): void;
}

/** What a machine is made of. Devices are the same at save and at restore, so none of them is optional. */
export interface MachineOptions {
  /** The bytes of v86.wasm, or the module compiled from them. */
  readonly wasm: Uint8Array | WebAssembly.Module;
  readonly ninep: NinePServer;
  /** Guest memory in MiB; 128 unless told otherwise. A state restores with the size it was saved with. */
  readonly memory?: number;
  /** Bytes of the serial console (kernel messages, panics). */
  readonly onSerial?: (text: string) => void;
  /**
   * Called once when the machine cannot go on: a kernel panic or halt seen on the serial line, a restart of the guest, a
   * processor that sleeps for ever, or a trap in wasm. `lastOutput` is the end of the serial console.
   */
  readonly onCrash?: (reason: string, lastOutput: string) => void;
  /**
   * The guest's clocks stand still while the machine is paused, and while the host kept it from running for longer than
   * a second. Called each time before it goes on, with the milliseconds the guest has not lived through: its
   * CLOCK_REALTIME is now behind by as much.
   */
  readonly onTimeSkipped?: (milliseconds: number) => void;
}

export interface BootImages {
  readonly bios: Uint8Array;
  readonly vgaBios: Uint8Array;
  readonly kernel: Uint8Array;
  readonly initramfs: Uint8Array;
  /** Appended to the fixed kernel command line. */
  readonly append?: string;
}

/** The whole machine, uncompressed, as plain bytes. The format of a save on disk is `save/`'s. */
export interface MachineState {
  /** The version of v86 that wrote `devices`; no other can read it. */
  readonly v86: string;
  /** Bytes of guest memory, a multiple of 4096. */
  readonly memory: number;
  /** One bit for each 4096-byte page of memory, lowest bit first: set when the page is not all zeros. */
  readonly present: Uint8Array;
  /** The pages whose bit is set, in order. */
  readonly pages: Uint8Array;
  /** Processor and devices, in v86's own form. */
  readonly devices: Uint8Array;
}

export interface Machine {
  /** `/dev/hvc1`: protocol frames. */
  readonly control: ConsolePort;
  readonly ethernet: EthernetPort;
  readonly running: boolean;
  run(): void;
  /** Stops executing instructions; timers of the guest stand still. Resolves when the last slice has ended. */
  pause(): Promise<void>;
  /** A copy of the whole machine. The caller has quiesced the guest (no unanswered request). */
  save(): Promise<MachineState>;
  /** Instructions executed since start, modulo 2^32: for measuring idleness. */
  instructions(): number;
  /** Ends the machine for good and frees its memory. */
  destroy(): Promise<void>;
}

/** The machine crashed or was destroyed, and what was asked of it can no longer happen. */
export class MachineEnded extends Error {
  override readonly name = "MachineEnded";
}

// Implemented by boot.ts: `bootMachine(options, images): Promise<Machine>` (cold) and
// restore.ts: `restoreMachine(options, state: MachineState): Promise<Machine>`; both resolve with a machine that is not
// running.
