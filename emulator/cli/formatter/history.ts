import type { ImageHistoryResponseItem } from "../../spec/engine-api.generated.ts";
import type { Format } from "./format.ts";
import { ellipsis, humanDuration, humanSize, truncateId } from "./units.ts";

export const historyTable = "{{.ID}}\t{{.CreatedSince}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}";

export interface HistoryFormatOptions {
  readonly truncate: boolean;
  readonly human: boolean;
  readonly now: number;
}

export function historyFormat({ truncate, human, now }: HistoryFormatOptions): Format<ImageHistoryResponseItem> {
  const rfc3339 = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
  return {
    type: "*image.historyContext",
    columns: {
      ID: { header: "IMAGE", value: ({ Id }) => (truncate ? truncateId(Id) : Id) },
      CreatedAt: {
        header: "CREATED AT",
        value: ({ Created }) => rfc3339(Created),
      },
      CreatedSince: {
        header: human ? "CREATED" : "CREATED AT",
        value: ({ Created }) => {
          if (!human) return rfc3339(Created);
          return Created <= 0 ? "N/A" : `${humanDuration(now - Created * 1000)} ago`;
        },
      },
      CreatedBy: {
        header: "CREATED BY",
        value: ({ CreatedBy }) => {
          const line = CreatedBy.replaceAll("\t", " ");
          return truncate ? ellipsis(line, 45) : line;
        },
      },
      Size: { header: "SIZE", value: ({ Size }) => (human ? humanSize(Size, 3) : String(Size)) },
      Comment: { header: "COMMENT", value: ({ Comment }) => Comment },
    },
  };
}
