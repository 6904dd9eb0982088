import { GoFunction } from "../template/value.ts";

/** `a=1,b=2`, sorted. */
export function joinLabels(labels: Readonly<Record<string, string>> | null | undefined): string {
  return Object.entries(labels ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(",");
}

/** `{{.Label "name"}}` */
export function labelMethod(
  labels: Readonly<Record<string, string>> | null | undefined,
): ReadonlyMap<string, GoFunction> {
  return new Map([["Label", new GoFunction(1, (name) => labels?.[String(name)] ?? "")]]);
}
