import { expandHeredoc, expandWord, expandWords } from "../../../dockerfile/word.ts";

/** Variables of a stage as its words see them. Throws what the expansion throws: a word that cannot be read. */
export interface Expand {
  word(text: string): string;
  /** A word that may become several. */
  words(text: string): string[];
  /** Quotes and escapes stay, and so do variables that are not set: for names that are only shown. */
  shown(text: string): string;
  heredoc(content: string): string;
}

export function expander(env: ReadonlyMap<string, string>, escape: "\\" | "`"): Expand {
  const lookup = (name: string): string | undefined => env.get(name);
  return {
    word: (text) => expandWord(text, lookup, { escape }),
    words: (text) => [...expandWords(text, lookup, { escape })],
    shown(text) {
      try {
        return expandWord(text, lookup, { escape, rawQuotes: true, skipUnset: true });
      } catch {
        // What cannot be expanded is shown as it was written, as BuildKit does.
        return text;
      }
    },
    heredoc: (text) => expandHeredoc(text, lookup).result,
  };
}
