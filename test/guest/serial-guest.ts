import { readFileSync } from "node:fs";
import { join } from "node:path";
import { connect, type ConnectedAgent } from "../../emulator/agent/connect.ts";
import { bootMachine } from "../../emulator/machine/boot.ts";
import type { Machine, MachineOptions, MachineState, NinePServer } from "../../emulator/machine/machine.ts";
import { restoreMachine } from "../../emulator/machine/restore.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string): Uint8Array => new Uint8Array(readFileSync(join(root, path)));

/** The end of a script's output; it never stands in the script itself. */
const END = "=the-script-has-ended=";

/** A machine that is watched over its serial line. */
export interface SerialGuest {
  readonly machine: Machine;
  /** All output up to and without `text`, once that has come. Rejects when the machine crashes or takes too long. */
  until(text: string, seconds?: number): Promise<string>;
}

function watch(ninep: NinePServer): { options: MachineOptions; until: SerialGuest["until"] } {
  let output = "";
  let crash: string | undefined;
  const checks = new Set<() => void>();
  const changed = (): void => {
    for (const check of checks) check();
  };
  return {
    options: {
      wasm: read("node_modules/v86/build/v86.wasm"),
      ninep,
      onSerial: (text) => {
        output += text;
        changed();
      },
      onCrash: (reason, lastOutput) => {
        crash = `${reason}\n${lastOutput}`;
        changed();
      },
    },
    until: (text, seconds = 120) =>
      new Promise((resolve, reject) => {
        const finish = (settle: () => void): void => {
          clearTimeout(timer);
          checks.delete(check);
          settle();
        };
        const timer = setTimeout(() => {
          finish(() => {
            reject(new Error(`no ${JSON.stringify(text)} within ${String(seconds)} s:\n${output}`));
          });
        }, seconds * 1000);
        const check = (): void => {
          const at = output.indexOf(text);
          if (at >= 0) {
            finish(() => {
              resolve(output.slice(0, at).replaceAll("\r", ""));
            });
          } else if (crash !== undefined) {
            finish(() => {
              reject(new Error(crash));
            });
          }
        };
        checks.add(check);
        check();
      }),
  };
}

/** Boots the shipped kernel and initramfs with a shell script in the agent's place; its output ends with END. */
export async function bootGuest(script: string, ninep: NinePServer): Promise<SerialGuest> {
  const init = [
    "#!/bin/busybox sh",
    "export PATH=/bin:/sbin",
    "mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev; mount -t tmpfs tmp /tmp",
    "{",
    script,
    "} </dev/null >/dev/console 2>&1",
    `echo "=the-script""-has-ended=" >/dev/console`,
    "while :; do sleep 60; done",
  ].join("\n");
  const { options, until } = watch(ninep);
  const machine = await bootMachine(options, {
    bios: read("public/machine/bios.bin"),
    vgaBios: read("public/machine/vgabios.bin"),
    kernel: read("public/machine/bzImage"),
    initramfs: Buffer.concat([cpio("sbin", "test-script", init), read("public/machine/initrd.img")]),
    append: "drydock_init=/sbin/test-script",
  });
  machine.run();
  return { machine, until };
}

/** Boots the shipped guest as it is, up to an agent that answers. */
export async function bootAgent(ninep: NinePServer): Promise<SerialGuest & { readonly agent: ConnectedAgent }> {
  const { options, until } = watch(ninep);
  const machine = await bootMachine(options, {
    bios: read("public/machine/bios.bin"),
    vgaBios: read("public/machine/vgabios.bin"),
    kernel: read("public/machine/bzImage"),
    initramfs: read("public/machine/initrd.img"),
  });
  machine.run();
  await until("agent ready");
  return { machine, until, agent: await connect(machine.control, { epoch: 1, keepStubs: false }) };
}

/** Goes on from a state, with a new 9P server. */
export async function restoreGuest(state: MachineState, ninep: NinePServer): Promise<SerialGuest> {
  const { options, until } = watch(ninep);
  const machine = await restoreMachine(options, state);
  machine.run();
  return { machine, until };
}

/** The whole output of a script. */
export async function runInGuest(script: string, ninep: NinePServer): Promise<string> {
  const guest = await bootGuest(script, ninep);
  try {
    return await guest.until(END);
  } finally {
    await guest.machine.destroy();
  }
}

/** A newc archive of one executable file: the kernel unpacks it before the initramfs, into the same root. */
function cpio(folder: string, name: string, content: string): Buffer {
  const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  const entry = (path: string, mode: number, body: Buffer): Buffer => {
    const fields = [1, mode, 0, 0, 1, 0, body.length, 0, 0, 0, 0, path.length + 1, 0];
    const header = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}${path}\0`;
    return Buffer.concat([padded(Buffer.from(header)), padded(body)]);
  };
  return Buffer.concat([
    entry(folder, 0o040755, Buffer.alloc(0)),
    entry(`${folder}/${name}`, 0o100755, Buffer.from(content)),
    entry("TRAILER!!!", 0, Buffer.alloc(0)),
  ]);
}
