/** How Docker lists several errors under one heading: one stands alone, more are bullets. */
export function joinErrors(errors: readonly string[]): string {
  const [first] = errors;
  if (first !== undefined && errors.length === 1) return first.trim();
  return `* ${errors.map((error) => error.replaceAll("\n", "\n\t")).join("\n* ")}`;
}
