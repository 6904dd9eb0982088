import { createDigester } from "../../emulator/image/digest.ts";
import { documentsView, type DocumentsView } from "../../emulator/observe/layers/documents.ts";
import { messageOf } from "./image.svelte.ts";
import type { LayersClient } from "./inside.ts";

/** A digest computed in front of the reader. */
export interface Verification {
  readonly digest: string;
  readonly state: "running" | "equal" | "different" | "failed";
  /** Bytes read so far. */
  readonly bytes: number;
  /** What the bytes give; undefined until all are read. */
  readonly computed: string | undefined;
  readonly problem: string | undefined;
}

/** The documents of one image. */
export class ImageDocumentsState {
  view = $state.raw<DocumentsView | undefined>();
  error = $state<string | undefined>();
  verified = $state.raw<ReadonlyMap<string, Verification>>(new Map());
  #id: string | undefined;
  #abort = new AbortController();

  constructor(readonly client: LayersClient) {}

  async open(id: string, name: string): Promise<void> {
    if (this.#id === id) return;
    this.#id = id;
    this.#abort.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.view = undefined;
    this.error = undefined;
    try {
      const view = documentsView(name, await this.client.documents(id, abort.signal));
      if (!abort.signal.aborted) this.view = view;
    } catch (error) {
      if (abort.signal.aborted) return;
      this.error = messageOf(error);
      this.#id = undefined;
    }
  }

  /** Fetches the blob and computes its sha256 here, in the page. */
  async verify(digest: string): Promise<void> {
    const { signal } = this.#abort;
    let bytes = 0;
    const tell = (rest: Partial<Verification>) => {
      const before = this.verified.get(digest);
      const now = {
        digest,
        state: "running" as const,
        computed: undefined,
        problem: undefined,
        ...before,
        bytes,
        ...rest,
      };
      this.verified = new Map(this.verified).set(digest, now);
    };
    tell({ state: "running", computed: undefined, problem: undefined });
    try {
      const digester = await createDigester();
      const { body } = await this.client.blob(digest, signal);
      const reader = body.getReader();
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        digester.update(next.value);
        bytes += next.value.length;
        tell({});
      }
      const computed = digester.digest();
      tell({ state: computed === digest ? "equal" : "different", computed });
    } catch (error) {
      if (!signal.aborted) tell({ state: "failed", problem: messageOf(error) });
    }
  }

  close(): void {
    this.#abort.abort();
  }
}
