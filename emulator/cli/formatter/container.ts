import type { ContainerSummary } from "../../spec/engine-api.generated.ts";
import { familiarName, parseReference } from "../reference.ts";
import { GoPointer } from "../template/value.ts";
import { quoteGo } from "../template/quote.ts";
import type { Format } from "./format.ts";
import { displayPorts } from "./port.ts";
import { joinLabels, labelMethod } from "./label.ts";
import { ellipsis, formatUnixTime, humanDuration, humanSize, truncateId } from "./units.ts";

export interface ContainerFormatOptions {
  readonly truncate: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export const containerTable = "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}";

export const containerRaw =
  "container_id: {{.ID}}\nimage: {{.Image}}\ncommand: {{.Command}}\ncreated_at: {{.CreatedAt}}\nstate: {{- pad .State 1 0}}\n" +
  "status: {{- pad .Status 1 0}}\nnames: {{.Names}}\nlabels: {{- pad .Labels 1 0}}\nports: {{- pad .Ports 1 0}}\n";

export function containerFormat({ truncate, now }: ContainerFormatOptions): Format<ContainerSummary> {
  return {
    type: "*formatter.ContainerContext",
    raw: containerRaw,
    columns: {
      ID: { header: "CONTAINER ID", value: ({ Id = "" }) => (truncate ? truncateId(Id) : Id) },
      Names: { header: "NAMES", value: ({ Names }) => names(Names ?? [], truncate) },
      Image: { header: "IMAGE", value: (container) => image(container, truncate) },
      Command: {
        header: "COMMAND",
        value: ({ Command = "" }) => quoteGo(truncate ? ellipsis(Command, 20) : Command),
      },
      CreatedAt: { header: "CREATED AT", value: ({ Created = 0 }) => formatUnixTime(Created) },
      RunningFor: { header: "CREATED", value: ({ Created = 0 }) => `${humanDuration(now - Created * 1000)} ago` },
      Ports: { header: "PORTS", value: ({ Ports }) => displayPorts(Ports ?? []) },
      State: { header: "STATE", value: ({ State = "" }) => State },
      Status: { header: "STATUS", value: ({ Status = "" }) => Status },
      Size: { header: "SIZE", value: size },
      Labels: { header: "LABELS", value: ({ Labels }) => joinLabels(Labels) },
      Mounts: { header: "MOUNTS", value: (container) => mounts(container, truncate) },
      LocalVolumes: {
        header: "LOCAL VOLUMES",
        value: ({ Mounts }) => String((Mounts ?? []).filter(({ Driver }) => Driver === "local").length),
      },
      // The engine's API does not tell the platform yet.
      Platform: { header: "PLATFORM", value: () => new GoPointer(undefined, "*v1.Platform") },
      Networks: {
        header: "NETWORKS",
        value: ({ NetworkSettings }) => Object.keys(NetworkSettings?.Networks ?? {}).join(","),
      },
    },
    methods: ({ Labels }) => labelMethod(Labels),
  };
}

/** Names of links hold a second slash; they are shown in full only. */
function names(given: readonly string[], truncate: boolean): string {
  const bare = given.map((name) => (name.startsWith("/") ? name.slice(1) : name));
  const own = truncate ? bare.filter((name) => !name.includes("/")).slice(0, 1) : bare;
  return own.join(",");
}

function image({ Image = "", ImageID = "" }: ContainerSummary, truncate: boolean): string {
  if (Image === "") return "<no image>";
  if (!truncate) return Image;
  if (truncateId(ImageID) === truncateId(Image)) return truncateId(ImageID);
  if (!Image.includes("@")) return Image;
  try {
    const reference = parseReference(Image);
    return familiarName(reference) + (reference.tag === undefined ? "" : `:${reference.tag}`);
  } catch {
    // Not a name: it is shown as it is.
    return Image;
  }
}

function size({ SizeRw = 0, SizeRootFs = 0 }: ContainerSummary): string {
  const writable = humanSize(SizeRw, 3);
  return SizeRootFs > 0 ? `${writable} (virtual ${humanSize(SizeRootFs, 3)})` : writable;
}

function mounts({ Mounts }: ContainerSummary, truncate: boolean): string {
  return (Mounts ?? [])
    .map(({ Name = "", Source = "" }) => {
      const name = Name === "" ? Source : Name;
      return truncate ? ellipsis(name, 15) : name;
    })
    .join(",");
}
