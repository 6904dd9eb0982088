import type { BuildCache } from "../../spec/engine-api.generated.ts";
import { GoSlice } from "../template/value.ts";
import type { Format } from "./format.ts";
import { humanDuration, humanSize } from "./units.ts";

export const buildCacheTable = "{{.ID}}\t{{.Reclaimable}}\t{{.Size}}\t{{.LastUsedAt}}";

export const buildCachePretty = `ID:           {{.ID}}
{{- if .Parents }}
Parents:
{{- range .Parents }}
 - {{.}}
{{- end }}
{{- end }}
Created at:   {{.CreatedAt}}
Mutable:      {{.Mutable}}
Reclaimable:  {{.Reclaimable}}
Shared:       {{.Shared}}
Size:         {{.Size}}
{{- if .Description}}
Description:  {{ .Description }}
{{- end }}
Usage count:  {{.UsageCount}}
{{- if .LastUsedAt}}
Last used:    {{ .LastUsedAt }}
{{- end }}
{{- if .Type}}
Type:         {{ .Type }}
{{- end }}
`;

/** Columns of `docker buildx du`. In a table, what may still change is marked with a star. */
export function buildCacheFormat(now: number, isTable: boolean): Format<BuildCache> {
  return {
    type: "*commands.diskusageContext",
    columns: {
      ID: { header: "ID", value: ({ ID = "" }) => ID },
      Parents: { header: "PARENTS", value: ({ Parents }) => new GoSlice([...(Parents ?? [])], "[]string") },
      CreatedAt: { header: "CREATED AT", value: ({ CreatedAt = "" }) => goTime(CreatedAt) },
      Mutable: { header: "MUTABLE", value: isMutable },
      Reclaimable: { header: "RECLAIMABLE", value: ({ InUse }) => InUse !== true },
      Shared: { header: "SHARED", value: ({ Shared = false }) => Shared },
      Size: {
        header: "SIZE",
        value: ({ Size = 0, Shared }) => `${humanSize(Size)}${isTable && Shared === true ? "*" : ""}`,
      },
      Description: { header: "DESCRIPTION", value: ({ Description = "" }) => Description },
      UsageCount: { header: "USAGE COUNT", value: ({ UsageCount = 0 }) => UsageCount },
      LastUsedAt: { header: "LAST ACCESSED", value: ({ LastUsedAt }) => since(LastUsedAt, now) },
      Type: { header: "TYPE", value: ({ Type = "" }) => Type },
    },
  };
}

/** Rows as `docker buildx prune` lists what it removed; `isFirst` puts the header above. */
export function prunedRows(rows: readonly BuildCache[], now: number): string {
  const lines = rows.map(({ ID = "", InUse, Size = 0, Shared, LastUsedAt }, index) => {
    const cells = [
      ID.padEnd(40),
      String(InUse !== true).padEnd(5),
      `${humanSize(Size)}${Shared === true ? "*" : ""}`.padEnd(10),
    ];
    // The header is flushed with the first row: only there does it widen a column.
    const widths = index === 0 ? [48, 16, 16] : [48, 8, 16];
    return `${cells.map((cell, at) => tabbed(cell, widths[at] ?? 8)).join("")}${since(LastUsedAt, now)}\n`;
  });
  if (lines.length === 0) return "";
  return `${tabbed("ID", 48)}${tabbed("RECLAIMABLE", 16)}${tabbed("SIZE", 16)}LAST ACCESSED\n${lines.join("")}`;
}

/** What the cache takes in all, below the table. */
export function summary(rows: readonly BuildCache[]): string {
  const sum = (of: readonly BuildCache[]): number => of.reduce((total, { Size = 0 }) => total + Math.max(0, Size), 0);
  const [total, shared] = [sum(rows), sum(rows.filter(({ Shared }) => Shared === true))];
  const reclaimable = sum(rows.filter(({ InUse }) => InUse !== true));
  const line = (name: string, size: number): string => `${tabbed(name, 16)}${humanSize(size)}\n`;
  const parts = shared > 0 ? line("Shared:", shared) + line("Private:", total - shared) : "";
  return `${parts}${line("Reclaimable:", reclaimable)}${line("Total:", total)}`;
}

/** A cell filled with tabs up to a column. */
function tabbed(cell: string, width: number): string {
  return cell + "\t".repeat(Math.max(1, Math.ceil((width - cell.length) / 8)));
}

function isMutable(row: BuildCache): boolean {
  return row.Type === "exec.cachemount" || row.Type === "source.local";
}

function since(time: string | null | undefined, now: number): string {
  const milliseconds = Date.parse(time ?? "");
  return Number.isNaN(milliseconds) ? "" : `${humanDuration(now - milliseconds)} ago`;
}

/** As Go prints a time in UTC. */
function goTime(time: string): string {
  const found = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(\.\d+)?Z$/.exec(time);
  if (found === null) return time;
  const [, day = "", clock = "", fraction = ""] = found;
  return `${day} ${clock}${fraction.replace(/\.?0+$/, "")} +0000 UTC`;
}
