import { gunzip, isGzip } from "../../../image/gzip.ts";
import { readTar } from "../../../image/tar/read.ts";
import { TarError } from "../../../image/tar/entry.ts";
import { familiarString, type Reference } from "../../../image/reference.ts";
import { InvalidParameter, messageOf, System } from "../../errors.ts";
import type { ImageRecord } from "../../records.ts";
import type { Daemon } from "../daemon.ts";
import { applyChanges } from "../image-changes.ts";
import type { Layers } from "./layers.ts";
import { createChild, publishImage, tagImage } from "./register.ts";

export interface ImportRequest {
  readonly archive: Uint8Array;
  readonly reference: Reference | undefined;
  readonly message: string;
  readonly changes: readonly string[];
  readonly architecture: string;
}

/** `docker import`: a file system as an image of one layer. */
export async function importImage(daemon: Daemon, layers: Layers, request: ImportRequest): Promise<ImageRecord> {
  const config = applyChanges({}, request.changes);
  const tar = isGzip(request.archive) ? await gunzip(request.archive) : request.archive;
  checkTar(tar);
  const image = await createChild(daemon, layers, {
    parent: undefined,
    layer: tar,
    config,
    author: "",
    history: { comment: request.message },
    architecture: request.architecture,
  });
  if (request.reference !== undefined) tagImage(daemon, request.reference, image, familiarString(request.reference));
  publishImage(daemon, "import", image, image.id);
  return image;
}

/** Throws System with the archive's own fault: what the engine says of an archive that it cannot read. */
function checkTar(tar: Uint8Array): void {
  try {
    let entries = 0;
    for (const entry of readTar(tar)) {
      if (entry.name === "") throw new TarError("invalid tar header");
      entries++;
    }
    if (entries === 0 && tar.length === 0) throw new InvalidParameter("unexpected EOF");
  } catch (error) {
    if (error instanceof TarError) throw new System(messageOf(error), { cause: error });
    throw error;
  }
}
