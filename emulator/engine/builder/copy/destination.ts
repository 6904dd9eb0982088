import { pathParts } from "../../../image/file-tree-node.ts";
import type { CopyRequest } from "./request.ts";

export interface Destination {
  /** Absolute and cleaned, without a slash at its end. */
  readonly path: string;
  /** Written as a directory: it is made when it is not there. */
  readonly directory: boolean;
}

/** Where a request copies to: its destination over the working directory. */
export function destinationOf({ destination, workdir, mode }: CopyRequest): Destination {
  const path = `/${pathParts(destination.startsWith("/") ? destination : `${workdir}/${destination}`).join("/")}`;
  if (mode === "classic") return { path, directory: destination.endsWith("/") };
  return { path, directory: destination === "" || /(?:^|\/)\.?$/.test(destination) };
}
