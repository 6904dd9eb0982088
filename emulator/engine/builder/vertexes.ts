import type { Op } from "./op.ts";
import { keyOf } from "./solver.ts";

/** Every op below, inputs before what they go into. */
export function opsOf(target: Op | undefined): Op[] {
  const found = new Set<Op>();
  const visit = (op: Op): void => {
    if (found.has(op)) return;
    op.inputs.forEach(visit);
    found.add(op);
  };
  if (target !== undefined) visit(target);
  return [...found];
}

/** Gives each its digest, which says what it is and what it stands on. */
export async function nameVertexes(ops: readonly Op[]): Promise<void> {
  for (const op of ops) {
    const { vertex: _vertex, inputs, place: _place, lines: _lines, ...definition } = op;
    const own = JSON.stringify(definition, (key, value: unknown) =>
      key === "source" && typeof value === "object" && value !== null ? "op" : value,
    );
    op.vertex = await keyOf([own, ...inputs.map((input) => input.vertex)]);
  }
}
