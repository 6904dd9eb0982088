/**
 * Cookies of previewed servers. The browser would keep them for the site's whole origin, so they are kept here instead:
 * per slot, and shared by the ports of a host as RFC 6265 has it.
 */
interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  /** Milliseconds since the epoch; undefined ends with the jar. */
  readonly expires: number | undefined;
}

const most = 180;

export class CookieJar {
  readonly #slots = new Map<string, Map<string, Cookie>>();

  /** Takes one `Set-Cookie` header; a malformed one is ignored, as RFC 6265 section 5.2 asks. */
  set(slot: string, header: string, target: string, now: number): void {
    const [pair = "", ...attributes] = header.split(";").map((part) => part.trim());
    const equals = pair.indexOf("=");
    if (equals < 1) return;
    let path = defaultPath(target);
    let expires: number | undefined;
    for (const attribute of attributes) {
      const [name = "", value = ""] = split(attribute);
      if (name === "path" && value.startsWith("/")) path = value;
      else if (name === "max-age" && /^-?\d+$/.test(value)) expires = now + Number(value) * 1000;
      else if (name === "expires" && expires === undefined && !Number.isNaN(Date.parse(value)))
        expires = Date.parse(value);
    }
    const cookie: Cookie = { name: pair.slice(0, equals), value: pair.slice(equals + 1), path, expires };
    const jar = this.#slots.get(slot) ?? new Map<string, Cookie>();
    this.#slots.set(slot, jar);
    const key = `${cookie.name};${cookie.path}`;
    jar.delete(key);
    if (expires !== undefined && expires <= now) return;
    jar.set(key, cookie);
    if (jar.size > most) jar.delete(jar.keys().next().value ?? "");
  }

  /** The `Cookie` header for a request, or undefined. Longer paths first. */
  header(slot: string, target: string, now: number): string | undefined {
    const path = target.split("?")[0] ?? "/";
    const matching = [...(this.#slots.get(slot)?.values() ?? [])].filter(
      (c) => (c.expires === undefined || c.expires > now) && covers(c.path, path),
    );
    if (matching.length === 0) return undefined;
    return matching
      .sort((a, b) => b.path.length - a.path.length)
      .map((c) => `${c.name}=${c.value}`)
      .join("; ");
  }
}

const covers = (cookie: string, path: string) =>
  path === cookie || (path.startsWith(cookie) && (cookie.endsWith("/") || path[cookie.length] === "/"));

function defaultPath(target: string): string {
  const path = target.split("?")[0] ?? "/";
  const last = path.lastIndexOf("/");
  return last <= 0 ? "/" : path.slice(0, last);
}

function split(attribute: string): [string, string] {
  const equals = attribute.indexOf("=");
  return equals < 0
    ? [attribute.toLowerCase(), ""]
    : [attribute.slice(0, equals).trim().toLowerCase(), attribute.slice(equals + 1).trim()];
}
