import { imagesOf } from "../../../image/layout.ts";
import { parseIndex } from "../../../image/document.ts";
import { familiarName } from "../../../image/reference.ts";
import { InvalidParameter } from "../../errors.ts";
import type { Filters } from "../../router/filters.ts";
import type { Daemon } from "../daemon.ts";
import { registryFault } from "./registry-errors.ts";

export interface SearchResult {
  readonly star_count: number;
  readonly is_official: boolean;
  readonly name: string;
  readonly is_automated: boolean;
  readonly description: string;
}

export interface SearchRequest {
  /** Empty: every image there is. */
  readonly term: string;
  readonly limit: number | undefined;
  readonly filters: Filters;
  readonly signal: AbortSignal;
}

const description = "org.opencontainers.image.description";

/** `docker search` over the built-in registry's index. */
export async function searchRegistry(daemon: Daemon, request: SearchRequest): Promise<SearchResult[]> {
  const { filters } = request;
  const stars = filters.get("stars").map((text) => {
    if (!/^\d+$/.test(text)) throw new InvalidParameter(`invalid filter 'stars=${text}'`);
    return Number(text);
  });
  const official = filters.has("is-official") ? filters.boolean("is-official", false) : undefined;
  if (filters.boolean("is-automated", false)) return [];
  const index = await daemon.world.registry.index(request.signal).catch((error: unknown) => {
    request.signal.throwIfAborted();
    throw registryFault(error);
  });
  const found = new Map<string, SearchResult>();
  for (const { reference, descriptor } of imagesOf(parseIndex(index))) {
    const name = familiarName(reference);
    if (found.has(name)) continue;
    found.set(name, {
      star_count: 0,
      is_official: reference.domain === "docker.io" && reference.path.startsWith("library/"),
      name,
      is_automated: false,
      description: descriptor.annotations?.[description] ?? "",
    });
  }
  const term = request.term.toLowerCase().replace(/^library\//, "");
  return [...found.values()]
    .filter(
      (result) =>
        (result.name.includes(term) || result.description.toLowerCase().includes(term)) &&
        (official === undefined || result.is_official === official) &&
        stars.every((least) => result.star_count >= least),
    )
    .slice(0, request.limit ?? (term === "" ? undefined : 25));
}
