import { writableToPort } from "../../emulator/bridge/byte-port.ts";
import { padding, tarHeader } from "../../emulator/image/tar/entry.ts";
import { encodeTarHeader, tarEnd } from "../../emulator/image/tar/write.ts";

export interface UploadFile {
  /** Relative, with slashes. */
  readonly path: string;
  readonly file: File;
}

/** Files and whole folders of a drop. */
export async function droppedFiles(transfer: DataTransfer): Promise<UploadFile[]> {
  // Entries must be taken before the first await: the list is emptied after the event.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return [...transfer.files].map((file) => ({ path: file.name, file }));
  return (await Promise.all(entries.map((entry) => walk(entry)))).flat();
}

async function walk(entry: FileSystemEntry): Promise<UploadFile[]> {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile)
    return [
      {
        path,
        file: await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)),
      },
    ];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: UploadFile[] = [];
  for (;;) {
    // A reader gives at most a hundred entries a call, and none at the end.
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return files;
    for (const child of batch) files.push(...(await walk(child)));
  }
}

/** The files as a tar on a byte port, read as the machine takes them. A file that cannot be read fails the whole. */
export function packFiles(files: readonly UploadFile[]): MessagePort {
  const { port1, port2 } = new MessageChannel();
  const writable = writableToPort(port1);
  // The worker's answer to the upload tells how it went.
  void pack(files, writable).catch((error: unknown) => writable.abort(error).catch(() => undefined));
  return port2;
}

async function pack(files: readonly UploadFile[], writable: WritableStream<Uint8Array>): Promise<void> {
  const writer = writable.getWriter();
  try {
    for (const { path, file } of files) {
      await writer.write(
        encodeTarHeader(
          tarHeader(path, "file", { size: file.size, mode: 0o644, mtime: Math.floor(file.lastModified / 1000) }),
        ),
      );
      const reader = file.stream().getReader();
      for (let next = await reader.read(); !next.done; next = await reader.read()) await writer.write(next.value);
      const rest = padding(file.size);
      if (rest > 0) await writer.write(new Uint8Array(rest));
    }
    await writer.write(tarEnd.slice());
    await writer.close();
  } finally {
    writer.releaseLock();
  }
}
