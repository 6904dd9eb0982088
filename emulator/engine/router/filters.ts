import { InvalidParameter } from "../errors.ts";

/** The `filters` parameter: `{"name":["web"]}`, or the older `{"name":{"web":true}}`. */
export class Filters {
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(values: ReadonlyMap<string, readonly string[]>) {
    this.#values = values;
  }

  /** Throws InvalidParameter for text that is no filter and for a name that is not accepted. */
  static parse(text: string, accepted: readonly string[] | undefined): Filters {
    if (text === "") return new Filters(new Map());
    const values = new Map<string, readonly string[]>();
    for (const [name, raw] of Object.entries(parseObject(text))) {
      if (accepted !== undefined && !accepted.includes(name)) throw new InvalidParameter(`invalid filter '${name}'`);
      if (Array.isArray(raw) && raw.every((value) => typeof value === "string")) values.set(name, raw);
      else if (typeof raw === "object" && raw !== null && !Array.isArray(raw))
        values.set(
          name,
          Object.entries(raw)
            .filter(([, on]) => on === true)
            .map(([value]) => value),
        );
      else throw new InvalidParameter("invalid filter");
    }
    return new Filters(values);
  }

  get isEmpty(): boolean {
    return this.#values.size === 0;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  get(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** True when the filter is not given, or one of its values equals. */
  exact(name: string, value: string): boolean {
    return !this.has(name) || this.get(name).includes(value);
  }

  /** True when the filter is not given, or one of its patterns fits one of the texts as a regular expression or is equal. */
  match(name: string, ...texts: readonly string[]): boolean {
    if (!this.has(name)) return true;
    return this.get(name).some((pattern) => {
      if (texts.includes(pattern)) return true;
      try {
        const expression = new RegExp(pattern);
        return texts.some((text) => expression.test(text));
      } catch {
        return false;
      }
    });
  }

  /** `label=key` and `label=key=value`; all given must hold. */
  labels(name: string, labels: Readonly<Record<string, string>> | null | undefined): boolean {
    return this.get(name).every((wanted) => {
      const mark = wanted.indexOf("=");
      const key = mark < 0 ? wanted : wanted.slice(0, mark);
      const there = labels?.[key];
      return there !== undefined && (mark < 0 || there === wanted.slice(mark + 1));
    });
  }

  /** One value, `true` or `1`, `false` or `0`. Throws InvalidParameter for others. */
  boolean(name: string, absent: boolean): boolean {
    const values = this.get(name);
    if (!this.has(name)) return absent;
    const [value, ...more] = values;
    if (more.length === 0 && (value === "1" || value === "true")) return true;
    if (more.length === 0 && (value === "0" || value === "false")) return false;
    throw new InvalidParameter(`invalid filter '${name}=[${values.join(" ")}]'`);
  }
}

function parseObject(text: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new InvalidParameter("invalid filter");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw new InvalidParameter("invalid filter");
  return Object.fromEntries(Object.entries(parsed));
}
