import type { SystemDataUsageResponse } from "../../spec/engine-api.generated.ts";
import type { Format } from "./format.ts";
import { humanSize } from "./units.ts";

export interface DiskUsageRow {
  readonly type: string;
  readonly total: number;
  readonly active: number;
  readonly size: number;
  readonly reclaimable: number;
  readonly showsPercent: boolean;
}

export const diskUsageTable = "{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}";

export const diskUsageFormat: Format<DiskUsageRow> = {
  type: "*formatter.diskUsageImagesContext",
  columns: {
    Type: { header: "TYPE", value: ({ type }) => type },
    TotalCount: { header: "TOTAL", value: ({ total }) => String(total) },
    Active: { header: "ACTIVE", value: ({ active }) => String(active) },
    Size: { header: "SIZE", value: ({ size }) => humanSize(size) },
    Reclaimable: {
      header: "RECLAIMABLE",
      value: ({ reclaimable, size, showsPercent }) =>
        showsPercent && size > 0
          ? `${humanSize(reclaimable)} (${Math.trunc((reclaimable * 100) / size)}%)`
          : humanSize(reclaimable),
    },
  },
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

export function diskUsageRows(usage: SystemDataUsageResponse): DiskUsageRow[] {
  const images = usage.Images ?? [];
  const inUse = images.filter((image) => image.Containers !== 0);
  const usedSize = sum(inUse.map(({ Size, SharedSize }) => (Size === -1 || SharedSize === -1 ? 0 : Size - SharedSize)));
  const layers = usage.LayersSize ?? 0;
  const containers = usage.Containers ?? [];
  const active = containers.filter(({ State = "" }) => /running|paused|restarting/.test(State));
  const inactive = containers.filter((container) => !active.includes(container));
  const volumes = usage.Volumes ?? [];
  const volumeSize = (of: typeof volumes): number =>
    sum(
      of.map(({ UsageData }) =>
        UsageData === null || UsageData === undefined || UsageData.Size === -1 ? 0 : UsageData.Size,
      ),
    );
  const referenced = volumes.filter(({ UsageData }) => (UsageData?.RefCount ?? 0) > 0);
  const caches = usage.BuildCache ?? [];
  const cacheSize = (of: typeof caches): number =>
    sum(of.filter(({ Shared }) => Shared !== true).map(({ Size = 0 }) => Size));
  const unusedCaches = caches.filter(({ InUse, Shared }) => InUse !== true && Shared !== true);
  return [
    {
      type: "Images",
      total: images.length,
      active: images.filter((image) => image.Containers > 0).length,
      size: layers,
      reclaimable: layers - usedSize,
      showsPercent: true,
    },
    {
      type: "Containers",
      total: containers.length,
      active: active.length,
      size: sum(containers.map(({ SizeRw = 0 }) => SizeRw)),
      reclaimable: sum(inactive.map(({ SizeRw = 0 }) => SizeRw)),
      showsPercent: true,
    },
    {
      type: "Local Volumes",
      total: volumes.length,
      active: referenced.length,
      size: volumeSize(volumes),
      reclaimable: volumeSize(volumes.filter((volume) => !referenced.includes(volume))),
      showsPercent: true,
    },
    {
      type: "Build Cache",
      total: caches.length,
      active: caches.filter(({ InUse }) => InUse === true).length,
      size: cacheSize(caches),
      reclaimable: cacheSize(unusedCaches),
      showsPercent: false,
    },
  ];
}
