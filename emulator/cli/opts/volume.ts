import { resolvePath } from "./path.ts";

/** What `-v` says: binds (named volumes and host paths) and anonymous volumes, in order. */
export interface VolumeFlags {
  readonly binds: string[];
  readonly anonymous: Record<string, Record<string, never>>;
}

export function parseVolumes(specs: readonly string[], cwd: string): VolumeFlags {
  const binds: string[] = [];
  const anonymous: Record<string, Record<string, never>> = {};
  for (const spec of new Set(specs)) {
    const { source, isPath } = sourceOf(spec);
    if (source === "") anonymous[spec] = {};
    else binds.push(isPath ? absolute(spec, cwd) : spec);
  }
  return { binds, anonymous };
}

/** The same reading as Compose's short syntax: one part is a container path, two or three have a source. */
function sourceOf(spec: string): { source: string; isPath: boolean } {
  if (spec === "") throw new Error("invalid empty volume spec");
  // A single letter before a colon reads as a drive, so all of it is one path.
  if (/^[A-Za-z]:[^:]*$/.test(spec)) return { source: "", isPath: false };
  const parts = spec.split(":");
  const [first = "", second] = parts;
  if (spec.length <= 2 || second === undefined || !/^[/.~]/.test(first)) {
    const named = second !== undefined && spec.length > 2 && first !== "" && second !== "";
    return { source: named ? first : second === undefined ? "" : first, isPath: false };
  }
  if (parts.includes("")) throw new Error(`invalid spec: ${spec}: empty section between colons`);
  if (parts.length > 3) throw new Error(`invalid spec: ${spec}: too many colons`);
  return { source: first, isPath: true };
}

function absolute(spec: string, cwd: string): string {
  const at = spec.indexOf(":");
  const host = spec.slice(0, at);
  return host.startsWith(".") ? `${resolvePath(cwd, host)}${spec.slice(at)}` : spec;
}
