/** An image reference, read as Docker's client reads it. */
export interface Reference {
  /** `docker.io`, `localhost:5000`, … */
  readonly domain: string;
  /** `library/busybox` */
  readonly path: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const DEFAULT_DOMAIN = "docker.io";
const component = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const domainPattern =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const pathPattern = new RegExp(`^${component}(?:/${component})*$`);
const tagPattern = /^[\w][\w.-]{0,127}$/;
const digestPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const identifier = /^[a-f0-9]{64}$/;

/** Throws with Docker's words. */
export function parseReference(text: string): Reference {
  if (identifier.test(text))
    throw new Error(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  const { domain, remainder } = splitDomain(text);
  const at = remainder.indexOf("@");
  const beforeDigest = at === -1 ? remainder : remainder.slice(0, at);
  const digest = at === -1 ? undefined : remainder.slice(at + 1);
  const colon = beforeDigest.indexOf(":");
  const path = colon === -1 ? beforeDigest : beforeDigest.slice(0, colon);
  const tag = colon === -1 ? undefined : beforeDigest.slice(colon + 1);
  if (path.toLowerCase() !== path)
    throw new Error(`invalid reference format: repository name (${path}) must be lowercase`);
  const valid =
    domainPattern.test(domain) &&
    pathPattern.test(path) &&
    (tag === undefined || tagPattern.test(tag)) &&
    (digest === undefined || digestPattern.test(digest));
  if (!valid) throw new Error("invalid reference format");
  if (domain.length + path.length + 1 > 255) throw new Error("repository name must not be more than 255 characters");
  return { domain, path, tag, digest };
}

/** Also takes an image's full id. Undefined is an id, which has no name. */
export function parseAnyReference(text: string): Reference | undefined {
  if (identifier.test(text) || /^sha256:[a-f0-9]{64}$/.test(text)) return undefined;
  return parseReference(text);
}

/** A first part is a registry when it looks like a host, or could not be a repository. */
function splitDomain(text: string): { domain: string; remainder: string } {
  const slash = text.indexOf("/");
  const first = slash === -1 ? "" : text.slice(0, slash);
  const isDomain = slash !== -1 && (/[.:]/.test(first) || first === "localhost" || first.toLowerCase() !== first);
  const domain = isDomain ? first : DEFAULT_DOMAIN;
  const remainder = isDomain ? text.slice(slash + 1) : text;
  if (domain === "index.docker.io") return { domain: DEFAULT_DOMAIN, remainder: official(remainder) };
  return { domain, remainder: domain === DEFAULT_DOMAIN ? official(remainder) : remainder };
}

function official(remainder: string): string {
  return remainder.includes("/") ? remainder : `library/${remainder}`;
}

/** The name as people write it, without tag and digest: `busybox`, `localhost:5000/team/app`. */
export function familiarName(reference: Reference): string {
  const { domain, path } = reference;
  if (domain !== DEFAULT_DOMAIN) return `${domain}/${path}`;
  return path.startsWith("library/") && !path.slice(8).includes("/") ? path.slice(8) : path;
}

export function fullName(reference: Reference): string {
  return `${reference.domain}/${reference.path}`;
}

export function familiarString(reference: Reference): string {
  const tag = reference.tag === undefined ? "" : `:${reference.tag}`;
  return familiarName(reference) + tag + (reference.digest === undefined ? "" : `@${reference.digest}`);
}

/** With the default tag when there is neither a tag nor a digest. */
export function withDefaultTag(reference: Reference): Reference {
  return reference.tag === undefined && reference.digest === undefined ? { ...reference, tag: "latest" } : reference;
}
