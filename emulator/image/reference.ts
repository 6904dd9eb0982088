/**
 * Image references: the grammar of the distribution project with Docker's familiar names (`busybox` is
 * `docker.io/library/busybox`). Messages are Docker's.
 */
export interface Reference {
  /** Registry host, with port if any: `docker.io`. */
  readonly domain: string;
  /** Repository without its registry: `library/busybox`. */
  readonly path: string;
  readonly tag?: string;
  readonly digest?: string;
}

export class InvalidReference extends Error {
  constructor(message = "invalid reference format") {
    super(message);
    this.name = "InvalidReference";
  }
}

const DEFAULT_DOMAIN = "docker.io";
const OFFICIAL = "library/";
const DEFAULT_TAG = "latest";
const NAME_LIMIT = 255;

const component = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const domainComponent = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
const host = `(?:${domainComponent}(?:\\.${domainComponent})*|\\[(?:[a-fA-F0-9:]+)\\])(?::[0-9]+)?`;
const pathPattern = new RegExp(`^${component}(?:/${component})*$`);
const hostPattern = new RegExp(`^${host}$`);
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const identifier = /^[a-f0-9]{64}$/;

/** What a user types. Throws InvalidReference. */
export function parseReference(text: string): Reference {
  if (identifier.test(text)) {
    throw new InvalidReference(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  }
  const [domain, remainder] = splitDomain(text);
  const at = remainder.indexOf("@");
  const beforeDigest = at < 0 ? remainder : remainder.slice(0, at);
  const colon = beforeDigest.indexOf(":");
  const path = colon < 0 ? beforeDigest : beforeDigest.slice(0, colon);
  // Docker looks at the case before anything else, and quotes all up to the first colon.
  const name = remainder.split(":")[0] ?? "";
  if (name.toLowerCase() !== name) {
    throw new InvalidReference(`invalid reference format: repository name (${name}) must be lowercase`);
  }
  const digest = at < 0 ? undefined : remainder.slice(at + 1);
  const tag = colon < 0 ? undefined : beforeDigest.slice(colon + 1);
  if (!hostPattern.test(domain) || !pathPattern.test(path)) throw new InvalidReference();
  if (tag !== undefined && !tagPattern.test(tag)) throw new InvalidReference();
  if (digest !== undefined) checkDigest(digest);
  if (`${domain}/${path}`.length > NAME_LIMIT) {
    throw new InvalidReference(`repository name must not be more than ${String(NAME_LIMIT)} characters`);
  }
  return { domain, path, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

function checkDigest(digest: string): void {
  if (!digestPattern.test(digest)) throw new InvalidReference();
  const [algorithm = "", hex = ""] = digest.split(":");
  const length = { sha256: 64, sha384: 96, sha512: 128 }[algorithm];
  if (length === undefined) throw new InvalidReference("unsupported digest algorithm");
  if (hex.length !== length) throw new InvalidReference("invalid checksum digest length");
  if (hex.toLowerCase() !== hex) throw new InvalidReference("invalid checksum digest format");
}

/** The first part is a registry when it looks like a host: it has a dot or a port, or capitals, or is `localhost`. */
function splitDomain(text: string): [domain: string, remainder: string] {
  const slash = text.indexOf("/");
  const first = text.slice(0, Math.max(slash, 0));
  const isHost = slash >= 0 && (/[.:]/.test(first) || first === "localhost" || first.toLowerCase() !== first);
  let domain = isHost ? first : DEFAULT_DOMAIN;
  let remainder = isHost ? text.slice(slash + 1) : text;
  if (domain === "index.docker.io") domain = DEFAULT_DOMAIN;
  if (domain === DEFAULT_DOMAIN && !remainder.includes("/")) remainder = OFFICIAL + remainder;
  return [domain, remainder];
}

/** With `latest` when it names neither tag nor digest. */
export function withDefaultTag(reference: Reference): Reference {
  return reference.tag === undefined && reference.digest === undefined ? { ...reference, tag: DEFAULT_TAG } : reference;
}

/** `docker.io/library/busybox` */
export function repositoryName(reference: Reference): string {
  return `${reference.domain}/${reference.path}`;
}

/** `docker.io/library/busybox:latest` */
export function canonicalString(reference: Reference): string {
  return repositoryName(reference) + suffix(reference);
}

/** `busybox` */
export function familiarName({ domain, path }: Reference): string {
  if (domain !== DEFAULT_DOMAIN) return `${domain}/${path}`;
  const short = path.slice(OFFICIAL.length);
  return path.startsWith(OFFICIAL) && !short.includes("/") ? short : path;
}

/** `busybox:latest` */
export function familiarString(reference: Reference): string {
  return familiarName(reference) + suffix(reference);
}

function suffix({ tag, digest }: Reference): string {
  return (tag === undefined ? "" : `:${tag}`) + (digest === undefined ? "" : `@${digest}`);
}
