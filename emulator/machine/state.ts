import { within, type GuestClock } from "./guest-clock.ts";
import type { MachineState } from "./machine.ts";
import type { Register, V86Core, V86Cpu } from "./v86-internals.ts";

/** The version that package.json pins: a state is only good for the v86 that wrote it. */
export const v86Version = "0.5.462";

const pageSize = 4096;

/** Places in the positional list that v86 writes. */
const tscPlace = 43;

/** A copy of the machine. v86 packs the devices; memory is copied once, by us, instead of v86's three times. */
export function saveState(core: V86Core, clock: GuestClock): MachineState {
  const { cpu } = core;
  const { present, pages } = packMemory(cpu);
  cpu.pack_memory = () => ({ bitmap: { get_buffer: () => new ArrayBuffer(0) }, packed_memory: new Uint8Array(0) });
  const devices = new Uint8Array(within(clock, () => core.save_state()));
  return { v86: v86Version, memory: cpu.mem8.length, present, pages, devices };
}

/** Fills a machine that has not run yet, of the state's memory size. Its clock goes on from the state's. */
export function restoreState(core: V86Core, clock: GuestClock, state: MachineState): void {
  const { cpu } = core;
  if (state.memory !== cpu.mem8.length)
    throw new Error(`the state is of ${state.memory} bytes of memory, the machine of ${cpu.mem8.length}`);
  clock.set(clockOf(state.devices));
  cpu.unpack_memory = () => unpackMemory(cpu, state);
  // v86 puts copies in the place of these three instead of writing to them, which loses their values for the processor.
  const registers = { last_result: cpu.last_result, fpu_status_word: cpu.fpu_status_word, mxcsr: cpu.mxcsr };
  const { buffer, byteOffset, byteLength } = state.devices;
  const devices = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  within(clock, () => core.restore_state(devices));
  for (const [name, register] of Object.entries(registers) as [keyof typeof registers, Register][]) {
    const [value] = [cpu[name][0]];
    if (value === undefined) throw new Error(`the state has no ${name}`);
    register[0] = value;
    cpu[name] = register;
  }
}

/** Throws unless the parts of a state fit together. */
export function checkState(state: MachineState): void {
  if (state.v86 !== v86Version) throw new Error(`the state is of v86 ${state.v86}, not ${v86Version}`);
  let count = 0;
  for (const byte of state.present) for (let bits = byte; bits !== 0; bits &= bits - 1) count++;
  if (
    state.memory % (8 * pageSize) !== 0 ||
    state.present.length !== state.memory / pageSize / 8 ||
    state.pages.length !== count * pageSize
  )
    throw new Error("the state's memory does not fit its page bitmap");
}

function memoryOf(cpu: V86Cpu): Uint8Array {
  return new Uint8Array(cpu.wasm_memory.buffer, cpu.mem8.byteOffset, cpu.mem8.length);
}

function packMemory(cpu: V86Cpu): Pick<MachineState, "present" | "pages"> {
  const memory = memoryOf(cpu);
  const present = new Uint8Array(memory.length / pageSize / 8);
  const runs: { readonly start: number; end: number }[] = [];
  let total = 0;
  for (let address = 0; address < memory.length; address += pageSize) {
    if (cpu.is_memory_zeroed(address, pageSize)) continue;
    const page = address / pageSize;
    present[page >> 3] = (present[page >> 3] ?? 0) | (1 << (page & 7));
    total += pageSize;
    const last = runs.at(-1);
    if (last?.end === address) last.end += pageSize;
    else runs.push({ start: address, end: address + pageSize });
  }
  const pages = new Uint8Array(total);
  let offset = 0;
  for (const { start, end } of runs) {
    pages.set(memory.subarray(start, end), offset);
    offset += end - start;
  }
  return { present, pages };
}

/** Memory of a machine that has not run is all zeros already; what is not written stays unbacked. */
function unpackMemory(cpu: V86Cpu, { present, pages }: MachineState): void {
  const memory = memoryOf(cpu);
  let offset = 0;
  for (let page = 0; page < present.length * 8; page++) {
    const start = page;
    while (page < present.length * 8 && ((present[page >> 3] ?? 0) >> (page & 7)) & 1) page++;
    if (page === start) continue;
    const length = (page - start) * pageSize;
    memory.set(pages.subarray(offset, offset + length), start * pageSize);
    offset += length;
  }
}

/**
 * What the guest's clock showed when the state was written: v86 stores only the TSC, which counts a million to the
 * millisecond from the clock's zero. The form: magic, version, length, length of the JSON text (32 bit each), JSON, then
 * from the next multiple of 4 the buffers that the JSON names.
 */
function clockOf(devices: Uint8Array): number {
  const view = new DataView(devices.buffer, devices.byteOffset, devices.byteLength);
  const jsonLength = view.getInt32(12, true);
  const text = new TextDecoder().decode(devices.subarray(16, 16 + jsonLength));
  const json = JSON.parse(text) as {
    buffer_infos?: readonly { offset?: number }[];
    state?: readonly ({ buffer_id?: number } | null)[];
  };
  const offset = json.buffer_infos?.[json.state?.[tscPlace]?.buffer_id ?? -1]?.offset;
  if (typeof offset !== "number") throw new Error("the state has no time stamp counter");
  const start = ((16 + jsonLength + 3) & ~3) + offset;
  return (view.getUint32(start, true) + view.getUint32(start + 4, true) * 2 ** 32) / 1e6;
}
