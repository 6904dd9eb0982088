import type { BootImages, Machine, MachineOptions } from "./machine.ts";
import { startMachine } from "./v86-machine.ts";

/**
 * `tsc=reliable`, `mitigations=off`, `nopti`: no work for hardware that is not there. `random.trust_cpu`: RDRAND comes
 * from the host's cryptographic source. `init_on_free`: freed pages are zero, so they are not part of a state.
 */
const kernelCommandLine =
  "console=ttyS0 quiet tsc=reliable mitigations=off nopti nokaslr random.trust_cpu=on init_on_free=1";

const defaultMemory = 128;

/** A machine that will boot from its BIOS and kernel when it is run. */
export async function bootMachine(options: MachineOptions, images: BootImages): Promise<Machine> {
  const memory = (options.memory ?? defaultMemory) * 1024 * 1024;
  const { machine } = await startMachine(options, memory, {
    bios: image(images.bios),
    vga_bios: image(images.vgaBios),
    bzimage: image(images.kernel),
    initrd: image(images.initramfs),
    cmdline: images.append === undefined ? kernelCommandLine : `${kernelCommandLine} ${images.append}`,
  });
  return machine;
}

/** v86 wants a buffer of its own. */
function image(bytes: Uint8Array): { readonly buffer: ArrayBuffer } {
  return { buffer: bytes.slice().buffer };
}
