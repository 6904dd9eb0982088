/** `--cap-add` and `--cap-drop` as the engine gets them: CAP_ names, sorted; what is added is not dropped. */
export function capabilities(
  add: readonly string[],
  drop: readonly string[],
): { readonly CapAdd: string[]; readonly CapDrop: string[] } {
  const [added, dropped] = [names(add), names(drop)];
  return { CapAdd: [...added].sort(), CapDrop: [...dropped].filter((name) => !added.has(name)).sort() };
}

const ALL = "ALL";

function names(given: readonly string[]): Set<string> {
  const found = given.map((name) => {
    const upper = name.trim().toUpperCase();
    return upper === ALL || upper === "RESET" || upper.startsWith("CAP_") ? upper : `CAP_${upper}`;
  });
  return new Set(found.includes(ALL) ? [ALL] : found);
}
