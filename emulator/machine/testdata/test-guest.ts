import { readFileSync } from "node:fs";
import { bootMachine } from "../boot.ts";
import type { BootImages, Machine, MachineOptions } from "../machine.ts";

const root = new URL("../../../", import.meta.url);
const read = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, root)));
const image = (name: string): Uint8Array => read(`public/machine/${name}`);

export const wasm = read("node_modules/v86/build/v86.wasm");

/** The project's kernel and initramfs, with `init.sh` in place of its init. */
export function testImages(): BootImages {
  const here = "emulator/machine/testdata/";
  const registers = Buffer.from(
    readFileSync(new URL(`${here}registers.hex`, root), "latin1").replace(/\s/g, ""),
    "hex",
  );
  const own = cpio({ "test-init": read(`${here}init.sh`), registers: new Uint8Array(registers) });
  const initramfs = image("initrd.img");
  const aligned = (initramfs.length + 3) & ~3;
  const joined = new Uint8Array(aligned + own.length);
  joined.set(initramfs);
  joined.set(own, aligned);
  return {
    bios: image("bios.bin"),
    vgaBios: image("vgabios.bin"),
    kernel: image("bzImage"),
    initramfs: joined,
    append: "rdinit=/test-init",
  };
}

/** An archive of executable files in the form the kernel unpacks ("newc"). */
function cpio(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
  const entry = (name: string, mode: number, bytes: Uint8Array): Buffer => {
    const fields = [0, mode, 0, 0, 1, 0, bytes.length, 0, 0, 0, 0, name.length + 1, 0];
    const header = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}${name}\0`;
    return Buffer.concat([padded(Buffer.from(header)), padded(Buffer.from(bytes))]);
  };
  return new Uint8Array(
    Buffer.concat([
      ...Object.entries(files).map(([name, bytes]) => entry(name, 0o100755, bytes)),
      entry("TRAILER!!!", 0, new Uint8Array(0)),
    ]),
  );
}

/** The shell behind `init.sh`, on a machine's control port. */
export class TestGuest {
  readonly machine: Machine;
  #output: Uint8Array[] = [];
  #text = "";
  #wake: () => void = () => undefined;

  constructor(machine: Machine) {
    this.machine = machine;
    machine.control.receive((bytes) => {
      this.#output.push(bytes);
      this.#text += Buffer.from(bytes).toString("latin1");
      this.#wake();
    });
  }

  static async boot(options: Partial<MachineOptions> = {}): Promise<TestGuest> {
    const guest = new TestGuest(await bootMachine(testOptions(options), testImages()));
    guest.machine.run();
    await guest.until(/^ready\n/);
    return guest;
  }

  send(line: string): Promise<void> {
    return this.machine.control.send(Buffer.from(`${line}\n`));
  }

  /** Runs a shell line; `after` is sent behind it, for what the line reads from descriptor 3. */
  async sh(line: string, after?: Uint8Array): Promise<{ readonly output: string; readonly status: number }> {
    const sent = this.send(line);
    if (after !== undefined) await this.machine.control.send(after);
    await sent;
    const match = await this.until(/^([^]*?)exit (\d+)\n$/);
    return { output: match[1] ?? "", status: Number(match[2]) };
  }

  /** Waits until all that has come since the last time matches, and takes it. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      // The end of long output decides; scanning all of it each time would take quadratic time.
      const match =
        this.#text.length < 100_000 || /exit \d+\n$/.test(this.#text.slice(-20)) ? pattern.exec(this.#text) : null;
      if (match !== null) {
        this.#text = this.#text.slice(match.index + match[0].length);
        this.#output = [];
        return match;
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

export function testOptions(options: Partial<MachineOptions> = {}): MachineOptions {
  return { wasm, ninep: refuse, ...options };
}

/** Rlerror with EOPNOTSUPP. */
const refuse = (request: Uint8Array): Uint8Array =>
  Uint8Array.of(11, 0, 0, 0, 7, request[5] ?? 0, request[6] ?? 0, 95, 0, 0, 0);
