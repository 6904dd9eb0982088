/** The keyword of an instruction as written: BuildKit's messages name it so. */
export function keywordOf({ original }: { readonly original: string }): string {
  return /^\S+/.exec(original)?.[0] ?? "";
}
