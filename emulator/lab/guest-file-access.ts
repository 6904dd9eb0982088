import { FileError, type FileAccess } from "../cli/invocation.ts";
import { GuestFileError, type Files } from "../engine/runtime.ts";

/** Reads a stream to its end. */
async function collect(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** The guest's files as the `docker` command sees them: paths relative to the folder it was called in. */
export function guestFileAccess(files: Files, cwd: string): FileAccess {
  const absolute = (path: string) => (path.startsWith("/") ? path : `${cwd === "/" ? "" : cwd}/${path}`);
  const guarded = async <T>(path: string, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (error instanceof GuestFileError) throw new FileError(error.code, path, error.message);
      throw error;
    }
  };
  return {
    read: (path) => guarded(path, files.read("/", absolute(path))),
    async write(path, bytes) {
      const whole = bytes instanceof Uint8Array ? bytes : await collect(bytes);
      await guarded(path, files.write("/", absolute(path), whole, { mode: 0o644 }));
    },
    async stat(path) {
      const stat = await guarded(path, files.stat("/", absolute(path), { follow: true }));
      if (stat === undefined) return undefined;
      const kind = stat.kind === "file" || stat.kind === "directory" || stat.kind === "symlink" ? stat.kind : "other";
      return { kind, size: stat.size, mode: stat.mode };
    },
    pack(path, options) {
      const name = options?.rename;
      return files.pack("/", absolute(path), name === undefined ? {} : { name });
    },
    unpack: (path, tar) => guarded(path, files.unpack("/", absolute(path), tar)),
  };
}
