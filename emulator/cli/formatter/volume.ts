import type { Volume } from "../../spec/engine-api.generated.ts";
import type { Format } from "./format.ts";
import { joinLabels, labelMethod } from "./label.ts";
import { humanSize } from "./units.ts";

export const volumeTable = "{{.Driver}}\t{{.Name}}";

const NOT_KNOWN = "N/A";

export const volumeFormat: Format<Volume> = {
  type: "*formatter.volumeContext",
  columns: {
    Name: { header: "VOLUME NAME", value: ({ Name }) => Name },
    Driver: { header: "DRIVER", value: ({ Driver }) => Driver },
    Scope: { header: "SCOPE", value: ({ Scope }) => Scope },
    Mountpoint: { header: "MOUNTPOINT", value: ({ Mountpoint }) => Mountpoint },
    Labels: { header: "LABELS", value: ({ Labels }) => joinLabels(Labels) },
    Links: {
      header: "LINKS",
      value: ({ UsageData }) =>
        UsageData === undefined || UsageData === null ? NOT_KNOWN : String(UsageData.RefCount),
    },
    Size: {
      header: "SIZE",
      value: ({ UsageData }) => (UsageData === undefined || UsageData === null ? NOT_KNOWN : humanSize(UsageData.Size)),
    },
    Group: { header: "GROUP", value: ({ ClusterVolume }) => ClusterVolume?.Spec?.Group ?? NOT_KNOWN },
    Availability: {
      header: "AVAILABILITY",
      value: ({ ClusterVolume }) => ClusterVolume?.Spec?.AccessMode?.Availability ?? NOT_KNOWN,
    },
    Status: { header: "STATUS", value: () => NOT_KNOWN },
  },
  methods: ({ Labels }) => labelMethod(Labels),
};
