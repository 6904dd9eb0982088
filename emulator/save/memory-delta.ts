import { SaveDamaged } from "./errors.ts";
import { PageSet, pageSize } from "./page-set.ts";

/** Memory as a machine's state holds it: which pages are not all zeros, and those pages in order. */
export interface Memory {
  readonly present: Uint8Array;
  readonly pages: Uint8Array;
}

export interface MemoryDelta {
  readonly present: Uint8Array;
  /** The pages of `present` whose content the base does not have at the same place. */
  readonly changed: Uint8Array;
  /** Changed pages, each xor the base's page (zeros where it has none): a page of which little changed packs well. */
  readonly chunks: readonly Uint8Array[];
}

/** Pages per chunk: what is compared, and later compressed, without a pause for others. */
const chunkPages = 256;

/** Yields the changed pages in chunks, and an empty chunk now and then for a pause; returns the rest of the delta. */
export function* memoryDelta(memory: Memory, base: Memory): Generator<Uint8Array, Omit<MemoryDelta, "chunks">> {
  const [present, basePresent] = [new PageSet(memory.present), new PageSet(base.present)];
  const changed = new PageSet(new Uint8Array(memory.present.length));
  const [words, baseWords] = [wordsOf(memory.pages), wordsOf(base.pages)];
  const zeros = new Uint32Array(pageSize / 4);
  let chunk = new Uint32Array((chunkPages * pageSize) / 4);
  let [filled, compared, offset, baseOffset] = [0, 0, 0, 0];
  for (let page = 0; page < present.limit; page++) {
    const inBase = basePresent.has(page);
    if (present.has(page)) {
      const now = words.subarray(offset, offset + pageSize / 4);
      const before = inBase ? baseWords.subarray(baseOffset, baseOffset + pageSize / 4) : zeros;
      offset += pageSize / 4;
      if (exclusiveOr(now, before, chunk.subarray(filled))) {
        changed.add(page);
        filled += pageSize / 4;
      }
      if (filled === chunk.length || ++compared % (8 * chunkPages) === 0) {
        yield bytesOf(chunk.subarray(0, filled));
        chunk = new Uint32Array(chunk.length);
        filled = 0;
      }
    }
    if (inBase) baseOffset += pageSize / 4;
  }
  if (filled > 0) yield bytesOf(chunk.subarray(0, filled));
  return { present: memory.present, changed: changed.bits };
}

/** The memory that `memoryDelta` was given, out of the same base. */
export function applyMemoryDelta(delta: MemoryDelta, base: Memory): Memory {
  const [present, changed] = [new PageSet(delta.present), new PageSet(delta.changed)];
  const basePresent = new PageSet(base.present);
  if (present.limit !== basePresent.limit) throw new SaveDamaged("the save's memory is not as large as its base's");
  if (!changed.isSubsetOf(present)) throw new SaveDamaged("the save changes pages that it does not have");
  const pages = new Uint8Array(present.size * pageSize);
  let [offset, baseOffset] = [0, 0];
  const remaining = pagesOf(delta.chunks);
  for (let page = 0; page < present.limit; page++) {
    const before = basePresent.has(page) ? base.pages.subarray(baseOffset, (baseOffset += pageSize)) : undefined;
    if (!present.has(page)) continue;
    const now = pages.subarray(offset, (offset += pageSize));
    if (before !== undefined) now.set(before);
    if (changed.has(page)) {
      const difference = remaining.next();
      if (difference.done === true) throw new SaveDamaged("the save has fewer pages than it says");
      exclusiveOr(wordsOf(now), wordsOf(difference.value), wordsOf(now));
    } else if (before === undefined) throw new SaveDamaged("the save needs a page that its base does not have");
  }
  if (remaining.next().done !== true) throw new SaveDamaged("the save has more pages than it says");
  return { present: delta.present, pages };
}

/** Writes `a` xor `b` to `result`; true when they differ. Only the length of `a` counts. */
function exclusiveOr(a: Uint32Array, b: Uint32Array, result: Uint32Array): boolean {
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= result[i] = (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference !== 0;
}

function* pagesOf(chunks: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const chunk of chunks) {
    if (chunk.length % pageSize !== 0) throw new SaveDamaged("the save has part of a page");
    for (let offset = 0; offset < chunk.length; offset += pageSize) yield chunk.subarray(offset, offset + pageSize);
  }
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
}

function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
