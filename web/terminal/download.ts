import { readableFromPort } from "../../emulator/bridge/byte-port.ts";

export interface Download {
  readonly name: string;
  readonly folder: boolean;
  readonly readable: MessagePort;
}

/** Hands a file of the machine to the browser; a folder comes as a tar. */
export async function saveDownload(download: Download): Promise<void> {
  const chunks: BlobPart[] = [];
  for await (const chunk of readableFromPort(download.readable)) chunks.push(chunk.slice());
  const url = URL.createObjectURL(new Blob(chunks));
  const link = document.createElement("a");
  link.href = url;
  link.download = download.folder ? `${download.name}.tar` : download.name;
  link.click();
  // The browser has its own reference once the click is handled.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
