import type { Offer, Offers, World } from "./completion.ts";
import { imageOffers, pathOffers, stageOffers } from "./offers.ts";
import type { Scan, ScannedInstruction } from "./scan.ts";
import { predefined } from "./variables.ts";

const none: Offers = { typed: "", offers: [] };

const signals = ["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGKILL", "SIGUSR1", "SIGUSR2"];
const labels = ["title", "description", "authors", "version", "licenses", "source", "url", "vendor"];
const runs: readonly (readonly [label: string, text: string, detail: string])[] = [
  [
    "apt-get install",
    "apt-get update && apt-get install -y --no-install-recommends \\\\\n    ${1:curl} \\\\\n    && rm -rf /var/lib/apt/lists/*",
    "Debian packages, nothing left behind",
  ],
  ["apk add", "apk add --no-cache ${1:curl}", "Alpine packages"],
  ["npm ci", "npm ci", "exactly what the lock file says"],
  ["pip install", "pip install --no-cache-dir -r ${1:requirements.txt}", "Python packages"],
];

/** A word that is no flag; `index` counts from the first one. */
export function completeArguments(
  scanned: Scan,
  item: ScannedInstruction,
  index: number,
  typed: string,
  world: World,
): Offers {
  const values = (offered: readonly string[]): Offers => ({
    typed,
    offers: offered.map((label) => ({ label, kind: "value" })),
  });
  const snippet = (label: string, text: string, detail: string): Offer => ({
    label,
    kind: "value",
    text,
    snippet: true,
    detail,
  });
  switch (item.instruction) {
    case "FROM":
      if (index === 0) return base(scanned, item, typed, world);
      if (index === 1)
        return { typed, offers: [{ label: "AS", kind: "keyword", text: "AS ", detail: "name the stage" }] };
      return none;
    case "COPY":
    case "ADD":
      return files(item, typed, world);
    case "ARG":
      return index === 0
        ? { typed, offers: Object.entries(predefined).map(([label, detail]) => ({ label, kind: "variable", detail })) }
        : none;
    case "LABEL":
      return {
        typed,
        offers: labels.map((name) =>
          snippet(
            `org.opencontainers.image.${name}`,
            `org.opencontainers.image.${name}="\${1}"`,
            "of the OCI specification",
          ),
        ),
      };
    case "HEALTHCHECK":
      return index === 0
        ? { typed, offers: ["CMD", "NONE"].map((label): Offer => ({ label, kind: "keyword" })) }
        : none;
    case "STOPSIGNAL":
      return values(signals);
    case "EXPOSE":
      return values(["80", "443", "3000", "5432", "6379", "8080"]);
    case "WORKDIR":
      return index === 0 ? values(["/app", "/src", "/usr/src/app"]) : none;
    case "SHELL":
      return index === 0
        ? {
            typed,
            offers: [
              snippet(
                '["/bin/bash", "-o", "pipefail", "-c"]',
                '["/bin/bash", "-o", "pipefail", "-c"]',
                "a failing pipe fails the RUN",
              ),
            ],
          }
        : none;
    case "CMD":
    case "ENTRYPOINT":
      return index === 0
        ? { typed, offers: [snippet('["…"]', '["${1:program}"$2]', "JSON form: no shell between")] }
        : none;
    case "RUN":
      return index === 0 ? { typed, offers: runs.map(([label, text, detail]) => snippet(label, text, detail)) } : none;
    default:
      return none;
  }
}

function base(scanned: Scan, item: ScannedInstruction, typed: string, world: World): Offers {
  const images = imageOffers(typed, world);
  if (images.typed !== typed) return images;
  const scratch: Offer = { label: "scratch", kind: "image", detail: "the empty image" };
  return { typed, offers: [...stageOffers(scanned, item, false), ...images.offers, scratch] };
}

/** Paths of the context; in another stage or image nobody knows them, and what begins with `/` is in the image. */
function files(item: ScannedInstruction, typed: string, world: World): Offers {
  if (item.flags.some(({ text }) => text.startsWith("--from="))) return none;
  const [, path = ""] = /^(?:\[?")?(.*)$/.exec(typed) ?? [];
  if (path.startsWith("/") || path.startsWith("<<")) return none;
  return pathOffers(path, world);
}
