import type { ImageSummary } from "../../spec/engine-api.generated.ts";
import { familiarName, parseReference } from "../reference.ts";
import type { Format } from "./format.ts";
import { formatUnixTime, humanDuration, humanSize, truncateId } from "./units.ts";

/** One line of `docker images`: an image under one of its names. */
export interface ImageRow {
  readonly image: ImageSummary;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

const NONE = "<none>";

export const imageTable =
  "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}\t{{.Size}}";
export const imageDigestTable =
  "{{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}\t{{.Size}}";

export function imageFormat({ truncate, now }: { readonly truncate: boolean; readonly now: number }): Format<ImageRow> {
  const counted = (count: number): string => (count === -1 ? "N/A" : String(count));
  const sized = (bytes: number): string => (bytes === -1 ? "N/A" : humanSize(bytes));
  return {
    type: "*formatter.imageContext",
    columns: {
      ID: { header: "IMAGE ID", value: ({ image }) => (truncate ? truncateId(image.Id) : image.Id) },
      Repository: { header: "REPOSITORY", value: ({ repository }) => repository },
      Tag: { header: "TAG", value: ({ tag }) => tag },
      Digest: { header: "DIGEST", value: ({ digest }) => digest },
      CreatedSince: {
        header: "CREATED",
        value: ({ image }) => `${humanDuration(now - image.Created * 1000)} ago`,
      },
      CreatedAt: {
        header: "CREATED AT",
        value: ({ image }) => formatUnixTime(image.Created),
      },
      Size: { header: "SIZE", value: ({ image }) => humanSize(image.Size, 3) },
      Containers: { header: "CONTAINERS", value: ({ image }) => counted(image.Containers) },
      SharedSize: { header: "SHARED SIZE", value: ({ image }) => sized(image.SharedSize) },
      UniqueSize: {
        header: "UNIQUE SIZE",
        value: ({ image }) => (image.SharedSize === -1 ? "N/A" : humanSize(image.Size - image.SharedSize)),
      },
      VirtualSize: { header: "SIZE", value: ({ image }) => humanSize(image.Size) },
    },
  };
}

/** An image has a line per tag; with digests, a line per tag and digest; without names, one line of `<none>`. */
export function imageRows(images: readonly ImageSummary[], showDigests: boolean): ImageRow[] {
  return images.flatMap((image) => {
    const named = namesOf(image, showDigests);
    if (named.length > 0) return named.map((name) => ({ image, ...name }));
    return [{ image, repository: NONE, tag: NONE, digest: NONE }];
  });
}

function namesOf(image: ImageSummary, showDigests: boolean): Omit<ImageRow, "image">[] {
  const digests = new Map<string, string[]>();
  for (const name of image.RepoDigests ?? []) {
    const reference = safeReference(name);
    if (reference === undefined || reference.digest === undefined) continue;
    const repository = familiarName(reference);
    digests.set(repository, [...(digests.get(repository) ?? []), reference.digest]);
  }
  const rows: Omit<ImageRow, "image">[] = [];
  const tagged = new Set<string>();
  for (const name of image.RepoTags ?? []) {
    const reference = safeReference(name);
    if (reference === undefined) continue;
    const repository = familiarName(reference);
    const tag = reference.tag ?? NONE;
    tagged.add(repository);
    const known = showDigests ? (digests.get(repository) ?? []) : [];
    if (known.length === 0) rows.push({ repository, tag, digest: NONE });
    for (const digest of known) rows.push({ repository, tag, digest });
  }
  for (const [repository, known] of digests) {
    if (tagged.has(repository)) continue;
    if (!showDigests) rows.push({ repository, tag: NONE, digest: NONE });
    else for (const digest of known) rows.push({ repository, tag: NONE, digest });
  }
  return rows;
}

/** `<none>:<none>` and the like are no names. */
function safeReference(name: string): ReturnType<typeof parseReference> | undefined {
  try {
    return parseReference(name);
  } catch {
    return undefined;
  }
}
