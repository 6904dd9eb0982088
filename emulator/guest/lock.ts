import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface LockedPackage {
  readonly kind: string;
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

/** `packages.lock`: every package that anything is made of. */
export function readLock(guest: string): readonly LockedPackage[] {
  return readFileSync(join(guest, "packages.lock"), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [kind, name, version, sha256, ...rest] = line.split(" ");
      if (!kind || !name || !version || !sha256 || rest.length > 0) throw new Error(`packages.lock: ${line}`);
      return { kind, name, version, sha256 };
    });
}

/** `1:1.35.0-4+deb12u1` is `1.35.0`; `12.4+deb12u12` is `12.4`. */
export function upstreamVersion(version: string): string {
  return version
    .replace(/^[0-9]+:/, "")
    .replace(/-[^-]*$/, "")
    .replace(/[+~].*$/, "");
}
