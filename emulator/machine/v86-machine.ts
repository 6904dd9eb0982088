import { V86 } from "v86";
import { VirtioConsolePort } from "./console-port.ts";
import { VirtioEthernetPort } from "./ethernet-port.ts";
import { Executor } from "./executor.ts";
import { GuestClock, sharedMicrotick, within } from "./guest-clock.ts";
import { type Machine, MachineEnded, type MachineOptions, type MachineState } from "./machine.ts";
import { ninepHandler } from "./ninep-device.ts";
import { SerialConsole } from "./serial-console.ts";
import { saveState } from "./state.ts";
import { coreOf, internalsOf, jitMaxPages, type V86Emulator } from "./v86-internals.ts";

const controlPort = 1;

/** v86's own options that both ways of starting a machine share; the devices are part of every state. */
const devices = {
  autostart: false,
  acpi: true,
  virtio_console: true,
  net_device: { type: "virtio" },
  preserve_mac_from_state_image: true,
  vga_memory_size: 256 * 1024,
  disable_speaker: true,
  disable_keyboard: true,
  disable_mouse: true,
} as const;

export interface StartedMachine {
  readonly machine: Machine;
  readonly emulator: V86Emulator;
  readonly clock: GuestClock;
}

/** Constructs a machine with `memory` bytes and, for a cold boot, v86's options that name images. It is not running. */
export async function startMachine(
  options: MachineOptions,
  memory: number,
  images?: Readonly<Record<string, unknown>>,
): Promise<StartedMachine> {
  const clock = new GuestClock(0);
  const emulator = await construct(options, clock, memory, images);
  emulator.v86.cpu.set_jit_config(jitMaxPages, 1);
  return { machine: new V86Machine(options, emulator, clock, images === undefined), emulator, clock };
}

function construct(
  options: MachineOptions,
  clock: GuestClock,
  memory: number,
  images: Readonly<Record<string, unknown>> | undefined,
): Promise<V86Emulator> {
  return new Promise((resolve, reject) => {
    const emulator: unknown = new (V86 as unknown as new (settings: object) => unknown)({
      ...devices,
      ...images,
      memory_size: memory,
      filesystem: { handle9p: ninepHandler(options.ninep) },
      wasm_fn: (imports: WebAssembly.Imports) => ({
        // v86 constructs the inner emulator in the callback of `then`.
        then: (construct: (exports: Record<string, unknown>) => void) => {
          instantiate(options.wasm, imports, clock)
            .then((exports) => {
              withoutWorkers(() => construct(exports));
              const core = coreOf(emulator);
              core.constructor.microtick = sharedMicrotick;
              const { init } = core;
              core.init = (settings) => {
                try {
                  within(clock, () => init.call(core, settings));
                } catch (error) {
                  reject(error instanceof Error ? error : new Error(String(error)));
                }
              };
            })
            .catch(reject);
        },
      }),
    });
    (emulator as V86Emulator).add_listener("emulator-loaded", () => {
      try {
        resolve(internalsOf(emulator));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}

async function instantiate(
  wasm: MachineOptions["wasm"],
  imports: WebAssembly.Imports,
  clock: GuestClock,
): Promise<Record<string, unknown>> {
  const module = wasm instanceof Uint8Array ? await WebAssembly.compile(wasm as Uint8Array<ArrayBuffer>) : wasm;
  const env = { ...imports["env"], microtick: () => clock.now() };
  return (await WebAssembly.instantiate(module, { ...imports, env })).exports;
}

/** v86 would start a worker from a blob only to be called back by it, which a content security policy may forbid. */
function withoutWorkers(work: () => void): void {
  const scope = globalThis as { Worker?: unknown };
  const { Worker } = scope;
  if (Worker === undefined) return work();
  scope.Worker = class {
    terminate(): void {}
  };
  try {
    work();
  } finally {
    scope.Worker = Worker;
  }
}

class V86Machine implements Machine {
  readonly control: VirtioConsolePort;
  readonly ethernet: VirtioEthernetPort;
  readonly #emulator: V86Emulator;
  readonly #clock: GuestClock;
  readonly #executor: Executor;
  readonly #serial: SerialConsole;
  readonly #onCrash: MachineOptions["onCrash"];
  #ended: string | undefined;

  constructor(options: MachineOptions, emulator: V86Emulator, clock: GuestClock, restored: boolean) {
    const running = (): boolean => this.running;
    this.#emulator = emulator;
    this.#clock = clock;
    this.#onCrash = options.onCrash;
    this.control = new VirtioConsolePort(emulator, controlPort, restored, running);
    this.ethernet = new VirtioEthernetPort(emulator, running);
    this.#serial = new SerialConsole(options.onSerial, (reason) => this.#crash(reason));
    emulator.add_listener("serial0-output-byte", (byte: number) => this.#serial.byte(byte));
    this.#executor = new Executor(emulator.v86, clock, {
      afterSlice: () => {
        this.#serial.flush();
        this.control.pump();
        this.ethernet.pump();
      },
      crashed: (reason) => this.#crash(reason),
      timeSkipped: (milliseconds) => options.onTimeSkipped?.(milliseconds),
    });
    // A restart would need the BIOS, which a restored machine does not have.
    emulator.v86.cpu.reboot_internal = () => queueMicrotask(() => this.#crash("the guest restarted"));
  }

  get running(): boolean {
    return this.#executor.running;
  }

  run(): void {
    if (this.#ended !== undefined) throw new MachineEnded(this.#ended);
    this.#executor.run();
  }

  pause(): Promise<void> {
    return this.#executor.pause();
  }

  async save(): Promise<MachineState> {
    if (this.#ended !== undefined) throw new MachineEnded(this.#ended);
    if (this.#executor.inSlice) throw new Error("the machine cannot be saved from within the guest's execution");
    return saveState(this.#emulator.v86, this.#clock);
  }

  instructions(): number {
    return (this.#emulator.v86.cpu.instruction_counter[0] ?? 0) >>> 0;
  }

  async destroy(): Promise<void> {
    await this.pause();
    this.#end("the machine was destroyed");
    this.#emulator.v86.destroy();
  }

  #crash(reason: string): void {
    if (this.#ended !== undefined) return;
    this.#end(reason);
    this.#serial.flush();
    this.#onCrash?.(reason, this.#serial.tail);
  }

  #end(reason: string): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    this.#executor.end();
    this.control.end(reason);
    this.ethernet.end();
  }
}
