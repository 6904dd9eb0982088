import { parseIndex } from "../../emulator/image/document.ts";
import type { LabSource, Registry } from "../../emulator/index.ts";
import { loadSnapshot } from "../../emulator/node/snapshot.ts";
import { folderSource } from "../../emulator/node/source.ts";
import type { Lesson } from "../../lessons/lesson.ts";

/** What every machine of the gate begins with, read and decoded once. */
export const snapshot = once(() => loadSnapshot(() => undefined));

const source = once(async () => {
  const read = await folderSource();
  const wasm =
    read.wasm instanceof Uint8Array ? await WebAssembly.compile(read.wasm as Uint8Array<ArrayBuffer>) : read.wasm;
  const tools = await read.tools();
  return { ...read, wasm, tools: () => Promise.resolve(tools), registry: remembering(read.registry) };
});

/** The images a lesson names, and no others. */
export class LessonRegistry implements Registry {
  /** Images that were asked for and that the lesson does not name. */
  readonly refused = new Set<string>();
  #open = false;

  constructor(
    readonly registry: Registry,
    readonly lesson: Pick<Lesson, "id" | "images">,
  ) {}

  index(signal: AbortSignal): Promise<Uint8Array> {
    return this.registry.index(signal);
  }

  async blob(digest: string, signal: AbortSignal): ReturnType<Registry["blob"]> {
    const { manifests } = parseIndex(await this.registry.index(signal));
    const names = manifests
      .filter((manifest) => manifest.digest === digest)
      .map(({ annotations }) => familiar(annotations?.["org.opencontainers.image.ref.name"] ?? ""));
    const named = this.lesson.images.map((image) => (image.includes(":") ? image : `${image}:latest`));
    if (!this.#open && names.length > 0 && !names.some((name) => named.includes(name))) {
      const image = (names[0] ?? "").replace(/:latest$/, "");
      this.refused.add(image);
      throw new Error(`${this.lesson.id} uses the image ${image}, which its images: do not name`);
    }
    return this.registry.blob(digest, signal);
  }

  /** A save reads every manifest, to know which layers it need not keep: that is no pull. */
  async duringSave<T>(save: () => Promise<T>): Promise<T> {
    this.#open = true;
    try {
      return await save();
    } finally {
      this.#open = false;
    }
  }
}

/** A source whose registry is the lesson's. */
export async function sourceFor(
  lesson: Pick<Lesson, "id" | "images">,
): Promise<{ readonly source: LabSource; readonly registry: LessonRegistry }> {
  const shared = await source();
  const registry = new LessonRegistry(shared.registry, lesson);
  return { source: { ...shared, registry }, registry };
}

/** `docker.io/library/busybox:1.35` is `busybox:1.35`. */
function familiar(name: string): string {
  return name.replace(/^docker\.io\/(library\/)?/, "");
}

/** Reads each file once. */
function remembering(registry: Registry): Registry {
  const index = once(() => registry.index(new AbortController().signal));
  const blobs = new Map<string, Promise<Uint8Array>>();
  const read = async (digest: string): Promise<Uint8Array> => {
    const { body } = await registry.blob(digest, new AbortController().signal);
    return new Uint8Array(await new Response(body as BodyInit).arrayBuffer());
  };
  return {
    index,
    async blob(digest) {
      const reading = blobs.get(digest) ?? read(digest);
      blobs.set(digest, reading);
      const bytes = await reading;
      return { size: bytes.length, body: new Blob([bytes as Uint8Array<ArrayBuffer>]).stream() };
    },
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
