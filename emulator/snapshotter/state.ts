import * as v from "valibot";

const directory = v.strictObject({ name: v.string(), link: v.string() });
const lower = v.strictObject({ ...directory.entries, diffId: v.string() });

/** What the snapshotter knows of the guest's overlay2, as plain data for a save. */
export const snapshotterState = v.strictObject({
  version: v.literal(1),
  /** Directories of layers that were made. */
  lowers: v.array(lower),
  snapshots: v.array(
    v.strictObject({
      id: v.string(),
      upper: directory,
      init: lower,
      /** Topmost first, without the init layer. */
      lowers: v.array(lower),
      mounted: v.boolean(),
    }),
  ),
  /** Init layers by the topmost chain id of the layers (base first) they belong to. */
  inits: v.array(v.strictObject({ chain: v.string(), layers: v.array(v.string()), diffId: v.string() })),
});
export type SnapshotterState = v.InferOutput<typeof snapshotterState>;
export type SnapshotState = SnapshotterState["snapshots"][number];

export class SnapshotterStateError extends Error {
  constructor(reason: string) {
    super(`snapshotter state: ${reason}`);
    this.name = "SnapshotterStateError";
  }
}

export function parseState(value: unknown): SnapshotterState {
  const parsed = v.safeParse(snapshotterState, value);
  if (!parsed.success) throw new SnapshotterStateError(v.summarize(parsed.issues));
  return parsed.output;
}
