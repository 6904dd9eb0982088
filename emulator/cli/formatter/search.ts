import type { ImageSearchResponseItem } from "../../spec/engine-api.generated.ts";
import type { Format } from "./format.ts";
import { ellipsis } from "./units.ts";

export const searchTable = "{{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}";

export function searchFormat(options: {
  readonly truncate: boolean;
  readonly json: boolean;
}): Format<ImageSearchResponseItem> {
  return {
    type: "*registry.searchContext",
    columns: {
      Name: { header: "NAME", value: ({ name = "" }) => name },
      Description: {
        header: "DESCRIPTION",
        value: ({ description = "" }) => {
          const line = description.replace(/[\n\r]/g, " ");
          return options.truncate ? ellipsis(line, 45) : line;
        },
      },
      StarCount: { header: "STARS", value: ({ star_count: stars = 0 }) => String(stars) },
      IsOfficial: {
        header: "OFFICIAL",
        value: ({ is_official: official = false }) => (options.json ? String(official) : official ? "[OK]" : ""),
      },
    },
  };
}
