import { sha256 } from "../image/digest.ts";
import { MemoryContentStore } from "./content-store.ts";
import { LayerExport } from "./export.ts";
import { NinePServer } from "./server.ts";
import { exportState, importState, type LayerFsState } from "./state.ts";
import { readLayer } from "./tree.ts";

/** Where the guest mounts the export. */
export const LAYERFS_MOUNT = "/run/layerfs";
/**
 * How the guest mounts it. `access=any`: one set of fids for all users (the kernel still checks modes); `cache=loose`: a
 * layer never changes, so the guest may keep all it has seen.
 */
export const LAYERFS_MOUNT_OPTIONS = "trans=virtio,version=9p2000.L,msize=512000,cache=loose,access=any,ro";

/** Layers, the store they come in by, and the 9P server that shows them to the guest. */
export class LayerFs {
  private readonly layers = new LayerExport();
  private readonly server = new NinePServer(this.layers);
  readonly content = new MemoryContentStore(this.layers);
  /** For the machine: one request in, one reply out. The reply is valid until the next request. */
  readonly handle = this.server.handle;

  /** A layer that belongs to no image and has a directory of its own name (`tools`). Idempotent. */
  async addNamed(name: string, tar: Uint8Array): Promise<void> {
    this.layers.add(name, await sha256(tar), readLayer(tar));
  }

  exportState(): LayerFsState {
    return exportState(this.layers, this.server.fids, this.server.msize);
  }

  /** Before the machine resumes, with every layer of the save put in. Throws LayerFsStateError and changes nothing. */
  importState(state: unknown): void {
    this.server.msize = importState(state, this.layers, this.server.fids).msize;
  }

  get statistics(): { readonly requests: number; readonly fids: number } {
    return { requests: this.server.requests, fids: this.server.fids.size };
  }
}
