/** Guest memory is saved by the processor's own pages. */
export const pageSize = 4096;

/** A set of page numbers: one bit for each, lowest bit first. */
export class PageSet {
  readonly bits: Uint8Array;

  /** `bits` is used, not copied. */
  constructor(bits: Uint8Array) {
    this.bits = bits;
  }

  has(page: number): boolean {
    return (((this.bits[page >> 3] ?? 0) >> (page & 7)) & 1) === 1;
  }

  add(page: number): void {
    this.bits[page >> 3] = (this.bits[page >> 3] ?? 0) | (1 << (page & 7));
  }

  /** How many there could be. */
  get limit(): number {
    return this.bits.length * 8;
  }

  get size(): number {
    let size = 0;
    for (const byte of this.bits) for (let bits = byte; bits !== 0; bits &= bits - 1) size++;
    return size;
  }

  isSubsetOf(other: PageSet): boolean {
    return this.bits.length === other.bits.length && this.bits.every((byte, i) => (byte & ~(other.bits[i] ?? 0)) === 0);
  }
}
