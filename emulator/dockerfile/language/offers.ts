import type { Offer, Offers, World } from "./completion.ts";
import type { Scan, ScannedInstruction } from "./scan.ts";
import { stagesAbove } from "./stages.ts";

/** Stages that an instruction can name; with `numbers` also those without a name. */
export function stageOffers(scanned: Scan, item: ScannedInstruction, numbers: boolean): Offer[] {
  const above = stagesAbove(scanned, item.lines.start);
  // The stage an instruction stands in is no source of its own.
  const others = item.instruction === "FROM" ? above : above.slice(0, -1);
  return others.flatMap(({ name, index, base, line }): Offer[] => {
    if (name === undefined && !numbers) return [];
    return [{ label: name ?? String(index), kind: "stage", detail: `stage on ${base}, line ${line}` }];
  });
}

/** Images, or behind the colon the tags of one. */
export function imageOffers(typed: string, world: World): Offers {
  const colon = typed.lastIndexOf(":");
  if (colon > typed.lastIndexOf("/")) {
    const tags = world.tags(typed.slice(0, colon));
    return { typed: typed.slice(colon + 1), offers: tags.map((label) => ({ label, kind: "image", detail: "tag" })) };
  }
  return {
    typed,
    offers: world.images.map((label) => ({ label, kind: "image", text: `${label}:`, detail: "image", more: true })),
  };
}

/** Entries of the folder that a path has come to. */
export function pathOffers(typed: string, world: World): Offers {
  // The context is the root of all paths in it.
  const slash = typed.lastIndexOf("/");
  const folder = typed.slice(0, slash + 1).replace(/^(?:\.?\/)+/, "");
  const inside = folder.split("/").some((part) => part === "..");
  const entries = inside ? [] : world.paths(folder.replace(/\/$/, ""));
  return {
    typed: typed.slice(slash + 1),
    offers: entries.map((label) => ({
      label,
      kind: label.endsWith("/") ? "folder" : "file",
      more: label.endsWith("/"),
      ...(/\s/.test(label) ? { text: label.replace(/(\s)/g, "\\$1") } : {}),
    })),
  };
}
