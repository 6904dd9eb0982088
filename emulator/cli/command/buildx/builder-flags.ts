import { bool, string } from "../../flag/scalar.ts";

/** Options that every verb of `docker buildx` takes. There is one builder, so the first can only name it. */
export const builderFlags = {
  builder: string("", "Override the configured builder instance"),
  debug: bool("D", "Enable debug logging"),
};

/** Throws with buildx's words when there is no builder of that name. */
export function checkBuilder(name: string): void {
  if (name !== "" && name !== "default") throw new Error(`no builder ${JSON.stringify(name)} found`);
}
