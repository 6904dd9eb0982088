export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string;
}

const component = /^[A-Za-z0-9_.-]+$/;
const systems = new Set(
  "aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris windows zos".split(
    " ",
  ),
);
const architectures = new Set(
  (
    "386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc ppc64 " +
    "ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm"
  ).split(" "),
);
const aliases: Readonly<Record<string, string>> = {
  i386: "386",
  x86_64: "amd64",
  "x86-64": "amd64",
  aarch64: "arm64",
  armhf: "arm",
  armel: "arm",
};

/** `linux/arm64/v8`, `arm64` or `linux`, with what is left out from `standard`. Undefined for what is no platform. */
export function parsePlatform(text: string, standard: Platform): Platform | undefined {
  const parts = text.split("/");
  if (parts.length > 3 || !parts.every((part, index) => component.test(index === 0 ? withoutVersion(part) : part)))
    return undefined;
  const [first = "", second, variant = ""] = parts;
  const os = system(withoutVersion(first));
  if (second !== undefined) return normalized({ os, architecture: second, variant });
  if (systems.has(os)) return { ...standard, os };
  const alone = normalized({ os: standard.os, architecture: first, variant: "" });
  return architectures.has(alone.architecture) ? alone : undefined;
}

export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === "" ? [] : [variant])].join("/");
}

function normalized({ os, architecture, variant }: Platform): Platform {
  const lower = architecture.toLowerCase();
  const known = aliases[lower] ?? lower;
  const implied = known === "arm" && variant === "" ? (lower === "armel" ? "v6" : "v7") : variant.toLowerCase();
  // The variants every machine of that kind has are not named.
  const dropped =
    (known === "arm64" && (implied === "8" || implied === "v8")) || (known === "amd64" && implied === "v1");
  return { os, architecture: known, variant: dropped ? "" : implied };
}

function system(text: string): string {
  const lower = text.toLowerCase();
  return lower === "macos" ? "darwin" : lower;
}

/** `windows(10.0.17763)` has the version of the system in parentheses. */
function withoutVersion(text: string): string {
  return /^([^()]+)\([^()]*\)$/.exec(text)?.[1] ?? text;
}
