import { type FileTree, PathError } from "../../../image/file-tree.ts";
import { decodeName } from "../../../image/tar/name.ts";
import { CopyError, type CopyMode } from "./request.ts";

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Who `--chown` (or USER, for WORKDIR) means: numbers as they are, names by /etc/passwd and /etc/group of the tree. A name
 * that is not there is root to BuildKit and an error to the classic builder.
 */
export function resolveOwner(text: string, rootfs: FileTree, mode: CopyMode): Owner {
  return mode === "classic" ? classicOwner(text, rootfs) : buildkitOwner(text, rootfs);
}

/** Whether the answer depends on the tree. */
export function namesOwner(text: string): boolean {
  return text.split(":").some((part) => part !== "" && numericId(part) === undefined);
}

function buildkitOwner(text: string, rootfs: FileTree): Owner {
  const colon = text.indexOf(":");
  const [user, group] = colon < 0 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)];
  const id = numericId(user);
  const entry = id === undefined ? accounts(rootfs, "/etc/passwd").get(user) : undefined;
  const uid = id ?? entry?.[0] ?? 0;
  const primary = id ?? entry?.[1] ?? 0;
  if (group === undefined) return { uid, gid: primary };
  return { uid, gid: numericId(group) ?? accounts(rootfs, "/etc/group").get(group)?.[0] ?? primary };
}

/** BuildKit knows root without asking. */
function numericId(text: string): number | undefined {
  if (text === "root") return 0;
  const id = /^\+?[0-9]{1,10}$/.test(text) ? Number(text) : undefined;
  return id !== undefined && id < 2 ** 31 ? id : undefined;
}

function classicOwner(text: string, rootfs: FileTree): Owner {
  const parts = text.split(":");
  const fail = (reason: string): never => {
    throw new CopyError(`unable to convert uid/gid chown string to host mapping: ${reason}`);
  };
  if (parts.length > 2) return fail(`invalid chown string format: ${text}`);
  // Without a group, the user's name is taken as the group's.
  const [user = "", group = user] = parts;
  const look = (kind: "user" | "group", name: string, path: string): number => {
    if (/^[-+]?[0-9]+$/.test(name)) return Number(name);
    const id = accounts(rootfs, path).get(name)?.[0];
    if (id !== undefined) return id;
    const reason =
      rootfs.lookup(path) === undefined ? `open ${path}: no such file or directory` : `no such ${kind}: ${name}`;
    return fail(`can't find ${kind === "user" ? "uid" : "gid"} for ${kind} ${name}: ${reason}`);
  };
  return { uid: look("user", user, "/etc/passwd"), gid: look("group", group, "/etc/group") };
}

const FILE_LIMIT = 10 << 20;

/** Name to the two numbers behind it: uid and gid in passwd; in group the second is none. The first line of a name counts. */
function accounts(rootfs: FileTree, path: string): Map<string, [number, number | undefined]> {
  const found = new Map<string, [number, number | undefined]>();
  const node = rootfs.lookup(path);
  if (node === undefined) return found;
  if (node.kind !== "file") throw new CopyError(`${path} is not a regular file`);
  if (node.content.length > FILE_LIMIT) throw new PathError("read", path, `more than ${String(FILE_LIMIT)} bytes`);
  for (const line of decodeName(node.content).split("\n")) {
    const [name = "", , first = "", second = ""] = line.trim().split(":");
    if (name === "" || name.startsWith("#") || !/^[0-9]+$/.test(first) || found.has(name)) continue;
    found.set(name, [Number(first), /^[0-9]+$/.test(second) ? Number(second) : undefined]);
  }
  return found;
}
