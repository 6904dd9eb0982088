import {
  canonicalString,
  familiarString,
  InvalidReference,
  parseReference,
  withDefaultTag,
  type Reference,
} from "../../../image/reference.ts";
import { isDigest } from "../../../image/digest.ts";
import { InvalidParameter, NotFound } from "../../errors.ts";
import type { ImageRecord } from "../../records.ts";
import type { Store } from "../../state.ts";

/** Images by what people call them. Reads the store; changes go through `References`. */
export class Catalog {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** A reference, an id, or the beginning of an id. Throws NotFound `No such image: …`, or InvalidParameter. */
  find(text: string): ImageRecord {
    const id = /^[0-9a-f]{64}$/.test(text) ? `sha256:${text}` : text;
    if (isDigest(id)) {
      const image = this.#store.images.get(id);
      if (image === undefined) throw new NotFound(`No such image: ${id}`);
      return image;
    }
    const reference = parse(text);
    const image = this.referred(reference) ?? this.#byPrefix(text);
    if (image === undefined) throw new NotFound(`No such image: ${familiarString(withDefaultTag(reference))}`);
    return image;
  }

  /** The image a reference stands for, with `latest` where it says nothing. */
  referred(reference: Reference): ImageRecord | undefined {
    const id = this.#store.references.get(keyOf(reference));
    return id === undefined ? undefined : this.#store.images.get(id);
  }

  /** Undefined as well when several begin so. */
  #byPrefix(text: string): ImageRecord | undefined {
    const prefix = text.startsWith("sha256:") ? text : `sha256:${text}`;
    const found = this.#store.images.all().filter(({ id }) => id.startsWith(prefix));
    return found.length === 1 ? found[0] : undefined;
  }

  /** Sorted; tags and digests. */
  referencesOf(image: ImageRecord): Reference[] {
    return [...this.#store.references]
      .filter(([, id]) => id === image.id)
      .map(([name]) => name)
      .sort()
      .map((name) => parseReference(name));
  }

  children(image: ImageRecord): ImageRecord[] {
    return this.#store.images.all().filter(({ parentId }) => parentId === image.id);
  }

  /** True when the text is the image's id or the beginning of it. */
  isIdPrefix(image: ImageRecord, text: string): boolean {
    return image.id.startsWith(text) || image.id.slice("sha256:".length).startsWith(text);
  }
}

/** How a reference is kept: by its digest where it has one, else by its tag. */
export function keyOf(reference: Reference): string {
  const { domain, path, digest } = reference;
  return canonicalString(digest === undefined ? withDefaultTag(reference) : { domain, path, digest });
}

/** Throws InvalidParameter. */
export function parse(text: string): Reference {
  try {
    return parseReference(text);
  } catch (error) {
    if (error instanceof InvalidReference) throw new InvalidParameter(error.message);
    throw error;
  }
}

/** `repo` and `tag` of a query as one reference; undefined when there is no repo. Throws InvalidParameter. */
export function parseRepoTag(repo: string, tag: string): Reference | undefined {
  if (repo === "") return undefined;
  const reference = parse(repo);
  if (reference.digest !== undefined) throw new InvalidParameter("cannot import digest reference");
  if (tag === "") return withDefaultTag(reference);
  if (!/^\w[\w.-]{0,127}$/.test(tag)) throw new InvalidParameter("invalid tag format");
  return { domain: reference.domain, path: reference.path, tag };
}
