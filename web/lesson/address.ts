import { toLesson } from "../route.ts";

export type Address =
  { readonly kind: "outside" | "inside"; readonly href: string } | { readonly kind: "heading"; readonly id: string };

/** Where a link of a text leads: out of the site, to a heading of the same text, or to another lesson. */
export function addressOf(to: string): Address {
  if (to.startsWith("#/")) return { kind: "inside", href: to };
  if (to.startsWith("#")) return { kind: "heading", id: to.slice(1) };
  if (/^https:\/\//.test(to)) return { kind: "outside", href: to };
  return { kind: "inside", href: toLesson(to) };
}
