/** Orders texts so that runs of digits compare as numbers: `n2` before `n10`. */
export function naturalOrder(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? [];
  const right = b.match(/\d+|\D+/g) ?? [];
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const numeric = /^\d/.test(part) && /^\d/.test(other) ? Number(part) - Number(other) : 0;
    if (numeric !== 0) return numeric;
    if (part !== other) return part < other ? -1 : 1;
  }
  return left.length - right.length;
}
