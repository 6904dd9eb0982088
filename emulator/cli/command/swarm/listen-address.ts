import { single, type Flag } from "../../flag/flag.ts";

const DEFAULT = "0.0.0.0:2377";

export function listenAddress(usage: string): Flag<string> {
  const parse = (text: string): string => text;
  return single({ shorthand: "", usage, word: "node-addr", initial: DEFAULT, shownDefault: DEFAULT, parse });
}
