import type { Network } from "../../spec/engine-api.generated.ts";
import { formatTime } from "../template/print.ts";
import type { Format } from "./format.ts";
import { joinLabels, labelMethod } from "./label.ts";
import { truncateId } from "./units.ts";

export const networkTable = "{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}";

export function networkFormat(truncate: boolean): Format<Network> {
  return {
    type: "*network.networkContext",
    columns: {
      ID: { header: "NETWORK ID", value: ({ Id = "" }) => (truncate ? truncateId(Id) : Id) },
      Name: { header: "NAME", value: ({ Name = "" }) => Name },
      Driver: { header: "DRIVER", value: ({ Driver = "" }) => Driver },
      Scope: { header: "SCOPE", value: ({ Scope = "" }) => Scope },
      IPv4: { header: "IPV4", value: (network) => String("EnableIPv4" in network && network.EnableIPv4 === true) },
      IPv6: { header: "IPV6", value: ({ EnableIPv6 = false }) => String(EnableIPv6) },
      Internal: { header: "INTERNAL", value: ({ Internal = false }) => String(Internal) },
      Labels: { header: "LABELS", value: ({ Labels }) => joinLabels(Labels) },
      CreatedAt: { header: "CREATED AT", value: ({ Created = "" }) => formatTime(Created) },
    },
    methods: ({ Labels }) => labelMethod(Labels),
  };
}
