import { InvalidFlagValue, repeated, single, type Flag } from "./flag.ts";

/** Repeatable; each occurrence is one value as it stands. */
export function list(
  shorthand: string,
  usage: string,
  options: {
    readonly word?: string;
    readonly initial?: readonly string[];
    readonly shownDefault?: string;
    readonly parse?: (text: string) => string;
  } = {},
): Flag<readonly string[]> {
  const { word = "list", parse = (text: string) => text, ...rest } = options;
  return repeated({ shorthand, usage, word, parse, ...rest });
}

/** Repeatable; each occurrence may be several values separated by commas (pflag's stringSlice). */
export function strings(shorthand: string, usage: string): Flag<readonly string[]> {
  return repeated({ shorthand, usage, word: "strings", parse: (text) => (text === "" ? [] : parseCsv(text)) });
}

/** `key=value`, the last one of a key wins. */
export function map(
  shorthand: string,
  usage: string,
  options: { readonly shownDefault?: string; readonly check?: (text: string) => string; readonly word?: string } = {},
): Flag<Readonly<Record<string, string>>> {
  const flag = single<Readonly<Record<string, string>>>({
    shorthand,
    usage,
    word: options.word ?? "map",
    initial: {},
    shownDefault: "shownDefault" in options ? options.shownDefault : "map[]",
    parse: () => ({}),
  });
  return {
    ...flag,
    set(text, previous) {
      const checked = options.check?.(text) ?? text;
      const [key = "", ...value] = checked.split("=");
      return { ...previous, [key]: value.join("=") };
    },
  };
}

/** `name=value` conditions, gathered by name as the Engine API takes them. */
export function filter(shorthand: string, usage: string): Flag<Readonly<Record<string, readonly string[]>>> {
  const flag = single<Readonly<Record<string, readonly string[]>>>({
    shorthand,
    usage,
    word: "filter",
    initial: {},
    parse: () => ({}),
  });
  return {
    ...flag,
    set(text, previous) {
      if (text === "") return previous;
      const at = text.indexOf("=");
      if (at === -1) throw new InvalidFlagValue("bad format of filter (expected name=value)");
      const name = text.slice(0, at).trim().toLowerCase();
      const value = text.slice(at + 1).trim();
      const values = previous[name] ?? [];
      return { ...previous, [name]: values.includes(value) ? values : [...values, value] };
    },
  };
}

/** One record of comma-separated values, with Go's messages for a bare or an open quote. */
export function parseCsv(text: string): string[] {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    let field = "";
    if (text[at] === '"') {
      at++;
      for (;;) {
        const end = text.indexOf('"', at);
        if (end === -1)
          throw new InvalidFlagValue(
            `parse error on line 1, column ${text.length + 1}: extraneous or missing " in quoted-field`,
          );
        field += text.slice(at, end);
        at = end + 1;
        if (text[at] !== '"') break;
        field += '"';
        at++;
      }
      if (at < text.length && text[at] !== ",")
        throw new InvalidFlagValue(`parse error on line 1, column ${at}: extraneous or missing " in quoted-field`);
    } else {
      const end = text.indexOf(",", at);
      field = text.slice(at, end === -1 ? undefined : end);
      const bare = field.indexOf('"');
      if (bare !== -1)
        throw new InvalidFlagValue(`parse error on line 1, column ${at + bare + 1}: bare " in non-quoted-field`);
      at += field.length;
    }
    fields.push(field);
    if (at >= text.length) return fields;
    at++;
  }
}
