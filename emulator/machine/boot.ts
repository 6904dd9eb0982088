import type { BootImages, Machine, MachineOptions } from "./machine.ts";
import { startMachine } from "./v86-machine.ts";

/**
 * `tsc=reliable`, `mitigations=off`, `nopti`: no work for hardware that is not there. `random.trust_cpu`: RDRAND comes
 * from the host's cryptographic source. `init_on_free`: freed pages are zero, so they are not part of a state.
 * `fb_tunnels`: no `sit0` in the network namespace of every container.
 */
const fixedCommandLine =
  "console=ttyS0 quiet tsc=reliable mitigations=off nopti nokaslr random.trust_cpu=on init_on_free=1 fb_tunnels=none";

/** SeaBIOS keeps the topmost 16 MiB (e820 type 2) for tables that this kernel does not read: it gets them as memory. */
const reclaimed = (memory: number): string => `memmap=16M%${memory - 16}M-2+1`;

const defaultMemory = 128;

/** A machine that will boot from its BIOS and kernel when it is run. */
export async function bootMachine(options: MachineOptions, images: BootImages): Promise<Machine> {
  const memory = options.memory ?? defaultMemory;
  const commandLine = [fixedCommandLine, reclaimed(memory), images.append ?? ""].join(" ").trim();
  const { machine } = await startMachine(options, memory * 1024 * 1024, {
    bios: image(images.bios),
    vga_bios: image(images.vgaBios),
    bzimage: image(images.kernel),
    initrd: image(images.initramfs),
    cmdline: commandLine,
  });
  return machine;
}

/** v86 wants a buffer of its own. */
function image(bytes: Uint8Array): { readonly buffer: ArrayBuffer } {
  return { buffer: bytes.slice().buffer };
}
