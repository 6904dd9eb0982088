/** The bytes are not a whole, unchanged save. */
export class SaveDamaged extends Error {
  override readonly name = "SaveDamaged";
}

/** What a save needs to be opened. */
export interface SaveNeeds {
  /** Version of the container. */
  readonly format: number;
  /** Version of v86. */
  readonly v86: string;
  /** `sha256` of the base snapshot; undefined for a snapshot, which needs none. */
  readonly base: string | undefined;
}

/** The save is whole, but belongs to another base snapshot, another v86 or another format than is at hand. */
export class SaveMismatch extends Error {
  override readonly name = "SaveMismatch";
  readonly needs: SaveNeeds;

  constructor(message: string, needs: SaveNeeds) {
    super(message);
    this.needs = needs;
  }
}
