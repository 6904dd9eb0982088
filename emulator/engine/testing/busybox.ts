import { tarHeader } from "../../image/tar/entry.ts";
import { writeTar } from "../../image/tar/write.ts";
import { programNames } from "./programs.ts";

const encoder = new TextEncoder();

/** A layer with the programs of this folder under /bin, /etc/passwd and /etc/group. */
export function busyboxLayer(): Uint8Array {
  const file = (name: string, text: string, mode = 0o644) => {
    const content = encoder.encode(text);
    return { header: tarHeader(name, "file", { mode, size: content.length }), content };
  };
  return writeTar([
    { header: tarHeader("bin", "directory") },
    file("bin/busybox", "busybox\n", 0o755),
    ...programNames.map((name) => ({ header: tarHeader(`bin/${name}`, "symlink", { linkName: "busybox" }) })),
    { header: tarHeader("etc", "directory") },
    file("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n"),
    file("etc/group", "root:x:0:\n"),
    { header: tarHeader("root", "directory", { mode: 0o700 }) },
    { header: tarHeader("tmp", "directory") },
  ]);
}
