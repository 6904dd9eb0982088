/** A .dockerignore that cannot be read, or a pattern of it. */
export class IgnoreError extends Error {
  override name = "IgnoreError";
}
