/**
 * What this project uses of v86 beyond its published types, in one place: the inner emulator, its processor and the
 * virtqueues. `internalsOf` checks all of it, so that an upgrade that moves something says what.
 */

/** A typed array over wasm memory, or a stand-in that behaves as one. */
export interface Register {
  [index: number]: number;
}

export interface VirtQueue {
  is_configured(): unknown;
  has_request(): boolean;
}

export interface V86Cpu {
  readonly wasm_memory: { readonly buffer: ArrayBuffer };
  readonly mem8: { readonly byteOffset: number; readonly length: number };
  readonly instruction_counter: Register;
  readonly in_hlt: Register;
  readonly flags: Register;
  readonly devices: {
    readonly virtio_console: { readonly virtio: { readonly queues: readonly VirtQueue[] } };
    readonly virtio_net: { readonly virtio: { readonly queues: readonly VirtQueue[] } };
  };
  last_result: Register;
  fpu_status_word: Register;
  mxcsr: Register;
  main_loop(): number;
  set_jit_config(index: number, value: number): void;
  is_memory_zeroed(address: number, length: number): number | boolean;
  pack_memory(): { bitmap: { get_buffer(): ArrayBuffer }; packed_memory: Uint8Array };
  unpack_memory(bitmap: unknown, packed: Uint8Array): void;
  reboot_internal(): void;
}

export interface V86Core {
  readonly cpu: V86Cpu;
  /** The class; its `microtick` is the clock of the device timers of all machines. */
  readonly constructor: { microtick(): number };
  idle: boolean;
  tick_counter: number;
  do_tick(): void;
  next_tick(milliseconds: number): void;
  /** Must call `yield_callback(tick)` after so many milliseconds, from the event loop. */
  yield(milliseconds: number, tick: number): void;
  yield_callback(tick: number): void;
  init(settings: unknown): void;
  save_state(): ArrayBuffer;
  restore_state(state: ArrayBuffer): void;
  destroy(): void;
}

export interface V86Emulator {
  readonly v86: V86Core;
  readonly bus: { send(event: string, value: unknown): void };
  add_listener(event: string, listener: (value: never) => void): void;
}

/** Set in `flags` while the processor takes interrupts. */
export const interruptFlag = 1 << 9;
/** The first argument of `set_jit_config` that sets how many pages one compiled module spans. */
export const jitMaxPages = 1;

const core = {
  cpu: "object",
  idle: "boolean",
  tick_counter: "number",
  do_tick: "function",
  next_tick: "function",
  yield: "function",
  yield_callback: "function",
  init: "function",
  save_state: "function",
  restore_state: "function",
  destroy: "function",
  "constructor.microtick": "function",
  "cpu.wasm_memory.buffer": "object",
  "cpu.instruction_counter": "object",
  "cpu.in_hlt": "object",
  "cpu.flags": "object",
  "cpu.last_result": "object",
  "cpu.fpu_status_word": "object",
  "cpu.mxcsr": "object",
  "cpu.main_loop": "function",
  "cpu.set_jit_config": "function",
  "cpu.is_memory_zeroed": "function",
  "cpu.pack_memory": "function",
  "cpu.unpack_memory": "function",
  "cpu.reboot_internal": "function",
} as const;

const devices = {
  "cpu.mem8.byteOffset": "number",
  "cpu.mem8.length": "number",
  ...Object.fromEntries(
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((queue) => [
      [`cpu.devices.virtio_console.virtio.queues.${queue}.is_configured`, "function"],
      [`cpu.devices.virtio_console.virtio.queues.${queue}.has_request`, "function"],
    ]),
  ),
  "cpu.devices.virtio_net.virtio.queues.0.is_configured": "function",
  "cpu.devices.virtio_net.virtio.queues.0.has_request": "function",
} as const;

/** The inner emulator, as soon as it is constructed. */
export function coreOf(emulator: unknown): V86Core {
  const inner = at(emulator, "v86");
  check(inner, core);
  return inner as V86Core;
}

/** All of it, once the devices exist. */
export function internalsOf(emulator: unknown): V86Emulator {
  check(emulator, { "bus.send": "function", add_listener: "function" });
  check(coreOf(emulator), devices);
  return emulator as V86Emulator;
}

function check(object: unknown, expected: Readonly<Record<string, string>>): void {
  for (const [path, type] of Object.entries(expected)) {
    const found = typeof at(object, path);
    if (found !== type)
      throw new Error(`this version of v86 does not fit: ${path} is ${found}, not ${type} (see v86-internals.ts)`);
  }
}

function at(object: unknown, path: string): unknown {
  let value: unknown = object;
  for (const name of path.split(".")) {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
