import { GuestFileError, type Files } from "../engine/runtime.ts";
import { pack, readFile, stat, writeFile, type ConnectedAgent } from "./connect.ts";

const MS_RDONLY = 1;
const MS_REMOUNT = 32;
const MS_BIND = 4096;
const MS_REC = 16384;

/** The engine's files over the agent. Logs are read by the side that writes them, the task supervisor. */
export function guestFiles(agent: ConnectedAgent, readLog: Files["readLog"]): Files {
  const { link } = agent;
  return {
    read: (root, path) => readFile(link, root, path),
    write: (root, path, bytes, attributes = {}) => writeFile(link, root, path, bytes, attributes),
    async makeDirectory(root, path, { mode = 0o755, uid = -1, gid = -1, parents = false } = {}) {
      await link.call("MKDIR", { root, path, mode, uid, gid, parents }, { path });
    },
    async remove(root, path, { recursive = false } = {}) {
      await link.call("REMOVE", { root, path, recursive }, { path });
    },
    stat: (root, path, { follow = false } = {}) => stat(link, root, path, follow),
    async list(root, path) {
      return (await link.call("LIST", { root, path }, { path })).names;
    },
    pack: (root, path, { name = "", contents = false } = {}) =>
      pack(link, { root, path, name, contents, layer: false }),
    async unpack(root, path, tar, { owner, noOverwriteDirNonDir = false, signal } = {}) {
      const id = link.streams.allocate();
      const { writable } = link.streams.open(id, { read: false, write: true });
      const done = link.call(
        "UNPACK",
        { root, path, uid: owner?.uid ?? -1, gid: owner?.gid ?? -1, noOverwriteDirNonDir, stream: id },
        { path, ...(signal && { signal }) },
      );
      done.catch(() => link.streams.forget(id));
      const sent = tar.pipeTo(writable, signal ? { signal } : {});
      const [extracted, piped] = await Promise.allSettled([done, sent]);
      // Extracting says why it stopped; the pipe then only says that it broke. A source that broke is the cause itself.
      if (extracted.status === "rejected")
        throw piped.status === "rejected" && !isBroken(piped.reason) ? piped.reason : extracted.reason;
      if (piped.status === "rejected" && !isBroken(piped.reason)) throw piped.reason;
    },
    async usage(root, path) {
      return Number((await link.call("USAGE", { root, path }, { path })).bytes);
    },
    readLog,
    async bindMount(source, target, { readOnly = false, recursive = true } = {}) {
      const flags = MS_BIND | (recursive ? MS_REC : 0);
      await agent.mount({ source, target, type: "", flags, options: "" });
      if (readOnly)
        await agent.mount({ source, target, type: "", flags: MS_BIND | MS_REMOUNT | MS_RDONLY, options: "" });
    },
    async mountTmpfs(target, options) {
      await agent.mount({ source: "tmpfs", target, type: "tmpfs", flags: 0, options });
    },
    async unmount(target) {
      try {
        await agent.unmount(target);
      } catch (error) {
        // Busy for a moment only, as its last process goes: detached, it ends by itself.
        if (!(error instanceof GuestFileError) || error.code !== "EBUSY") throw error;
        await agent.unmount(target, true);
      }
    },
  };
}

function isBroken(error: unknown): boolean {
  return error instanceof Error && error.name === "GuestStreamError";
}
