import * as v from "valibot";
import { EngineError } from "../../emulator/client/error.ts";
import { inspect } from "../../emulator/client/image.ts";
import type { Transport } from "../../emulator/client/transport.ts";
import type { BaseImage } from "../../emulator/dockerfile/checks/source.ts";

const layout = v.object({
  manifests: v.array(v.object({ annotations: v.optional(v.record(v.string(), v.string())) })),
});
const text = v.nullish(v.string());
const inspected = v.object({
  Os: text,
  Architecture: text,
  Config: v.nullish(
    v.object({
      Env: v.nullish(v.array(v.string())),
      Shell: v.nullish(v.array(v.string())),
      OnBuild: v.nullish(v.array(v.string())),
      User: text,
    }),
  ),
});

/** The images that FROM may name: those on the machine, and those it can pull; and what is known of one. */
export class KnownImages {
  /** `python:3.11-slim`, `me/app:latest`. */
  references = $state.raw<readonly string[]>([]);
  /** Grows when more is known of an image that was asked for. */
  revision = $state(0);
  #local: readonly string[] = [];
  #shipped: readonly string[] = [];
  readonly #bases = new Map<string, BaseImage | undefined>();

  constructor(readonly transport: () => Transport) {}

  /** What the site's registry has, by its index. Images that cannot be listed are only not offered. */
  async readRegistry(index: () => Promise<unknown>): Promise<void> {
    const read = v.safeParse(layout, await index());
    if (!read.success) return;
    const names = read.output.manifests.flatMap(
      ({ annotations }) => annotations?.["org.opencontainers.image.ref.name"] ?? [],
    );
    this.#shipped = names.map(familiar);
    this.#merge();
  }

  /** The tags on the machine now. What was known of them is asked anew: a tag may be another image since. */
  setLocal(tags: readonly string[]): void {
    this.#local = tags.map(familiar);
    this.#bases.clear();
    this.#merge();
    this.revision++;
  }

  /** Of an image on the machine; undefined while it is being asked for, and of any other. */
  base(name: string): BaseImage | undefined {
    if (!this.#bases.has(name)) {
      this.#bases.set(name, undefined);
      void this.#ask(name);
    }
    return this.#bases.get(name);
  }

  async #ask(name: string): Promise<void> {
    try {
      const { value } = await inspect({ transport: this.transport() }, name);
      const { Os, Architecture, Config } = v.parse(inspected, value);
      this.#bases.set(name, {
        ...(Os && Architecture ? { platform: `${Os}/${Architecture}` } : {}),
        ...(Config?.Env ? { env: Config.Env } : {}),
        ...(Config?.Shell ? { shell: Config.Shell } : {}),
        ...(Config?.OnBuild ? { onbuild: Config.OnBuild } : {}),
        ...(Config?.User ? { user: Config.User } : {}),
      });
      this.revision++;
    } catch (error) {
      // An image that is not here is one nobody knows.
      if (!(error instanceof EngineError)) throw error;
    }
  }

  #merge(): void {
    this.references = [...new Set([...this.#local, ...this.#shipped])].sort();
  }
}

/** As people write it: without the registry and the library that are meant anyway. */
function familiar(reference: string): string {
  return reference.replace(/^docker\.io\/(?:library\/)?/, "");
}
