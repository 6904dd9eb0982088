/**
 * The machine as everything outside `machine/` sees it. Only this folder knows v86.
 */

/**
 * One virtio-console port (`/dev/hvcN` in the guest). `send` keeps order, may be called with any length, and resolves
 * when the guest's driver has taken the last byte: v86 drops what finds no posted buffer, so the port paces itself
 * (pieces of at most 4096 bytes, only while a buffer is posted).
 */
export interface ConsolePort {
  send(bytes: Uint8Array): Promise<void>;
  /** Replaces the receiver. Bytes that arrive while there is none are dropped. The array is the receiver's to keep. */
  receive(receiver: ((bytes: Uint8Array) => void) | undefined): void;
}

/** A 9P2000.L server. It answers synchronously, so no request is ever unanswered when the machine is saved. */
export type NinePServer = (request: Uint8Array) => Uint8Array;

/** The guest's network card: whole Ethernet frames, without FCS. */
export interface EthernetPort {
  send(frame: Uint8Array): void;
  receive(receiver: ((frame: Uint8Array) => void) | undefined): void;
}

/** What a machine is made of. Devices are the same at save and at restore, so none of them is optional. */
export interface MachineOptions {
  /** Instantiated by the caller's means: v86.wasm's bytes. */
  readonly wasm: Uint8Array;
  readonly ninep: NinePServer;
  /** Guest memory in MiB; 128 unless told otherwise. A state restores with the size it was saved with. */
  readonly memory?: number;
  /** Bytes of the serial console (kernel messages, panics). */
  readonly onSerial?: (text: string) => void;
  /** Called once when the machine cannot go on: a kernel panic seen on the serial line, or a trap in wasm. */
  readonly onCrash?: (reason: string) => void;
}

export interface BootImages {
  readonly bios: Uint8Array;
  readonly vgaBios: Uint8Array;
  readonly kernel: Uint8Array;
  readonly initramfs: Uint8Array;
  /** Appended to the fixed kernel command line. */
  readonly append?: string;
}

export interface Machine {
  /** `/dev/hvc1`: protocol frames. */
  readonly control: ConsolePort;
  readonly ethernet: EthernetPort;
  readonly running: boolean;
  run(): void;
  /** Stops executing instructions; timers of the guest stand still. Resolves when the last slice has ended. */
  pause(): Promise<void>;
  /** The whole machine as v86 packs it, uncompressed. The caller has quiesced the guest (no unanswered request). */
  save(): Promise<Uint8Array>;
  /** Instructions executed since start, modulo 2^32: for measuring idleness. */
  instructions(): number;
  /** Ends the machine for good and frees its memory. */
  destroy(): Promise<void>;
}

// Implemented by boot.ts: `bootMachine(options, images): Promise<Machine>` (cold) and
// restore.ts: `restoreMachine(options, state: Uint8Array): Promise<Machine>`; both resolve with a machine that is not running.
