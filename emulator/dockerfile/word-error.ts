/** A word that cannot be expanded; the message is BuildKit's. */
export class WordError extends Error {
  override name = "WordError";
}
