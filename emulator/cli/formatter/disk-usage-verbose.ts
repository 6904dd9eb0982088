import type { BuildCache, SystemDataUsageResponse } from "../../spec/engine-api.generated.ts";
import { Template } from "../template.ts";
import { GoSlice, GoStruct, type GoValue } from "../template/value.ts";
import { containerFormat } from "./container.ts";
import { diskUsageRows } from "./disk-usage.ts";
import { render, rowValue, type Format } from "./format.ts";
import { imageFormat, imageRows } from "./image.ts";
import { humanDuration, humanSize, truncateId } from "./units.ts";
import { volumeFormat } from "./volume.ts";

const imageTable =
  "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}";
const containerTable =
  "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}";
const volumeTable = "{{.Name}}\t{{.Links}}\t{{.Size}}";
const cacheTable =
  "{{.ID}}\t{{.CacheType}}\t{{.Size}}\t{{.CreatedSince}}\t{{.LastUsedSince}}\t{{.UsageCount}}\t{{.Shared}}";

/** `docker system df -v`: every object with its size. */
export function verboseDiskUsage(usage: SystemDataUsageResponse, now: number, template: string): string {
  // An image with several names is one row, under its first.
  const images = (usage.Images ?? []).flatMap((image) => imageRows([image], false).slice(0, 1));
  const containers = (usage.Containers ?? []).map((container) => ({ ...container, SizeRootFs: 0 }));
  const volumes = usage.Volumes ?? [];
  const caches = usage.BuildCache ?? [];
  const cacheColumns = cacheFormat(now);
  if (template !== "table") {
    const whole = { truncate: false, now };
    const list = <T>(format: Format<T>, rows: readonly T[]): GoValue =>
      new GoSlice(
        rows.map((row) => rowValue(format, row)),
        `[]${format.type}`,
      );
    const all = new Map<string, GoValue>([
      [
        "Images",
        list(
          imageFormat(whole),
          images.map((row) => ({ ...row, digest: "" })),
        ),
      ],
      ["Containers", list(containerFormat(whole), containers)],
      ["Volumes", list(volumeFormat, volumes)],
      ["BuildCache", list(cacheColumns, caches)],
    ]);
    const source = template === "json" ? "{{json .}}" : template;
    return new Template(source).execute(new GoStruct("*formatter.DiskUsageContext", all));
  }
  const options = { truncate: true, now };
  const [imageColumns, containerColumns] = [imageFormat(options), containerFormat(options)];
  const cacheSize = diskUsageRows(usage).find(({ type }) => type === "Build Cache")?.size ?? 0;
  return [
    `Images space usage:\n\n${render(imageColumns, "table", imageTable, images)}`,
    `Containers space usage:\n\n${render(containerColumns, "table", containerTable, containers)}`,
    `Local Volumes space usage:\n\n${render(volumeFormat, "table", volumeTable, volumes)}`,
    `Build cache usage: ${humanSize(cacheSize)}\n\n${render(cacheColumns, "table", cacheTable, caches)}`,
  ].join("\n");
}

function cacheFormat(now: number): Format<BuildCache> {
  const since = (time: string | null | undefined): string => {
    const milliseconds = Date.parse(time ?? "");
    return Number.isNaN(milliseconds) ? "" : `${humanDuration(now - milliseconds)} ago`;
  };
  return {
    type: "*formatter.buildCacheContext",
    columns: {
      ID: {
        header: "CACHE ID",
        value: ({ ID = "", InUse }) => `${truncateId(ID)}${InUse === true ? "*" : ""}`,
      },
      Parent: { header: "PARENT", value: ({ Parents }) => (Parents ?? []).map(truncateId).join(", ") },
      CacheType: { header: "CACHE TYPE", value: ({ Type = "" }) => Type },
      Description: { header: "DESCRIPTION", value: ({ Description = "" }) => Description },
      Size: { header: "SIZE", value: ({ Size = 0 }) => humanSize(Size, 3) },
      CreatedSince: { header: "CREATED", value: ({ CreatedAt }) => since(CreatedAt) },
      LastUsedSince: { header: "LAST USED", value: ({ LastUsedAt }) => since(LastUsedAt) },
      UsageCount: { header: "USAGE", value: ({ UsageCount = 0 }) => String(UsageCount) },
      InUse: { header: "IN USE", value: ({ InUse = false }) => String(InUse) },
      Shared: { header: "SHARED", value: ({ Shared = false }) => String(Shared) },
    },
  };
}
