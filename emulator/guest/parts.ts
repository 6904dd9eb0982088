/** What each part is made from and what it makes; `manifest.ts` joins this with the packages a build took. */
export interface Part {
  /** Files and folders of `emulator/guest/` whose change makes the part stale, besides the shared ones. */
  readonly recipe: readonly string[];
  /** Paths below `public/`; none for what only goes into another part. */
  readonly artifacts: readonly string[];
  /** SPDX, of what is in the artifacts. */
  readonly licence: string;
}

/** In every recipe. */
export const shared = ["environment.sh", "packages.sh"];

const layer = (name: string, licence: string, below: readonly string[] = []): [string, Part] => [
  `images/${name}`,
  {
    recipe: ["layer.sh", "images/build.sh", ...[name, ...below].map((folder) => `images/${folder}`)],
    artifacts: [],
    licence,
  },
];

export const parts: ReadonlyMap<string, Part> = new Map<string, Part>([
  [
    "bios",
    { recipe: ["rootfs/bios.sh"], artifacts: ["machine/bios.bin", "machine/vgabios.bin"], licence: "LGPL-3.0-only" },
  ],
  [
    "kernel",
    {
      recipe: ["kernel/build.sh", "kernel/kernel.config"],
      artifacts: ["machine/bzImage"],
      licence: "GPL-2.0-only WITH Linux-syscall-note",
    },
  ],
  ["crun", { recipe: ["rootfs/crun.sh"], artifacts: [], licence: "GPL-2.0-or-later AND LGPL-2.1-or-later" }],
  ["iptables", { recipe: ["musl.sh", "rootfs/iptables.sh"], artifacts: [], licence: "GPL-2.0-or-later" }],
  [
    "initramfs",
    {
      recipe: ["musl.sh", "rootfs", "agent"],
      artifacts: ["machine/initrd.img"],
      licence: "GPL-2.0-or-later AND GPL-2.0-only AND LGPL-2.1-or-later AND Apache-2.0",
    },
  ],
  [
    "seccomp",
    { recipe: ["seccomp"], artifacts: ["machine/seccomp.bpf", "machine/seccomp.json"], licence: "Apache-2.0" },
  ],
  [
    "tools",
    {
      recipe: ["layer.sh", "musl.sh", "tools"],
      artifacts: ["machine/tools.tar.gz"],
      licence:
        "GPL-3.0-or-later AND GPL-2.0-or-later AND LGPL-2.1-or-later AND BSD-3-Clause AND MIT AND curl AND X11 AND LGPL-3.0-or-later",
    },
  ],
  layer("hello-world", "Apache-2.0"),
  layer("busybox", "GPL-2.0-only AND LGPL-2.1-or-later"),
  layer("base", "GPL-3.0-or-later AND GPL-2.0-only AND LGPL-2.1-or-later AND X11"),
  layer("openssl", "Apache-2.0"),
  layer("nginx", "BSD-2-Clause AND BSD-3-Clause AND Zlib AND GPL-3.0-or-later", ["base", "openssl"]),
  layer("redis", "BSD-3-Clause AND GPL-2.0-or-later AND LGPL-2.1-or-later", ["base"]),
  layer("python", "Python-2.0 AND MIT AND Zlib AND GPL-3.0-or-later AND blessing", ["base", "openssl"]),
  layer("debian", "see /usr/share/doc/*/copyright in the layer"),
  [
    "registry",
    {
      recipe: ["lock.ts", "images"],
      artifacts: ["registry"],
      licence: "see the parts images/*",
    },
  ],
  ["notices", { recipe: ["notices.sh"], artifacts: ["machine/LICENSES/NOTICES.txt"], licence: "as each notice says" }],
]);
